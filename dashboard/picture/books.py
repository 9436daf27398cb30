"""The rows of the ledger, put together from what is known of each service."""

from __future__ import annotations

from typing import Any

from dashboard.picture.group_watch import GroupWatch
from dashboard.picture.known import Known
from dashboard.picture.ledger import Row, ServiceRow, added, kit_row, offsets_row, wire
from dashboard.picture.services import ServiceWatch
from dashboard.picture.source_report import Published
from dashboard.picture.tally import NOT_KNOWN, Tally


def service_row(known: Known, service: ServiceWatch) -> ServiceRow:
    groups = [known.groups.get(name) for name in known.claims.groups_of(service.name)]
    found = [group for group in groups if group is not None]
    writes = writes_of(known, service.name)
    sampled = bool(writes & known.topics.sampled)
    if not service.kit and not any(group.kit for group in found):
        row = added(offsets_row(group) for group in found)
        return ServiceRow(row, "offsets", None, False, None, bool(found))
    twice = known.duplicates.of(service.name)
    return ServiceRow(
        row=added(kit_row(group) for group in found) if found else Row(),
        by="kit",
        duplicates=None if sampled else twice.now,
        duplicates_at_least=not writes or twice.at_least or twice.doubted,
        duplicates_since_at=twice.since_at or _watched_since(known, found),
        replayed=None if sampled else twice.replayed,
        replayed_at_least=not _saw_all(known, found),
        writes=bool(writes),
        number=max((one for group in found if (one := group.passes.number)), default=None),
        lost_by_log=known.acked.lost(service.name),
        reads=bool(found),
    )


def _watched_since(known: Known, groups: list[GroupWatch]) -> int | None:
    """None where all that was handled in this pass was seen: what it wrote twice before the watch
    began is not known."""
    saw_all = all(
        known.topics.seen_from(place, entry.base)
        for group in groups
        if group.facts is not None
        for place, entry in group.facts.ledger.items()
        if entry.done + entry.dead + entry.skipped > 0
    )
    return None if saw_all else known.started_at


def _saw_all(known: Known, groups: list[GroupWatch]) -> bool:
    """Whether what their rewinds had written again was seen when it was written first."""
    if known.duplicates.hidden_until is not None:
        return False
    back = [place for group in groups for place in group.passes.back_to.items()]
    return not back or (
        not known.duplicates.forgot
        and all(known.topics.seen_from(place, offset) for place, offset in back)
    )


def group_row(known: Known, group: GroupWatch) -> ServiceRow:
    """A group of no known service in whose commits the kit's counters stand: its service has gone
    silent for long, or was never heard."""
    service = known.former.of(group.name)
    twice, at_least = None, group.passed_total() > 0  # who handled nothing wrote nothing twice
    if service is not None:
        known_twice = known.duplicates.of(service)
        at_least = known_twice.at_least or known_twice.doubted
        twice = known_twice.now if known.former.is_first(group.name) else 0
    elif not at_least:
        twice = 0
    return ServiceRow(
        row=kit_row(group),
        by="kit",
        duplicates=twice,
        duplicates_at_least=at_least,
        duplicates_since_at=_watched_since(known, [group]),
        number=group.passes.number,
        writes=True,
        lost_by_log=None,
        reads=True,
    )


def writes_of(known: Known, service: str) -> set[str]:
    """Topics that a service writes, by what it stamps or says."""
    said = known.claims.writes.get(service, frozenset())
    return {*said, *known.writers.topics_of(service)}


def published_by(known: Known, service: str) -> Published | None:
    """Events that a service has published since the watch began.

    By the offsets of logs that nobody else is known to write; else by its own headers, where none
    of it was sampled.
    """
    topics = writes_of(known, service)
    if topics and all(known.writers.writers_of(topic) == 1 for topic in topics):
        return Published(known.topics.produced_on(topics), "offsets", frozenset(topics))
    if topics & known.topics.sampled:
        return None
    stamped = known.writers.published_by(service)
    return None if stamped is None else Published(stamped, "headers")


def ledger(known: Known) -> dict[str, Any]:
    """Who talks by direct calls has no part in it: nothing of theirs is on the log."""
    rows = {
        watch.name: service_row(known, watch)
        for watch in known.services.all()
        if (watch.kit or known.claims.groups_of(watch.name))
        and not watch.in_tray
        and not watch.is_twin
    }
    groups = {
        group.name: group_row(known, group)
        for group in known.groups.all()
        if group.kit and group.name not in known.claims.owner
    }
    return wire(rows, groups, known.started_at, lost_before=known.acked.lost_before)


def tally(known: Known, service: ServiceWatch, group_name: str) -> Tally:
    """What a recovery report compares: the counters of one group as they stand now."""
    group = known.groups.get(group_name)
    if group is None:
        return NOT_KNOWN
    written = known.topics.produced_on(known.claims.reads.get(group_name, group.progress))
    if not service.kit:
        row = offsets_row(group)
        return Tally(group.total.lag, row.handled, row.lost, None, row.published, written=written)
    row, before = kit_row(group), group.passes.before()
    writes = writes_of(known, service.name)
    twice, sampled = known.duplicates.of(service.name), writes & known.topics.sampled
    written_twice = None if sampled else twice
    return Tally(
        lag=group.total.lag,
        handled=_and(row.handled, before.handled),
        lost=_and(row.lost, before.lost),
        duplicates=None if written_twice is None else written_twice.ever,
        published=_and(row.published, before.published),
        again=group.passes.again,
        replayed=None if written_twice is None else written_twice.replayed,
        written=written,
        doubted=twice.doubted if writes else None,
        hidden_until=known.duplicates.hidden_until,
        replays_seen=_saw_all(known, [group]),
    )


def _and(count: int | None, before: int) -> int | None:
    return None if count is None else count + before
