"""A cluster of two brokers of which one goes away: what it kept is not known, the rest is right."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from confluent_kafka import Consumer, TopicPartition
from confluent_kafka.admin import AdminClient, NewTopic

from dashboard.cluster.answers import REQUEST_SECONDS
from dashboard.cluster.connection import Connection
from dashboard.cluster.coordinators import AWAY, OFFSETS_TOPIC, partition_of
from dashboard.cluster.embedded import EmbeddedKafka
from dashboard.pipeline import Pipeline
from dashboard.tap.topic_filter import TopicFilter
from flowviz import config
from tests.kafka.second_broker import SecondBroker
from tests.kafka.watching import write
from tests.waiting import until

NAMES = [*(f"group-{n}" for n in range(4)), "inventory", "shipping", "orders", "pricing"]
"""The last ones have negative hashes in Java, the first ones positive."""
FIRST, SECOND = 1, 2


@pytest.fixture
def second(own_kafka: EmbeddedKafka, tmp_path: Path) -> Iterator[SecondBroker]:
    """Not started; node 2 beside `own_kafka`, which has to run when it starts."""
    broker = SecondBroker(own_kafka, tmp_path / "second", config.load(os.environ))
    yield broker
    broker.end()


def commit_both(bootstrap: str, group: str) -> None:
    client = Consumer({"bootstrap.servers": bootstrap, "group.id": group, "log_level": 0})
    places = [TopicPartition("parts", partition, 1) for partition in (0, 1)]
    client.commit(offsets=places, asynchronous=False)
    client.close()


def kept_by(admin: AdminClient) -> dict[str, int]:
    """Each group's broker, by the rule that we know; checked against what Kafka says itself."""
    topic = admin.list_topics(OFFSETS_TOPIC, timeout=10).topics[OFFSETS_TOPIC]
    count = len(topic.partitions)
    expected = {name: topic.partitions[partition_of(name, count)].leader for name in NAMES}
    described = admin.describe_consumer_groups(NAMES, request_timeout=10)
    assert {name: told.result(20).coordinator.id for name, told in described.items()} == expected
    return expected


def test_groups_and_partitions_of_a_broker_that_is_away_are_unknown_and_the_others_right(
    own_kafka: EmbeddedKafka, second: SecondBroker, pipeline: Pipeline
) -> None:
    bootstrap = own_kafka.start()
    second.start(bootstrap)
    admin = AdminClient({"bootstrap.servers": bootstrap, "log_level": 0})
    parts = NewTopic("parts", 2, replica_assignment=[[FIRST], [SECOND]])
    admin.create_topics([parts])["parts"].result(30)
    for partition in (0, 1):
        write(bootstrap, "parts", b"1", b"2", b"3", partition=partition)
    for name in NAMES:
        commit_both(bootstrap, name)
    brokers = kept_by(admin)
    near = next(name for name, broker in brokers.items() if broker == FIRST)
    far = next(name for name, broker in brokers.items() if broker == SECOND)

    def group(name: str) -> dict[str, Any]:
        return pipeline.view().groups.get(f"g:{name}", {})

    pipeline.look_at(Connection(bootstrap), TopicFilter())
    until(lambda: all(group(name).get("lag") == 4 for name in NAMES), "the lag of every group")

    second.kill(bootstrap)
    until(lambda: AWAY in (group(far)["why"] or ""), "the far group away")
    assert (group(far)["state"], group(far)["lag"], group(far)["members"]) == (
        "unknown",
        None,
        None,
    )
    assert {part["why"] for part in pipeline.view().partitions(far)} == {
        "commit not known",
        "no leader",
    }
    found = until(lambda: group(near) if group(near)["at_least"] else None, "the near group")
    assert (found["lag"], found["state"]) == (2, "no members")
    assert [part["why"] for part in pipeline.view().partitions(near)] == [None, "no leader"]
    assert pipeline.view().topics["t:parts"]["leaderless"] == 1
    assert set(pipeline.view().groups) == {f"g:{name}" for name in NAMES}
    until(
        lambda: pipeline.view().cluster["survey_seconds"] < REQUEST_SECONDS,
        "a survey that waits for nobody",
    )

    second.start(bootstrap)
    until(lambda: all(group(name).get("lag") == 4 for name in NAMES), "every group again")
