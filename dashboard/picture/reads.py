"""Who reads what: one edge for each topic that a consumer group reads."""

from __future__ import annotations

from typing import NamedTuple

from dashboard.picture.group_watch import GroupWatch, owner_node
from dashboard.picture.ids import read_edge, topic_node
from dashboard.picture.rates import quantised
from dashboard.picture.section import Entity


class Read(NamedTuple):
    topic: str
    group: str

    @property
    def edge(self) -> str:
        return read_edge(self.topic, self.group)


def reads_of(group: GroupWatch, claimed: frozenset[str]) -> list[Read]:
    """What the survey found the group to read, and what its service says that it reads."""
    return [Read(topic, group.name) for topic in sorted({*group.progress, *claimed})]


def entity(read: Read, group: GroupWatch, *, service: str | None, partitions: set[int]) -> Entity:
    """`partitions`: those that stand on the belt or on the tape, which need their commits."""
    progress = group.progress.get(read.topic)
    lag = group.lag_on(read.topic)
    committed = {} if progress is None else progress.committed
    return {
        "kind": "reads",
        "from": topic_node(read.topic),
        "to": owner_node(group.name, service),
        "topic": read.topic,
        "group": group.name,
        "owner": owner_node(group.name, service),
        "lag": lag.lag,
        "at_least": lag.at_least,
        "lost": lag.lost,
        "rate": quantised(progress.passed.rate()) if progress and group.answers else None,
        "certainty": "observed" if committed else "declared",
        "count": progress.passed.total if progress else 0,
        "over_seconds": progress.over_seconds if progress else 0.0,
        "committed": {
            str(partition): offset
            for partition, offset in sorted(committed.items())
            if partition in partitions
        },
        "why": lag.why,
    }
