"""What is wished of services (flowviz.control), and what they say (flowviz.status)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from dashboard.picture.observations.survey import Partition

Scalar = str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class WishSeen:
    """The newest record of a service in flowviz.control: what people want of it."""

    at: int
    service: str
    id: str
    mode: Literal["running", "paused"]
    until_at: int | None = None
    ms_per_event: float = 0
    rate_per_second: float | None = None
    rate_until_at: int | None = None
    by: str | None = None
    options: Mapping[str, Scalar] = field(default_factory=dict)
    """Switches that only the service understands."""


@dataclass(frozen=True, slots=True)
class WishCleared:
    """A record without a value in flowviz.control: nothing is wanted of the service any more."""

    at: int
    service: str


@dataclass(frozen=True, slots=True)
class StatusGroup:
    group: str
    member_id: str | None
    reads: tuple[str, ...]


class CallsSeen(NamedTuple):
    """Direct calls to one service, counted since the calling process started, each as it ended."""

    done: int
    refused: int
    timed_out: int
    retried: int
    """Tries after the first one of a call."""
    seconds: float | None
    """How long an answered call took lately, tries and all."""
    reason: str | None
    """Why the newest try that ended failed; None: it did not."""


@dataclass(frozen=True, slots=True)
class StatusSeen:
    """What an instance says of itself in flowviz.status. `at` is when it arrived here."""

    at: int
    service: str
    instance: str
    phase: Literal["starting", "running", "pausing", "paused", "stopping"]
    want: str | None
    outcome: Literal["done", "rejected"] | None
    reason: str | None
    groups: tuple[StatusGroup, ...]
    writes: tuple[str, ...]
    acked: Mapping[Partition, int]
    handling_for_seconds: float | None
    failed: int
    facts: Mapping[str, Scalar]
    pid: int | None
    host: str | None
    assigned: bool | None = None
    """False while a running instance holds no partition; None where it does not say."""
    ms_per_event: float | None = None
    calls: Mapping[str, CallsSeen] = field(default_factory=dict)
    """Service that is called -> what came of it; empty where it calls none."""
    live: bool = True
    """False: it was written before the reader started; when, `at` does not say."""
