"""Where reading begins in each partition."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from confluent_kafka.admin import AdminClient

from dashboard.cluster.offsets import at_time, starts_and_ends
from dashboard.picture.observations import Partition
from dashboard.tap.topic_filter import STATUS_TOPIC
from flowviz.kit.wish import CONTROL_TOPIC

HISTORY_EVENTS = 60
"""What the tape holds; read from before the end when the tap starts, so that it is full at once."""

HISTORY_EVENTS_IN_ALL = 2_000
"""Over all partitions: with many of them, fewer from each."""

STATUS_HISTORY_MS = 60_000
"""An instance that has not reported for this long is forgotten."""

NEW_TOPIC_EVENTS = 10_000
"""A topic that appears with more than this in it is read from near its end."""


@dataclass(frozen=True, slots=True)
class Place:
    offset: int
    """The first offset to read."""
    history_until: int
    """Offsets below this were there before we came: shown, but nothing moves for them."""
    gap: int = 0
    """Offsets that were removed before they were read."""


def places(
    admin: AdminClient,
    partitions: Collection[Partition],
    *,
    known: Mapping[Partition, int],
    old: Collection[Partition],
    now: int,
) -> dict[Partition, Place]:
    """Where to begin in each partition; those for which the cluster gives no answer are left out.

    `known` are places reached before, for going on after an interruption. `old` are those that were
    there when the tap started: they are read from a little before their ends; a partition that
    appeared later from its beginning.
    """
    starts, ends = starts_and_ends(admin, partitions)
    by_time = at_time(
        admin,
        [one for one in partitions if one[0] == STATUS_TOPIC and one not in known],
        now - STATUS_HISTORY_MS,
    )
    before_end = max(1, min(HISTORY_EVENTS, HISTORY_EVENTS_IN_ALL // max(1, len(partitions))))
    found = {}
    for partition in partitions:
        start, end = starts.get(partition), ends.get(partition)
        if start is None or end is None:
            continue
        near_end = max(start, end - before_end)
        reached = known.get(partition)
        if reached is not None:
            # Past the end: the log was cut short, and what we read of it is no more.
            offset = min(max(reached, start), end)
            until = end if partition[0] == CONTROL_TOPIC else 0
            found[partition] = Place(offset, until, gap=max(0, start - reached))
        elif partition[0] == CONTROL_TOPIC:
            found[partition] = Place(start, end)
        elif partition[0] == STATUS_TOPIC:
            first = by_time.get(partition)
            found[partition] = Place(end if first is None else first, end)
        elif partition in old:
            found[partition] = Place(near_end, end)
        else:
            all_of_it = end - start <= NEW_TOPIC_EVENTS
            found[partition] = Place(start if all_of_it else near_end, 0)
    return found
