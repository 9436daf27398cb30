"""Where the line over the log and its double of direct calls begin and end, by the scenario."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from dashboard.picture.observations import DeclaredService


@dataclass(frozen=True, slots=True)
class Course:
    sources: frozenset[str]
    """Services of the direct line that no other one calls: parts begin there."""
    begins: frozenset[str]
    """Topics that the originals of the sources write: over the log parts begin there."""
    ends: frozenset[str]
    """Topics that `last` write: over the log a part is finished with such an event."""
    last: frozenset[str]
    """The originals of those services of the direct line that call no other."""


def course_of(services: Mapping[str, DeclaredService]) -> Course | None:
    """None where no line of direct calls is declared."""
    doubles = {name: one for name, one in services.items() if one.twin_of in services}
    if not doubles:
        return None
    called = {callee for one in doubles.values() for callee in one.calls}
    sources = frozenset(name for name in doubles if name not in called)
    first = {doubles[name].twin_of for name in sources}
    last = {one.twin_of for one in doubles.values() if not one.calls}
    return Course(
        sources=sources,
        begins=frozenset(topic for name in first if name for topic in services[name].writes),
        ends=frozenset(topic for name in last if name for topic in services[name].writes),
        last=frozenset(name for name in last if name),
    )
