"""Whether a service can read again from a place: only where the log holds it, and never ahead.

The service itself moves what it is asked to the nearest that there is; a person who names a place
that is none is told so before.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from dashboard.control.arguments import To
from dashboard.control.refusal import Refusal
from dashboard.picture.lag import PartitionLag
from dashboard.picture.observations import Partition
from flowviz.kit.wish import Offsets

AtTime = Callable[[Iterable[Partition], int], Mapping[Partition, int | None]]
"""The first offset of each partition from an instant (Unix ms) on; None: there is none, or no
answer."""


def demand(to: To, service: str, parts: Sequence[PartitionLag], now: int, at_time: AtTime) -> None:
    """Raises Refusal. `parts`: what the groups of the service read. What is not known is let pass:
    the service looks at the log itself."""
    if isinstance(to, str):
        return
    if isinstance(to, int):
        _demand_instant(to, service, parts, now, at_time)
    else:
        _demand_offsets(to, service, parts)


def _demand_instant(
    to: int, service: str, parts: Sequence[PartitionLag], now: int, at_time: AtTime
) -> None:
    if to > now:
        raise Refusal(422, "That instant is still to come; name one that has been.")
    known = {(p.topic, p.partition): p.offsets.committed for p in parts}
    if not known or None in known.values():
        return
    found = at_time(known, to)
    if not any(_is_before(found.get(place), committed) for place, committed in known.items()):
        raise Refusal(409, f"{service} has read nothing that is from then or later.")


def _is_before(target: int | None, committed: int | None) -> bool:
    return target is not None and committed is not None and target < committed


def _demand_offsets(to: Offsets, service: str, parts: Sequence[PartitionLag]) -> None:
    for topic, partitions in to.items():
        there = {part.partition: part for part in parts if part.topic == topic}
        if not there:
            raise Refusal(422, f"{service} does not read {topic}.")
        for number, offset in partitions.items():
            if number not in there:
                raise Refusal(422, f"{topic} has no partition {number}.")
            _demand_offset(there[number], offset, service)


def _demand_offset(part: PartitionLag, offset: int, service: str) -> None:
    where, held = f"{part.topic} [{part.partition}]", part.offsets
    if held.start is not None and offset < held.start:
        raise Refusal(409, f"{where} begins at {held.start} by now; what was before is removed.")
    come_to = held.end if held.committed is None else held.committed
    if come_to is not None and offset > come_to:
        raise Refusal(
            409, f"{service} has come to {come_to} in {where}; it reads again from there or before."
        )
