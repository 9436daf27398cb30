"""What Prometheus reads: the pipeline's own figures and the lag of groups, and nothing unknown."""

from __future__ import annotations

import asyncio
import re
import socket
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.test import AsyncClient, Client
from prometheus_client.parser import text_string_to_metric_families

from dashboard import running
from dashboard.api import metrics
from dashboard.live.hub import CutFrame
from dashboard.picture.observations import (
    BrokerSeen,
    ClusterSeen,
    Commit,
    EventsSeen,
    GroupFacts,
    SamplingSeen,
    SurveySeen,
    WorkerSeen,
)
from dashboard.pipeline import Pipeline
from dashboard.running import Running
from dashboard.server.connections import Connections
from dashboard.server.web_server import WebServer
from tests.conftest import now_ms
from tests.picture.sights import event
from tests.waiting import until

Samples = dict[tuple[str, str], float]
HOST = {"host": "127.0.0.1:8000"}
PARTITIONS = [("parts.scanned", number) for number in range(3)]


def scraped(**headers: str) -> Samples:
    """(name of the sample, its labels' values) -> value."""
    answer = Client(headers=HOST | headers).get("/metrics")
    assert answer.status_code == 200
    families = text_string_to_metric_families(answer.content.decode())
    found = [sample for family in families for sample in family.samples]
    samples = {(one.name, ",".join(one.labels.values())): one.value for one in found}
    assert len(samples) == len(found), "no sample is there twice"
    return samples


def reaches(name: str, value: float, labels: str = "") -> Callable[[], bool]:
    return lambda: scraped().get((f"flowviz_{name}", labels)) == value


def survey(pipeline: Pipeline, *groups: GroupFacts, took: float = 0.02) -> None:
    pipeline.observe(
        SurveySeen(
            at=now_ms(),
            took_seconds=took,
            every_seconds=0.25,
            groups=groups,
            starts=dict.fromkeys(PARTITIONS, 0),
            ends=dict.fromkeys(PARTITIONS, 100),
        )
    )
    until(lambda: pipeline.figures().survey_age_seconds is not None, "the survey has come")


def group(name: str, committed: int | None) -> GroupFacts:
    known = {} if committed is None else dict.fromkeys(PARTITIONS, Commit(committed))
    return GroupFacts(name, "reading", "consumer", (), known, committed_known=committed is not None)


def test_it_is_plain_text_of_the_format_that_every_scraper_reads(served: Running) -> None:
    for accept in ("", "application/openmetrics-text; version=x", "text/plain;version=1.0.0"):
        answer = Client(headers=HOST | {"accept": accept}).get("/metrics")
        assert answer.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
        assert b"# TYPE flowviz_frame_seconds histogram\n" in answer.content


def test_what_runs_is_named_with_its_version(served: Running) -> None:
    text = Client(headers=HOST).get("/metrics").content.decode()
    assert 'flowviz_build_info{librdkafka="2.' in text
    assert 'version="0.' in text


def test_what_the_reader_reads_is_counted(served: Running) -> None:
    batch = tuple(event("parts.scanned", offset, size=10) for offset in range(7))
    served.pipeline.observe(EventsSeen(now_ms(), batch))
    until(reaches("reader_events_total", 7), "seven events")
    assert scraped()["flowviz_reader_bytes_total", ""] == 70


