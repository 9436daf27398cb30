"""What goes out: one event with all that belongs to it, or what stands in its place."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Letter:
    """One event on its way out, headers and all."""

    topic: str
    value: bytes | None
    key: str | bytes | None
    headers: list[tuple[str, str | bytes | None]]
    instead: Letter | None = None
    """What goes out where this one is too large."""
    partition: int | None = None
    """None: by its key."""
    alone: bool = False
    """In a batch of its own, for it was in one that was too large."""
    dead: bool = False
    """A dead letter: its topic is made where it is missing."""
