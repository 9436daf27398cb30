"""What Flowviz tells of itself: whether its threads work, and what people ask through it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class CommandSeen:
    """A person asked for something. Wishes are answered by a status that names `id`; what was asked
    of processes or of Kafka is confirmed by what is seen of them since `at`."""

    at: int
    id: str
    service: str
    action: str
    state: Literal["sent", "obeyed", "rejected"]
    reason: str | None = None
    instance: str | None = None
    """The one instance that is meant; None: all."""
    instances: int | None = None
    """How many a service was asked to be."""


@dataclass(frozen=True, slots=True)
class WorkerSeen:
    """Whether one of our own threads does its work, or why it does not."""

    at: int
    worker: Literal["reader", "surveyor", "supervisor", "keeper", "broker_watch"]
    """The keeper writes down what must last. Supervisor and broker watch are there in a
    demonstration only, and speak only when they have failed."""
    ok: bool
    reason: str | None = None
    hangs: bool = False
    """It did not fail and is not run again: it does not move."""
