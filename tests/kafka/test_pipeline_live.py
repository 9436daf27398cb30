"""The whole way: an event on a real topic comes out in the view, in frames, and in the API."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from confluent_kafka import Consumer, Producer, TopicPartition
from django.test import Client

from dashboard import running
from dashboard.cluster.connection import Connection
from dashboard.control.actions import Control
from dashboard.pipeline import Pipeline
from dashboard.tap.topic_filter import TopicFilter
from tests.kafka.conftest import MakeTopic
from tests.waiting import PATIENCE_SECONDS, until


@pytest.fixture
def script() -> Client:
    return Client(headers={"host": "127.0.0.1:8000"})


@pytest.fixture
def looking(pipeline: Pipeline, bootstrap: str) -> Iterator[Pipeline]:
    """The pipeline looking at the real broker, as pages and API find it."""
    control = Control(acts=False, observe=pipeline.observe, view=pipeline.view)
    running.declare(running.Running(pipeline, control))
    pipeline.look_at(Connection(bootstrap), TopicFilter())
    until(lambda: pipeline.trouble() is None, "a live picture")
    yield pipeline
    running.declare(None)


def produce(bootstrap: str, topic: str, *values: bytes | None) -> None:
    producer = Producer({"bootstrap.servers": bootstrap})
    for number, value in enumerate(values):
        producer.produce(topic, key=f"k{number}", value=value, partition=number % 2)
    assert producer.flush(30) == 0


def test_an_event_comes_out_in_the_view(
    looking: Pipeline, bootstrap: str, make_topic: MakeTopic
) -> None:
    topic = make_topic(partitions=2)
    until(lambda: f"t:{topic}" in looking.view().topics, "the new topic is shown")
    produce(bootstrap, topic, *(b"{}" for _ in range(20)))

    def of_topic() -> list[dict[str, Any]]:
        return [event for event in looking.view().events if event["topic"] == topic]

    until(lambda: len(of_topic()) == 20, "all twenty are on the tape")
    assert {event["key"] for event in of_topic()} == {f"k{number}" for number in range(20)}
    until(lambda: looking.view().topics[f"t:{topic}"]["events"] == 20, "the survey counts them")


def test_health_is_good_while_it_looks(looking: Pipeline, script: Client) -> None:
    answer = script.get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


def test_records_are_read_through_the_api_masked_and_bounded(
    looking: Pipeline, bootstrap: str, make_topic: MakeTopic, script: Client
) -> None:
    topic = make_topic(partitions=2)
    until(lambda: f"t:{topic}" in looking.view().topics, "the new topic is shown")
    secret = json.dumps({"part": 7, "password": "hunter2"}).encode()
    produce(bootstrap, topic, secret, b"x" * 500_000, None, b"\xff\xfe")

    newest = script.get(f"/api/topics/{topic}/events?limit=10").json()
    assert len(newest) == 4
    assert len(script.get(f"/api/topics/{topic}/events?limit=2").json()) == 2
    assert "hunter2" not in json.dumps(newest)

    one = script.get(f"/api/topics/{topic}/events/0/0").json()
    assert (one["topic"], one["partition"], one["offset"], one["key"]) == (topic, 0, 0, "k0")
    assert '"part"' in one["text"]
    assert "hunter2" not in one["text"]

    large = script.get(f"/api/topics/{topic}/events/1/0").json()
    assert large["truncated"] is True
    assert large["size"] == 500_000
    assert len(large["text"]) < 100_000

    gone = script.get(f"/api/topics/{topic}/events/0/99")
    assert gone.status_code == 404
    assert gone.headers["Content-Type"] == "application/problem+json"
    assert script.get(f"/api/topics/{topic}/events/9/0").status_code == 404


def test_the_logs_of_a_topic_are_given(
    looking: Pipeline, bootstrap: str, make_topic: MakeTopic, script: Client
) -> None:
    topic = make_topic(partitions=2)
    until(lambda: f"t:{topic}" in looking.view().topics, "the new topic is shown")
    produce(bootstrap, topic, b"1", b"2", b"3")
    assert script.get(f"/api/topics/{topic}/partitions").json() == [
        {"partition": 0, "start": 0, "end": 2, "leader": True},
        {"partition": 1, "start": 0, "end": 1, "leader": True},
    ]


def test_the_flow_tells_each_group_s_partitions(looking: Pipeline, script: Client) -> None:
    flow = script.get("/api/flow").json()
    assert flow["cluster"]["reachable"] is True
    assert flow["cluster"]["bootstrap"]
    for group in flow["groups"]:
        for part in group["partitions"]:
            assert {"topic", "partition", "committed", "end", "start", "lag", "lost", "why"} <= set(
                part
            )


def test_the_lag_of_a_group_at_rest_is_what_any_client_of_kafka_reads(
    looking: Pipeline, bootstrap: str, make_topic: MakeTopic, script: Client
) -> None:
    topic = make_topic(partitions=3)
    produce(bootstrap, topic, *(b"{}" for _ in range(21)))
    client = Consumer({"bootstrap.servers": bootstrap, "group.id": topic, "log_level": 0})
    reached = [TopicPartition(topic, 0, 4), TopicPartition(topic, 1, 10)]
    client.commit(offsets=reached, asynchronous=False)

    places = [TopicPartition(topic, number) for number in range(3)]
    plain = {}
    for place in client.committed(places, PATIENCE_SECONDS):
        end = client.get_watermark_offsets(place, PATIENCE_SECONDS)[1]
        plain[place.partition] = (end - place.offset if place.offset >= 0 else None, end)
    client.close()
    assert plain == {0: (7, 11), 1: (0, 10), 2: (None, 0)}

    def ours() -> dict[int, tuple[int | None, int | None]]:
        answer = script.get(f"/api/groups/{topic}")
        parts = answer.json()["partitions"] if answer.status_code == 200 else []
        return {one["partition"]: (one["lag"], one["end"]) for one in parts}

    until(lambda: {n: ours().get(n) for n in (0, 1)} == {n: plain[n] for n in (0, 1)}, "agreed")
    group = script.get(f"/api/groups/{topic}").json()
    assert group["lag"] == sum(lag for lag, _ in plain.values() if lag is not None)