def test_what_is_sampled_dropped_and_missed_is_told(
    served: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    served.pipeline.observe(SamplingSeen(now_ms(), frozenset({"a", "b"}), dropped=0, missed=5))
    until(reaches("topics_sampled", 2), "two topics")
    monkeypatch.setattr("dashboard.intake.MAX_EVENTS", 0)
    served.pipeline.observe(EventsSeen(now_ms(), (event("parts.scanned", 1),)))
    samples = scraped()
    assert samples["flowviz_dropped_events_total", ""] == 1
    assert samples["flowviz_reader_missed_events_total", ""] == 5
    assert samples["flowviz_queue_limit", "events"] == 0
    assert samples["flowviz_queue", "events"] == 0


def test_frames_are_counted_with_the_time_they_took(served: Running) -> None:
    until(lambda: served.pipeline.figures().deltas >= 1, "a frame")
    samples = scraped()
    counted = samples["flowviz_frame_seconds_count", ""]
    assert counted >= 1
    assert samples["flowviz_frame_seconds_bucket", "+Inf"] == counted
    bounds = [name for name, _ in samples if name == "flowviz_frame_seconds_bucket"]
    assert len(bounds) == 9
    assert samples["flowviz_frame_seconds_sum", ""] > 0


def test_an_observation_the_picture_cannot_take_is_counted(served: Running) -> None:
    served.pipeline.observe("not an observation at all")  # type: ignore[arg-type]
    until(reaches("observation_failures_total", 1), "it is counted")


def test_surveys_are_counted_and_the_newest_has_an_age(served: Running) -> None:
    assert ("flowviz_survey_age_seconds", "") not in scraped(), "none has come yet"
    survey(served.pipeline, took=0.2)
    samples = scraped()
    assert 0 <= samples["flowviz_survey_age_seconds", ""] < 60
    assert samples["flowviz_survey_seconds_bucket", "0.1"] == 0
    assert samples["flowviz_survey_seconds_bucket", "0.25"] == 1
    assert samples["flowviz_survey_seconds_sum", ""] == pytest.approx(0.2)


def test_the_cluster_is_reachable_or_not_or_that_is_not_known(
    pipeline: Pipeline, served: Running
) -> None:
    until(reaches("kafka_reachable", 1), "it answers")
    pipeline.observe(ClusterSeen(now_ms(), reachable=False, bootstrap="b", reason="No answer."))
    until(reaches("kafka_reachable", 0), "it does not")
    assert scraped()["flowviz_healthy", ""] == 0
    assert ("flowviz_kafka_restarts_total", "") not in scraped(), "it is not our own Kafka"
    pipeline.observe(BrokerSeen(now_ms(), "running", restarts=3))
    until(reaches("kafka_restarts_total", 3), "our own Kafka was started again")


def test_workers_are_up_or_not(pipeline: Pipeline, served: Running) -> None:
    assert scraped()["flowviz_worker_up", "reader"] == 0
    for worker in ("reader", "surveyor"):
        pipeline.observe(WorkerSeen(now_ms(), worker, ok=True))
    until(reaches("worker_up", 1, "reader"), "the reader runs")
    until(reaches("healthy", 1), "all is well")


def test_a_thread_of_ours_that_fails_is_told_and_counted(
    pipeline: Pipeline, served: Running
) -> None:
    for worker in ("reader", "surveyor", "keeper"):
        pipeline.observe(WorkerSeen(now_ms(), worker, ok=True))
    until(reaches("worker_up", 1, "keeper"), "the keeper runs")
    failed = "It failed (the disk is full) and is tried again in 1 s."
    pipeline.observe(WorkerSeen(now_ms(), "keeper", ok=False, reason=failed))
    until(reaches("worker_up", 0, "keeper"), "the keeper has failed")
    assert scraped()["flowviz_worker_restarts_total", "keeper"] == 1
    pipeline.observe(WorkerSeen(now_ms(), "surveyor", ok=False, reason="It hangs.", hangs=True))
    until(reaches("worker_up", 0, "surveyor"), "the surveyor hangs")
    assert scraped()["flowviz_worker_restarts_total", "surveyor"] == 0, "it was not run again"
    pipeline.observe(WorkerSeen(now_ms(), "surveyor", ok=True))
    until(reaches("worker_up", 1, "surveyor"), "it moves again")
    assert pipeline.trouble() == f"The keeper does not work. {failed}"
    pipeline.observe(WorkerSeen(now_ms(), "broker_watch", ok=False, reason="It failed."))
    until(reaches("worker_restarts_total", 1, "broker_watch"), "nobody watches Kafka")
    assert pipeline.trouble() == "The broker watch does not work. It failed."


def test_connections_are_counted_where_the_web_server_is_ours(served: Running) -> None:
    assert ("flowviz_connections", "") not in scraped(), "under another server nothing is known"
    account = Connections(2)
    serving(served, account)
    kept = [Kept(), Kept()]
    for one in kept:
        account.opened(one)
        account.works(one)
    assert not account.make_room()
    account.waits(kept[0])
    assert account.make_room()
    samples = scraped()
    assert samples["flowviz_connections", ""] == 1
    assert samples["flowviz_connections_limit", ""] == 2
    assert samples["flowviz_connections_refused_total", ""] == 1
    assert samples["flowviz_connections_ended_total", ""] == 1


def serving(served: Running, account: Connections) -> None:
    """From now on the pages are served by our own web server."""
    with socket.socket() as listener:
        running.declare(replace(served, server=WebServer(listener, account)))


class Kept:
    """A connection of the account."""

    def abortConnection(self) -> None:
        return


def test_the_lag_of_a_group_is_told_and_what_is_not_known_is_left_out(served: Running) -> None:
    survey(served.pipeline, group("quality", 90), group('odd "one"\n', 100), group("mute", None))
    until(reaches("consumer_group_lag", 30, "quality"), "ten events on each of three partitions")
    samples = scraped()
    assert samples["flowviz_consumer_group_lag", 'odd "one"\\x0a'] == 0
    assert ("flowviz_consumer_group_lag", "mute") not in samples
    assert samples["flowviz_consumer_group_members", "quality"] == 0


def test_an_old_lag_is_not_told_as_if_it_held(
    served: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    survey(served.pipeline, group("quality", 90))
    until(reaches("consumer_group_lag", 30, "quality"), "the lag")
    with monkeypatch.context() as long_ago:
        long_ago.setattr(metrics, "LAG_HOLDS_SECONDS", -1.0)
        assert ("flowviz_consumer_group_lag", "quality") not in scraped()
    served.pipeline.observe(ClusterSeen(now_ms(), reachable=False, bootstrap="b"))
    until(reaches("kafka_reachable", 0), "the cluster is away")
    assert ("flowviz_consumer_group_lag", "quality") not in scraped()


def test_groups_beyond_the_cap_are_counted_and_not_told(
    served: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(metrics, "MAX_GROUPS", 2)
    survey(served.pipeline, *(group(name, 100) for name in "abcd"))
    until(reaches("consumer_groups_not_told", 3), "a, b of a, b, c, d and quality are told")
    told = {labels for name, labels in scraped() if name == "flowviz_consumer_group_lag"}
    assert told == {"a", "b"}


def test_the_number_of_series_does_not_grow_with_topics_services_and_traffic(
    served: Running,
) -> None:
    before = set(scraped())
    for number in range(50):
        sent = event(f"topic {number}", 0, source=f"service {number}")
        served.pipeline.observe(EventsSeen(now_ms(), (sent,)))
    until(lambda: scraped()["flowviz_shown", "services"] > 50, "all are in the picture")
    assert set(scraped()) == before


async def test_watchers_and_what_they_are_sent_are_counted(served: Running) -> None:
    hub = served.pipeline._hub
    got = asyncio.Event()

    async def receive(text: str) -> None:
        got.set()

    async def ask(name: str) -> float:
        answer: Any = await AsyncClient(headers=HOST).get("/metrics")
        lines = answer.content.decode().splitlines()
        return float(next(line for line in lines if line.startswith(f"{name} ")).split()[1])

    viewer = hub.join(receive)
    hub.take(CutFrame(10**9, None, '{"é":1}'.encode()))
    await asyncio.wait_for(got.wait(), 30)
    assert await ask("flowviz_watchers") == 1
    assert await ask("flowviz_sent_frames_total") >= 1
    assert await ask("flowviz_sent_bytes_total") >= 8
    assert await ask("flowviz_watchers_stalled") == 0
    hub.leave(viewer)
    assert await ask("flowviz_watchers") == 0


def test_a_name_that_is_not_served_gets_nothing(served: Running) -> None:
    assert Client(headers={"host": "evil.example"}).get("/metrics").status_code == 400


def test_two_scrapes_at_once_share_nothing(served: Running) -> None:
    assert set(scraped()) == set(scraped())


def test_without_anything_running_it_says_so() -> None:
    answer = Client(headers=HOST).get("/metrics")
    assert answer.status_code == 503
    assert answer.json()["detail"] == running.NOTHING_RUNS


def test_every_metric_is_documented_and_nothing_else_is(served: Running) -> None:
    page = (Path(__file__).resolve().parents[2] / "docs" / "operations.md").read_text()
    rows = [line.split("|")[1] for line in page.splitlines() if line.startswith("| `flowviz_")]
    documented = {name for row in rows for name in re.findall(r"`(flowviz_\w+)", row)}
    serving(served, Connections(2))
    served.pipeline.observe(BrokerSeen(now_ms(), "running", restarts=0))
    until(reaches("kafka_restarts_total", 0), "our own Kafka")
    text = Client(headers=HOST).get("/metrics").content.decode()
    assert documented == set(re.findall(r"^# TYPE (flowviz_\w+) ", text, re.MULTILINE))
