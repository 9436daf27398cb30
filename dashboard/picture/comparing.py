"""Tells the comparison of the two lines what was seen of each."""

from __future__ import annotations

from collections.abc import Iterable

from dashboard.picture.calls import Totals
from dashboard.picture.known import Known
from dashboard.picture.ledger import kit_row


def switch(known: Known) -> bool:
    """Whether the line of direct calls was switched on or off since the last time."""
    on = any(phase != "stopped" for phase in known.twin())
    return known.lines.switch(on, totals(known))


def told(known: Known, service: str, at: int) -> bool:
    """This service has told its counters anew; whether that changes the comparison."""
    course, comparison = known.lines.course, known.lines.comparison
    if course is None or comparison is None or service not in course.sources:
        return False
    seconds = [
        edge.seconds(_reporting(known, name))
        for name in course.sources
        for edge in known.calls.of(name)
    ]
    slowest = max((one for one in seconds if one is not None), default=None)
    comparison.told(at, totals(known), slowest)
    return True


def surveyed(known: Known, at: int) -> None:
    course, comparison = known.lines.course, known.lines.comparison
    if course is None or comparison is None:
        return
    topics = {name: known.topics.get(name) for name in course.ends}
    written = {name: topic.produced.total for name, topic in topics.items() if topic is not None}
    comparison.surveyed(at, written, _given_up(known, course.last))


def processes(known: Known) -> int:
    """Of the sources of the direct line: those of which these are the counters."""
    course = known.lines.course
    sources = course.sources if course is not None else ()
    return sum(edge.processes for name in sources for edge in known.calls.of(name))


def _given_up(known: Known, services: Iterable[str]) -> int | None:
    groups = [
        group
        for service in services
        for name in known.claims.groups_of(service)
        if (group := known.groups.get(name)) is not None
    ]
    counts = [kit_row(group).dead_lettered for group in groups]
    known_counts = [count for count in counts if count is not None]
    return sum(known_counts) if counts and len(known_counts) == len(counts) else None


def totals(known: Known) -> Totals:
    """Of all calls that the sources of the direct line made."""
    course = known.lines.course
    sources = course.sources if course is not None else ()
    edges = [edge.totals for name in sources for edge in known.calls.of(name)]
    return Totals(*(sum(counts) for counts in zip(*edges, strict=True))) if edges else Totals()


def _reporting(known: Known, service: str) -> set[str]:
    watch = known.services.get(service)
    return set() if watch is None else watch.reporting(known.now)
