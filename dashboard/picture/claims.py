"""Which service a group belongs to: only the one that names it, or whose document does."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from dashboard.picture.services import ServiceWatch


@dataclass(frozen=True, slots=True)
class Claims:
    owner: dict[str, str] = field(default_factory=dict)
    """Group -> service."""
    reads: dict[str, frozenset[str]] = field(default_factory=dict)
    """Group -> topics that its service says it reads."""
    writers: dict[str, frozenset[str]] = field(default_factory=dict)
    """Topic -> services that say they write it."""
    groups: dict[str, list[str]] = field(default_factory=dict)
    """Service -> the groups that are its own, sorted."""
    writes: dict[str, frozenset[str]] = field(default_factory=dict)
    """Service -> topics that it says it writes."""

    def groups_of(self, service: str) -> list[str]:
        return self.groups.get(service, [])


def claims_of(services: Iterable[ServiceWatch]) -> Claims:
    """Where two services name one group, a document wins, then the first by name.

    A service in the tray owns its group, which an earlier run may have left, and reads and writes
    nothing yet.
    """
    owner: dict[str, str] = {}
    reads: dict[str, frozenset[str]] = {}
    writes: dict[str, frozenset[str]] = {}
    writers: dict[str, set[str]] = {}
    for service in sorted(services, key=lambda watch: (watch.declared is None, watch.name)):
        for group, topics in service.claims().items():
            owner.setdefault(group, service.name)
            if service.in_tray:
                continue
            reads[group] = reads.get(group, frozenset()) | topics
        writes[service.name] = frozenset() if service.in_tray else service.writes()
        for topic in writes[service.name]:
            writers.setdefault(topic, set()).add(service.name)
    groups: dict[str, list[str]] = {}
    for group, name in sorted(owner.items()):
        groups.setdefault(name, []).append(group)
    return Claims(
        owner=owner,
        reads=reads,
        writers={topic: frozenset(names) for topic, names in writers.items()},
        groups=groups,
        writes=writes,
    )
