"""The ledger: what was published, handled, given up, and whether anything was lost.

Counters come from the kit (in the metadata of its commits) and from the survey; what they claim is
checked against the offsets themselves, so that a loss shows even where nobody counted it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import Any, Literal

from dashboard.picture.group_watch import GroupWatch
from dashboard.picture.lag import PartitionLag
from dashboard.picture.observations import LedgerSeen


@dataclass(frozen=True, slots=True)
class Row:
    """Counters of one partition, group, service or all; None: not known."""

    published: int | None = None
    handled: int | None = None
    waiting: int | None = None
    skipped: int | None = None
    dead_lettered: int | None = None
    lost: int | None = None


NOTHING_YET = Row(0, 0, 0, 0, 0, 0)


def partition_row(part: PartitionLag, entry: LedgerSeen | None) -> Row:
    """One partition as the kit's own counters and the broker's offsets show it."""
    committed, start, end = part.offsets.committed, part.offsets.start, part.offsets.end
    if entry is None:
        return _before_the_ledger(part)
    if committed is None:
        return Row(waiting=part.lag)
    # A commit past the end is of another log: a topic made anew, or one that lost its end.
    known = end is not None and committed <= end
    published = end - entry.base - entry.gaps if end is not None and known else None
    # The independent check: every offset between base and commit must stand in one counter.
    unaccounted = (committed - entry.base) - (
        entry.done + entry.dead + entry.skipped + entry.gaps + entry.lost
    )
    removed = None if start is None else max(0, start - committed)
    return Row(
        published=published,
        handled=entry.done,
        waiting=part.lag,
        skipped=entry.skipped,
        dead_lettered=entry.dead,
        lost=None if removed is None else entry.lost + removed + unaccounted,
    )


def _before_the_ledger(part: PartitionLag) -> Row:
    """The kit has not committed here yet: nothing is handled, and its base is where it begins.

    A commit without a ledger is somebody else's, or was made in a transaction: what it covers may
    be handled or not, nobody has counted it.
    """
    if part.offsets.unasked is not None:
        return Row()  # it may have committed, and counted, anything
    if part.offsets.committed is not None:
        return Row(waiting=part.lag, lost=part.lost)
    if part.offsets.end is not None and part.offsets.end == part.offsets.start:
        return NOTHING_YET
    # Of a log that was never cut nothing can be lost before it is read.
    lost = 0 if part.offsets.start == 0 else part.lost
    return Row(part.lag, 0, part.lag, 0, 0, lost)


def offsets_row(group: GroupWatch) -> Row:
    """A group without the kit: handled is how far its commits moved since they were first seen."""
    handled = group.passed_total() if group.progress and group.answers else None
    return Row(handled=handled, waiting=group.total.lag, lost=group.total.lost)


def kit_row(group: GroupWatch) -> Row:
    ledger = group.facts.ledger if group.facts is not None else {}
    rows = [partition_row(part, ledger.get((part.topic, part.partition))) for part in group.parts]
    return added(rows) if rows else Row()


def added(rows: Iterable[Row]) -> Row:
    """Sums; a sum with an unknown part is unknown."""
    rows = list(rows)
    if not rows:
        return Row()
    sums: dict[str, int | None] = {}
    for field in fields(Row):
        parts = [getattr(row, field.name) for row in rows]
        sums[field.name] = None if None in parts else sum(parts)
    return Row(**sums)


@dataclass(frozen=True, slots=True)
class ServiceRow:
    """Of one service, of a group that no service is known for, or of all of them."""

    row: Row
    by: Literal["kit", "offsets"] | None
    duplicates: int | None
    duplicates_at_least: bool
    """It publishes nothing that could be seen twice, some came before sampling hid a part, or a
    part of what was written again after a rewind may be of a crash."""
    lost_by_log: int | None
    """Acknowledged writes that the log no longer has; None where none are reported."""
    reads: bool
    duplicates_since_at: int | None = None
    """Since when all that it wrote was seen; None: since its pass began."""
    replayed: int | None = None
    """Written again after a rewind of it, since the watch began."""
    replayed_at_least: bool = False
    writes: bool = False
    number: int | None = None
    """The newest pass of its groups."""


def wire(
    services: dict[str, ServiceRow],
    groups: dict[str, ServiceRow],
    since_at: int,
    *,
    lost_before: int,
) -> dict[str, Any]:
    """`{"published",...,"services":{name:{...}},"groups":{name:{...}}}`.

    Sums are over the services of the kit and over `groups`, those of no known service in whose
    commits the kit's counters stand. `lost_before`: by the log, of services that are forgotten.
    """
    kit = [row for row in services.values() if row.by == "kit"]
    own = [row for row in kit if row.reads]
    readers = [*own, *groups.values()]
    by_log = [row.lost_by_log for row in kit if row.lost_by_log is not None]
    if lost_before:
        by_log.append(lost_before)
    total = ServiceRow(
        added(row.row for row in readers),
        by="kit" if readers else None,
        reads=bool(readers),
        lost_by_log=sum(by_log) if by_log else None,
        duplicates=_duplicates(own, list(groups.values())),
        # What is counted is what is written twice: who writes nothing takes nothing from that.
        duplicates_at_least=any(row.duplicates_at_least for row in readers if row.writes)
        or not any(row.writes for row in readers),
        duplicates_since_at=max(
            (one for row in readers if row.writes and (one := row.duplicates_since_at)),
            default=None,
        ),
        replayed=_replayed(own),
        replayed_at_least=bool(groups) or any(row.replayed_at_least for row in own),
        number=max((row.number for row in readers if row.number is not None), default=None),
    )
    return {
        **_wired(total, since_at),
        "services": {name: _wired(row, since_at) for name, row in sorted(services.items())},
        "groups": {name: _wired(row, since_at) for name, row in sorted(groups.items())},
    }


def _duplicates(own: list[ServiceRow], left: list[ServiceRow]) -> int | None:
    """Of the groups that are left those are counted that are known; else the sum is "at least"."""
    counts = [row.duplicates for row in own]
    if None in counts or not (own or left):
        return None
    return sum(row.duplicates or 0 for row in (*own, *left))


def _replayed(own: list[ServiceRow]) -> int | None:
    counts = [row.replayed for row in own]
    return None if None in counts or not own else sum(count or 0 for count in counts)


def _wired(row: ServiceRow, since_at: int) -> dict[str, Any]:
    # A loss that is certain is told, even where another part of the sum is not known.
    lost = row.row.lost if row.reads else row.lost_by_log
    if row.reads and row.lost_by_log:
        lost = (lost or 0) + row.lost_by_log
    return {
        "published": row.row.published,
        "handled": row.row.handled,
        "waiting": row.row.waiting,
        "skipped": row.row.skipped,
        "dead_lettered": row.row.dead_lettered,
        "duplicates": row.duplicates,
        "duplicates_at_least": row.duplicates_at_least,
        "duplicates_since_at": row.duplicates_since_at,
        "replayed": row.replayed,
        "replayed_at_least": row.replayed_at_least,
        "pass": row.number,
        "lost": lost,
        "since_at": since_at,
        "by": row.by,
    }
