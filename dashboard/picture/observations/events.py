"""What the reader tells: the events themselves, and how much of them it could follow."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple


class Event(NamedTuple):
    """One record as the tape shows it. Payloads stay in the cluster, never carried here."""

    topic: str
    partition: int
    offset: int
    key: str | None
    id: str | None
    source: str | None
    type: str | None
    event_at: int | None
    """The producer's own time: `ce_time`, else the record's timestamp."""
    seen_at: int
    trace: str | None
    cause: str | None
    size: int
    """Bytes of key and value."""
    live: bool
    """False for the history read when the reader starts: shown, but nothing moves for it."""
    note: str | None
    """What is odd about the record, as a short sentence ("no value", "unreadable headers")."""


@dataclass(frozen=True, slots=True)
class EventsSeen:
    """A batch from the reader, in the order in which it read them."""

    at: int
    events: tuple[Event, ...]


@dataclass(frozen=True, slots=True)
class SamplingSeen:
    """Which topics the reader samples rather than follows, and what the queue had to drop."""

    at: int
    topics: frozenset[str]
    dropped: int
    """Sampled events dropped because the queue was full, since the pipeline started."""
    missed: int = 0
    """Events that retention removed before the reader came to them, since it started."""
    partitions_left_out: int = 0
    """More than can be read."""
