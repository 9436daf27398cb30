"""What the pipeline counts of its own work: written by its loop alone, read by `GET /metrics`.

Plain numbers and no metrics library, so that counting costs nothing worth counting. Lengths are
seconds. A counter begins at 0 with each start and never falls.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass
from time import monotonic

from dashboard.picture.observations import (
    EventsSeen,
    Observation,
    SamplingSeen,
    SurveySeen,
    WorkerSeen,
)

FRAME_BOUNDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25)
"""A frame is due every 0.05 or 0.1 s: from the last two on it comes late."""
SURVEY_BOUNDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


@dataclass(frozen=True, slots=True)
class Spread:
    """How many lengths were at most so long: `counts` belong to `bounds`, the last one to all
    that were longer. Not cumulated."""

    bounds: tuple[float, ...]
    counts: tuple[int, ...]
    total_seconds: float


class Histogram:
    """Lengths, counted by how long they were. One thread writes, any may read."""

    def __init__(self, bounds: tuple[float, ...]) -> None:
        self._bounds = bounds
        self._counts = [0] * (len(bounds) + 1)
        self._total = 0.0

    def take(self, seconds: float) -> None:
        self._counts[bisect_left(self._bounds, seconds)] += 1
        self._total += seconds

    def spread(self) -> Spread:
        return Spread(self._bounds, tuple(self._counts), self._total)


class Counting:
    """The counters of the picture's loop."""

    def __init__(self) -> None:
        self.deltas = 0
        self.keyframes = 0
        self.frame_failures = 0
        self.observation_failures = 0
        self.events = 0
        self.event_bytes = 0
        self.missed = 0
        self.worker_restarts = {"reader": 0, "surveyor": 0}
        self.frame_seconds = Histogram(FRAME_BOUNDS)
        self.survey_seconds = Histogram(SURVEY_BOUNDS)
        self._surveyed: float | None = None

    def take(self, observation: Observation) -> None:
        """Count what has reached the picture."""
        if isinstance(observation, EventsSeen):
            self.events += len(observation.events)
            self.event_bytes += sum(event.size for event in observation.events)
        elif isinstance(observation, SurveySeen):
            self.survey_seconds.take(observation.took_seconds)
            self._surveyed = monotonic()
        elif isinstance(observation, SamplingSeen):
            self.missed = max(self.missed, observation.missed)
        elif isinstance(observation, WorkerSeen) and not (observation.ok or observation.hangs):
            self._failed(observation.worker)

    def _failed(self, worker: str) -> None:
        """The supervisor is the one that is not run again."""
        if worker != "supervisor":
            self.worker_restarts[worker] = self.worker_restarts.get(worker, 0) + 1

    @property
    def survey_age_seconds(self) -> float | None:
        """Since the newest survey came, by a clock that nobody sets back; None: none has come."""
        return None if self._surveyed is None else monotonic() - self._surveyed


@dataclass(frozen=True, slots=True)
class Figures:
    """All of it at one moment."""

    queue_events: int
    queue_others: int
    dropped: int
    """Events that the queue had no room for."""
    missed: int
    """Events that retention removed before the reader came to them."""
    events: int
    event_bytes: int
    deltas: int
    keyframes: int
    frame_seconds: Spread
    frame_failures: int
    observation_failures: int
    survey_seconds: Spread
    survey_age_seconds: float | None
    worker_restarts: Mapping[str, int]
    """How often each of our own threads failed, to be run again."""
    surveyor_processes: int
    """Processes of the surveyor that ended unasked; most are replaced without a word."""
    watchers: int
    watchers_stalled: int
    watchers_refused: int
    sent_frames: int
    sent_bytes: int
