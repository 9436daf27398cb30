"""What a demonstration tells: its processes, its own Kafka, and what its document declares."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

ProcessPhase = Literal[
    "starting", "running", "stopped", "crashed", "failed", "restarting", "frozen"
]


@dataclass(frozen=True, slots=True)
class ProcessSeen:
    """What the supervisor knows of one process of the demonstration."""

    at: int
    service: str
    instance: str
    phase: ProcessPhase
    pid: int | None
    since_at: int
    restart_at: int | None = None
    attempts: int = 0
    """Unasked exits in a row."""
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class DeclaredService:
    reads: tuple[str, ...]
    writes: tuple[str, ...]
    group: str | None
    instances: tuple[str, ...]
    on_request: bool = False
    """It starts only when a person asks."""
    twin_of: str | None = None
    """The service whose double it is in the line of direct calls."""
    calls: tuple[str, ...] = ()
    """The services that it calls directly."""


@dataclass(frozen=True, slots=True)
class DeclarationSeen:
    """What a document (scenario.toml) says will be there."""

    at: int
    title: str
    headline_topic: str | None
    headline_unit: str
    topics: tuple[str, ...]
    services: Mapping[str, DeclaredService]


@dataclass(frozen=True, slots=True)
class BrokerSeen:
    """The embedded Kafka, as its guard sees it."""

    at: int
    phase: Literal["fetching", "starting", "running", "restarting", "stopped", "failed"]
    restarts: int
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class StartingOverSeen:
    """Everything is being made as at the first start; then another picture begins."""

    at: int
    running: bool
    """False: it is done, or could not be done and this picture goes on."""
    failed: str | None = None
    """Why it could not be done, and what to do, in sentences."""
