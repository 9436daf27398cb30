"""How a real group's commits and backlog go: how old the newest commit is, and when all is read."""

from __future__ import annotations

from typing import Any

from dashboard.cluster.connection import Connection
from dashboard.pipeline import Pipeline
from dashboard.tap.topic_filter import TopicFilter
from tests.kafka.conftest import MakeTopic
from tests.kafka.watching import commit, write
from tests.waiting import until

MANY = 2_000
READ = 10
"""What the group has committed before anybody watches."""
STEP = 10
LEFT = 500
"""So much of the log is never read here."""
GROWS_BY = 300
"""At once; as much as the group commits in thirty steps."""


class Group:
    """A group that commits a step further, or a log that grows by many, each time the picture has
    shown what was before."""

    def __init__(self, bootstrap: str, topic: str, pipeline: Pipeline) -> None:
        self._bootstrap = bootstrap
        self._topic = topic
        self._pipeline = pipeline
        self.committed = READ
        self.end = MANY

    def begin(self) -> None:
        write(self._bootstrap, self._topic, *[b"x"] * self.end)
        commit(self._bootstrap, self._topic, self._topic, self.committed)

    def shown(self) -> dict[str, Any]:
        return self._pipeline.view().groups.get(f"g:{self._topic}", {})

    def _part(self) -> dict[str, Any]:
        (part,) = self._pipeline.view().partitions(self._topic)
        return part

    def reads_on(self) -> dict[str, Any]:
        if self._part()["committed"] == self.committed < MANY - LEFT:
            self.committed += STEP
            commit(self._bootstrap, self._topic, self._topic, self.committed)
        return self.shown()

    def falls_behind(self) -> dict[str, Any]:
        if self._part()["end"] == self.end:
            self.end += GROWS_BY
            write(self._bootstrap, self._topic, *[b"x"] * GROWS_BY)
        return self.shown()


def test_the_age_of_a_commit_and_the_time_to_drain_are_told_as_far_as_they_are_known(
    pipeline: Pipeline, bootstrap: str, make_topic: MakeTopic
) -> None:
    topic = make_topic()
    group = Group(bootstrap, topic, pipeline)
    group.begin()
    pipeline.look_at(Connection(bootstrap), TopicFilter.parse(topic))

    first = until(
        lambda: one if (one := group.shown()).get("lag") == MANY - READ else None, "the group"
    )
    assert first["commit_at"] is not None
    assert first["commit_at_least"] is True

    found = until(
        lambda: one if (one := group.reads_on())["drain"] == "draining" else None, "it drains"
    )
    assert found["drain_seconds"] >= 1
    assert found["commit_at"] > first["commit_at"]
    assert found["commit_at_least"] is False
    left = found["lag"]

    found = until(
        lambda: one if (one := group.falls_behind())["drain"] == "never at this rate" else None,
        "it never drains",
    )
    assert found["drain_seconds"] is None
    assert found["lag"] > left
