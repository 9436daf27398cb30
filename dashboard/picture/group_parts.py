"""The partitions that a group reads, with the offsets that place it in them."""

from __future__ import annotations

from collections.abc import Iterable

from dashboard.picture.lag import Offsets, PartitionLag, partition_lag
from dashboard.picture.observations import GroupFacts
from dashboard.picture.text import clipped
from dashboard.picture.topics import Topics


def parts_of(facts: GroupFacts, topics: Topics, reads: frozenset[str]) -> Iterable[PartitionLag]:
    """Every partition of every shown topic that the group reads, by whatever sign."""
    if facts.state == "another kind":
        return
    names = {topic for topic, _ in (*facts.committed, *facts.unknown)} | reads
    for member in facts.members or ():
        names.update(topic for topic, _ in member.partitions)
    for name in sorted(names):
        watch = topics.get(name)
        if watch is None:
            continue
        for number in watch.partitions():
            commit = facts.committed.get((name, number))
            offsets = Offsets(
                committed=None if commit is None else commit.offset,
                start=watch.starts.get(number),
                end=watch.ends.get(number),
                leaderless=watch.has_no_leader(number),
                unasked=None if commit is not None else _unasked(facts, name, number),
            )
            yield partition_lag(name, number, offsets)


def _unasked(facts: GroupFacts, topic: str, partition: int) -> str | None:
    """Why it is not known whether this was committed; None where it is known that nothing was."""
    if not facts.committed_known:
        return "commit not known"
    why = facts.unknown.get((topic, partition))
    return None if why is None else f"commit not known: {clipped(why)}"


def by_topic(parts: Iterable[PartitionLag]) -> dict[str, list[PartitionLag]]:
    found: dict[str, list[PartitionLag]] = {}
    for part in parts:
        found.setdefault(part.topic, []).append(part)
    return found
