"""What an instance says of itself: the records of the topic `flowviz.status`.

Pure: no Kafka, no clock. Written down in docs/protocol.md, version 1.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal, TypeAlias

from flowviz.kit.calls import MAX_CALLED, CallCounts

STATUS_TOPIC = "flowviz.status"
VERSION = 1

MAX_FACTS = 20
MAX_TEXT = 200
"""Characters of a fact and of a reason; longer ones are cut."""
MAX_TOPICS = 100
MAX_ACKED = 500
"""Partitions whose last acknowledged offset is told."""

Phase = Literal["starting", "running", "pausing", "paused", "stopping"]
Outcome = Literal["done", "rejected"]
Scalar: TypeAlias = str | int | float | bool | None

_WORST_FIRST: tuple[Phase, ...] = ("stopping", "starting", "pausing", "running", "paused")


@dataclass(frozen=True, slots=True)
class Reading:
    """One consumer group that an instance reads in."""

    group: str
    member_id: str | None
    reads: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """What one part of an instance (a reader, a writer, the sources) says of itself."""

    phase: Phase | None = None
    """None: this part has no say, for it never stands still and never starts late."""
    obeyed: str | None = None
    """The id of the wish that this part has looked at."""
    refusal: str | None = None
    """Why this part can not do what the wish asks. Of a part without a say it counts only where
    no other part has one."""
    reason: str | None = None
    groups: tuple[Reading, ...] = ()
    writes: tuple[str, ...] = ()
    acked: Mapping[tuple[str, int], int] = field(default_factory=dict)
    handling_for_seconds: float | None = None
    failed: int = 0
    facts: Mapping[str, Any] = field(default_factory=dict)
    assigned: bool | None = None
    """Whether a reader has partitions; None: it is no reader."""
    calls: Mapping[str, CallCounts] = field(default_factory=dict)
    """What came of direct calls, by the service that is called."""


@dataclass(frozen=True, slots=True)
class Status:
    """The whole of an instance, put together from its parts."""

    service: str
    instance: str
    phase: Phase
    want: str | None
    outcome: Outcome | None
    reason: str | None
    groups: tuple[Reading, ...]
    writes: tuple[str, ...]
    acked: Mapping[tuple[str, int], int]
    handling_for: float | None
    failed: int
    facts: Mapping[str, Scalar]
    assigned: bool | None
    ms_per_event: float
    calls: Mapping[str, CallCounts]

    def news(self) -> tuple[object, ...]:
        """What makes a status worth sending at once; the rest waits for the next second."""
        groups = tuple(self.groups)
        return self.phase, self.want, self.outcome, self.reason, groups, self.writes, self.failed

    def encode(self, pid: int, host: str, at: int) -> bytes:
        """The record's value; `at` is Unix ms."""
        acked: dict[str, dict[str, int]] = {}
        for (topic, partition), offset in list(self.acked.items())[-MAX_ACKED:]:
            acked.setdefault(topic, {})[str(partition)] = offset
        whole: dict[str, Any] = {
            "v": VERSION,
            "service": self.service,
            "instance": self.instance,
            "phase": self.phase,
            "want": self.want,
            "outcome": self.outcome,
            "reason": None if self.reason is None else self.reason[:MAX_TEXT],
            "groups": [
                {"group": g.group, "member_id": g.member_id, "reads": list(g.reads)[:MAX_TOPICS]}
                for g in self.groups
            ],
            "writes": list(self.writes)[:MAX_TOPICS],
            "acked": acked,
            "handling_for": self.handling_for,
            "failed": self.failed,
            "facts": dict(self.facts),
            "assigned": self.assigned,
            "ms_per_event": self.ms_per_event,
            "pid": pid,
            "host": host,
            "at": at,
        }
        if self.calls:
            called = list(self.calls.items())[:MAX_CALLED]
            whole["calls"] = {name: asdict(counts) for name, counts in called}
        return json.dumps(whole, separators=(",", ":")).encode()


def put_together(
    service: str,
    instance: str,
    reports: Iterable[Report],
    *,
    want: str | None,
    wants_pause: bool,
    ms_per_event: float,
) -> Status:
    """One status of all parts: the phase of the worst, done when all are, rejected when one does.

    `want` is the id of the newest wish known, `wants_pause` whether it asks to stand still now.
    """
    parts = list(reports)
    phases = {part.phase for part in parts if part.phase is not None}
    phase: Phase = next((phase for phase in _WORST_FIRST if phase in phases), "running")
    if wants_pause and phases == {"running", "paused"}:
        phase = "pausing"
    able = [part for part in parts if part.phase is not None] or parts
    refusal = next((part.refusal for part in able if part.refusal), None)
    looked = all(part.obeyed == want for part in parts if part.phase is not None)
    there = phase == "paused" if wants_pause else phase in ("running", "starting")
    outcome: Outcome | None = "done" if want is not None and looked and there else None
    if refusal is not None and want is not None:
        outcome = "rejected"
    holding = [part.assigned for part in parts if part.assigned is not None]
    handling = [p.handling_for_seconds for p in parts if p.handling_for_seconds is not None]
    return Status(
        service=service,
        instance=instance,
        phase=phase,
        want=want,
        outcome=outcome,
        reason=next((part.reason for part in parts if part.reason), None) or refusal,
        groups=tuple(group for part in parts for group in part.groups),
        writes=tuple(sorted({topic for part in parts for topic in part.writes})),
        acked={place: offset for part in parts for place, offset in part.acked.items()},
        handling_for=round(max(handling), 3) if handling else None,
        failed=sum(part.failed for part in parts),
        facts=tellable(fact for part in parts for fact in part.facts.items()),
        assigned=any(holding) if holding else None,
        ms_per_event=ms_per_event,
        calls={name: counts for part in parts for name, counts in part.calls.items()},
    )


def tellable(facts: Iterable[tuple[Any, Any]]) -> dict[str, Scalar]:
    """The first MAX_FACTS facts that are scalars, with texts cut to MAX_TEXT characters."""
    told: dict[str, Scalar] = {}
    for name, value in facts:
        if len(told) == MAX_FACTS:
            break
        if isinstance(value, str):
            told[str(name)[:MAX_TEXT]] = value[:MAX_TEXT]
        elif isinstance(value, float) and not math.isfinite(value):
            told[str(name)[:MAX_TEXT]] = None
        elif value is None or isinstance(value, int | float):
            told[str(name)[:MAX_TEXT]] = value
    return told
