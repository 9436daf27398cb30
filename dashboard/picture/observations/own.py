"""What Flowviz tells of itself: whether its threads work, and what people ask through it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class CommandSeen:
    """A person asked for something. Wishes are answered by a status that names `id`."""

    at: int
    id: str
    service: str
    action: str
    state: Literal["sent", "obeyed", "rejected"]
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class WorkerSeen:
    """Whether one of our own threads does its work, or why it does not."""

    at: int
    worker: Literal["reader", "surveyor", "supervisor"]
    """The supervisor is there in a demonstration only, and speaks only when it fails."""
    ok: bool
    reason: str | None = None
