"""What goes wrong while it runs: the page and /healthz say it, it comes back, nothing is lost."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from confluent_kafka import Consumer, KafkaException, Producer, TopicPartition
from confluent_kafka.admin import NewTopic
from django.test import Client

from dashboard import running as started
from dashboard.cluster.connection import Connection
from dashboard.cluster.embedded import EmbeddedKafka
from dashboard.control.actions import Control
from dashboard.pipeline import Pipeline
from dashboard.tap import reader
from dashboard.tap.topic_filter import TopicFilter
from flowviz.kit import Event, Service
from tests.kafka.conftest import MakeTopic
from tests.kafka.kit_services import copier
from tests.kafka.kit_world import PROTOCOLS, World, fresh, running
from tests.kafka.watching import write
from tests.waiting import PATIENCE_SECONDS, until

STOPPED_SECONDS = 20.0


class Unfinished(dict[str, Any]):
    """False as long as there is something in it, which is what a wait in vain then shows."""

    def __bool__(self) -> bool:
        return not len(self)


@pytest.fixture
def script(pipeline: Pipeline) -> Iterator[Client]:
    """Asks /healthz of what runs here."""
    control = Control(acts=False, observe=pipeline.observe, view=pipeline.view)
    started.declare(started.Running(pipeline, control))
    yield Client(headers={"host": "127.0.0.1:8000"})
    started.declare(None)


@contextmanager
def writing(bootstrap: str, topic: str, per_second: int) -> Iterator[list[int]]:
    """Writes all the while; gives a list that grows with each event that was acknowledged."""
    acknowledged: list[int] = []
    stop = threading.Event()

    def write_on() -> None:
        client = Producer({"bootstrap.servers": bootstrap, "log_level": 0, "linger.ms": 5})
        while not stop.wait(1 / per_second):
            client.produce(topic, b"{}", on_delivery=told)
            client.poll(0)
        assert client.flush(60) == 0

    def told(error: Any, message: Any) -> None:
        if error is None:
            acknowledged.append(message.offset())

    thread = threading.Thread(target=write_on)
    thread.start()
    try:
        yield acknowledged
    finally:
        stop.set()
        thread.join()


def test_a_service_whose_handler_hangs_runs_and_says_for_how_long_it_is_stuck(
    world: World, pipeline: Pipeline, make_topic: MakeTopic, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dashboard.picture.states.STUCK_AFTER_SECONDS", 2.0)
    topic, name, free = make_topic(), fresh("quality"), threading.Event()
    service = Service(name, world.conf, consumer=PROTOCOLS["consumer"])

    @service.on(topic)
    def handle(event: Event) -> None:
        assert event.offset == 0 or free.wait(PATIENCE_SECONDS)

    def shown() -> dict[str, Any]:
        return pipeline.view().services.get(f"s:{name}", {"reason": None})

    pipeline.look_at(Connection(world.bootstrap), TopicFilter.parse(topic))
    with running(service):
        world.send(topic, 3)
        until(lambda: shown().get("lag") == 2, "two wait behind the one that was handled")
        until(lambda: (shown()["reason"] or "").startswith("stuck for "), "it is stuck")
        assert shown()["state"] == "running"
        (instance,) = shown()["instances"]
        assert instance["handling_for"] >= 2
        free.set()
        until(lambda: shown()["lag"] == 0 and shown()["reason"] is None, "it goes on")


def test_a_topic_deleted_and_made_anew_under_load_is_another_topic_and_its_lag_is_right(
    world: World, pipeline: Pipeline, make_topic: MakeTopic
) -> None:
    topic, name = make_topic(), fresh("quality")
    service = Service(name, world.conf, consumer=PROTOCOLS["consumer"])
    service.on(topic)(lambda event: None)
    seen: list[tuple[str | None, int | None, int | None]] = []

    def look() -> dict[str, Any]:
        """The topic as it is shown, and what is shown of it with each look kept."""
        found: dict[str, Any] = pipeline.view().topics.get(f"t:{topic}", {"topic_id": None})
        edge = pipeline.view().edges.get(f"r:t:{topic}>g:{name}", {})
        seen.append((found["topic_id"], edge.get("lag"), found.get("end")))
        return found

    def newest() -> list[int]:
        return [one["offset"] for one in pipeline.view().events if one["topic"] == topic]

    pipeline.look_at(Connection(world.bootstrap), TopicFilter.parse(topic))
    with running(service):
        with writing(world.bootstrap, topic, per_second=200):
            until(lambda: (look().get("end") or 0) >= 400, "some hundred events")
            old = look()["topic_id"]
            world.admin.delete_topics([topic])[topic].result(30)
            until(lambda: made_anew(world, topic), "the topic again")
            until(lambda: look()["topic_id"] not in (None, old), "another topic")
            until(lambda: (look().get("end") or 0) >= 200, "it grows")
            until(lambda: newest() and newest()[-1] >= 150, "its events are on the tape")
        until(lambda: all_is_read(pipeline, topic, name) and look(), "all of it is handled")
    anew = look()["topic_id"]
    ends = [end for topic_id, _, end in seen if topic_id == anew and end is not None]
    assert ends == sorted(ends)
    lags = [lag for topic_id, lag, _ in seen if topic_id == anew and lag is not None]
    assert min(lags) == 0
    assert max(lags) <= ends[-1]
    assert pipeline.figures().observation_failures == 0


def made_anew(world: World, topic: str) -> bool:
    """Kafka takes a moment to delete a topic; until then its name is taken."""
    try:
        world.admin.create_topics([NewTopic(topic, 1, 1)])[topic].result(30)
    except KafkaException:
        return False
    return True


def all_is_read(pipeline: Pipeline, topic: str, group: str) -> bool:
    edge = pipeline.view().edges.get(f"r:t:{topic}>g:{group}", {})
    end = pipeline.view().topics[f"t:{topic}"]["end"]
    return bool(edge.get("lag") == 0 and edge["committed"].get("0") == end)


def test_a_reader_that_raises_is_said_and_begins_again_where_it_was(
    pipeline: Pipeline,
    script: Client,
    bootstrap: str,
    make_topic: MakeTopic,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    topic, broken, step = make_topic(), threading.Event(), reader._Reading.step

    def step_or_raise(self: reader._Reading) -> None:
        if broken.is_set():
            raise RuntimeError("a bug in the reader")
        step(self)

    monkeypatch.setattr(reader._Reading, "step", step_or_raise)

    def offsets() -> list[int]:
        return [one["offset"] for one in pipeline.view().events if one["topic"] == topic]

    def failed() -> str | None:
        state = pipeline.view().cluster["reader"]
        return state["reason"] if state["ok"] is False else None

    pipeline.look_at(Connection(bootstrap), TopicFilter.parse(topic))
    until(lambda: pipeline.trouble() is None, "a live picture")
    write(bootstrap, topic, *[b"x"] * 5)
    until(lambda: offsets() == [0, 1, 2, 3, 4], "five events")
    broken.set()
    until(lambda: "a bug in the reader" in (failed() or ""), "the page says so")
    answer = script.get("/healthz")
    assert answer.status_code == 503
    assert "The reader does not work. It failed (a bug in the reader)" in answer.json()["detail"]
    write(bootstrap, topic, *[b"x"] * 5)
    broken.clear()
    until(lambda: len(offsets()) == 10, "the events that came meanwhile")
    until(lambda: script.get("/healthz").status_code == 200, "all is well")
    assert offsets() == list(range(10))


def test_a_survey_that_dies_again_and_again_is_said_and_begins_again(
    pipeline: Pipeline, script: Client, bootstrap: str, make_topic: MakeTopic
) -> None:
    topic = make_topic()
    pipeline.look_at(Connection(bootstrap), TopicFilter.parse(topic))
    until(lambda: pipeline.trouble() is None, "a live picture")
    killed: set[int] = set()

    def failed() -> bool:
        surveyor = pipeline.lookouts.surveyor
        pid = None if surveyor is None else surveyor.pid
        if pid is not None and pid not in killed:
            killed.add(pid)
            os.kill(pid, signal.SIGKILL)
        reason = script.get("/healthz").json().get("detail", "")
        told = "The surveyor does not work. It failed (its process was ended by SIGKILL)" in reason
        return told and pipeline.view().cluster["surveyor"]["ok"] is False

    until(failed, "the page and /healthz say so")
    until(lambda: script.get("/healthz").status_code == 200, "all is well")
    write(bootstrap, topic, b"x")
    nothing: dict[str, Any] = {"end": None}  # what is there may not have been told yet
    until(lambda: pipeline.view().topics.get(f"t:{topic}", nothing)["end"] == 1, "it surveys again")


def test_a_broker_that_stands_still_for_long_is_said_and_afterwards_nothing_is_missing(
    own_kafka: EmbeddedKafka, pipeline: Pipeline, script: Client
) -> None:
    world = World(own_kafka.start())
    for topic in ("in", "out"):
        world.admin.create_topics([NewTopic(topic, 1, 1)])[topic].result(30)
    pipeline.look_at(Connection(world.bootstrap), TopicFilter())
    process, java = copier(world, "copier", "in", "out"), own_kafka.pid
    assert java is not None
    states: set[str] = set()

    def state() -> str:
        found: str = pipeline.view().services.get("s:copier", {"state": "not there"})["state"]
        states.add(found)
        return found

    with writing(world.bootstrap, "in", per_second=20) as written:
        until(lambda: state() == "running" and len(written) >= 40, "the line runs")
        states.clear()
        os.kill(java, signal.SIGSTOP)
        ends_at = time.monotonic() + STOPPED_SECONDS
        until(
            lambda: state() and "No answer from Kafka" in (pipeline.trouble() or ""), "it is said"
        )
        assert script.get("/healthz").status_code == 503
        assert pipeline.view().cluster["reachable"] is False
        until(lambda: state() and time.monotonic() >= ends_at, "the time is over")
        # As before, for nobody can be heard; "unknown" where the standstill was noticed late.
        assert states <= {"running", "unknown"}
        os.kill(java, signal.SIGCONT)
        until(lambda: script.get("/healthz").status_code == 200, "all is well")
        many = len(written)
        until(lambda: len(written) >= many + 40, "the line runs again")
    # What is on the log, and not what was acknowledged: a writer that has to ask again after a
    # standstill may have written twice, and both are to be handled.
    reader = Consumer(world.conf | {"group.id": "nobody", "log_level": 0})
    _, end = reader.get_watermark_offsets(TopicPartition("in", 0), timeout=PATIENCE_SECONDS)
    reader.close()
    assert set(written) <= set(range(end))

    def left() -> dict[str, Any]:
        """What does not add up yet: said when the patience is over."""
        told = pipeline.view().ledger
        reason = pipeline.view().services["s:copier"]["reason"]
        found = {name: told[name] for name in ("handled", "published", "lost")}
        wanted = {"handled": end, "published": end, "lost": 0}
        return {} if found == wanted else found | {"end": end, "reason": reason}

    until(lambda: Unfinished(left()), "all is handled, and nothing is lost")
    until(lambda: state() == "running", "the service is well")
    assert own_kafka.pid == java
    figures = pipeline.figures()
    assert figures.worker_restarts == {"reader": 0, "surveyor": 0}
    assert (figures.frame_failures, figures.observation_failures) == (0, 0)
    process.terminate()
    assert process.wait(PATIENCE_SECONDS) == 0
    world.close()
