"""The start of a real log comes nearer to what a group has not read, and passes it."""

from __future__ import annotations

from typing import Any

from confluent_kafka import TopicPartition
from confluent_kafka.admin import AdminClient
from django.test import Client

from dashboard import running
from dashboard.cluster.connection import Connection
from dashboard.control.actions import Control
from dashboard.pipeline import Pipeline
from dashboard.tap.topic_filter import TopicFilter
from tests.kafka.conftest import MakeTopic
from tests.kafka.watching import commit, write
from tests.waiting import until

MANY = 2_000
READ = 1_200
STEP = 10


class Cutting:
    """Moves the start of a log on in steps, as retention does."""

    def __init__(self, bootstrap: str, topic: str) -> None:
        self._admin = AdminClient({"bootstrap.servers": bootstrap, "log_level": 0})
        self._topic = topic
        self.start = 0

    def cut(self, start: int) -> None:
        place = TopicPartition(self._topic, 0, start)
        self._admin.delete_records([place])[TopicPartition(self._topic, 0)].result(20)
        self.start = start

    def step(self, seen: int | None) -> None:
        """One step further, once the one before it was seen."""
        if seen == self.start and self.start + STEP < READ:
            self.cut(self.start + STEP)


def test_a_group_is_warned_before_retention_passes_it_and_told_when_it_has(
    pipeline: Pipeline, bootstrap: str, make_topic: MakeTopic
) -> None:
    topic = make_topic()
    write(bootstrap, topic, *[b"x"] * MANY)
    commit(bootstrap, topic, topic, READ)
    cutting = Cutting(bootstrap, topic)
    pipeline.look_at(Connection(bootstrap), TopicFilter.parse(topic))
    script = Client(headers={"host": "127.0.0.1:8000"})
    control = Control(acts=False, observe=pipeline.observe, view=pipeline.view)
    running.declare(running.Running(pipeline, control))

    def group() -> dict[str, Any]:
        return pipeline.view().groups.get(f"g:{topic}", {})

    def warned() -> dict[str, Any] | None:
        (part,) = pipeline.view().partitions(topic)
        cutting.step(part["start"])
        found = group()
        return found if found.get("retention") == "approaching" else None

    try:
        until(lambda: group().get("lag") == MANY - READ, "the group, as far as it has read")
        assert (group()["retention"], group()["retention_seconds"]) == (None, None)
        found = until(warned, "the warning")
        assert found["retention_seconds"] > 0
        assert (found["lost"], found["lag"]) == (0, MANY - READ)
        (part,) = script.get(f"/api/groups/{topic}").json()["partitions"]
        assert (part["retention"], part["lost"]) == ("approaching", 0)
        assert part["retention_seconds"] > 0

        cutting.cut(READ + 5)
        until(lambda: group()["lost"] == 5, "five lost")
        assert (group()["retention"], group()["retention_seconds"]) == ("approaching", 0.0)
        assert group()["lag"] == MANY - READ - 5
    finally:
        running.declare(None)
