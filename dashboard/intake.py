"""The one bounded queue between those who see something and the loop that writes the picture.

Batches of events may be dropped when it is full, and are counted; offsets, states and everything
else never are: whoever brings them waits until there is room.
"""

from __future__ import annotations

import threading
from collections import deque

from dashboard.picture.observations import EventsSeen, Observation

MAX_EVENTS = 50_000
"""Events waiting: some seconds of the reader's budget."""
MAX_OTHERS = 2_000
"""Observations of any other kind waiting; the loop takes them twenty times a second."""


class Intake:
    """Any thread may put; one takes. The order is kept."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._waiting: deque[Observation] = deque()
        self._events = 0
        self._others = 0
        self._dropped = 0
        self._nudged = False
        self._closed = False

    @property
    def dropped(self) -> int:
        """Events dropped since the start, because the queue was full."""
        return self._dropped

    @property
    def waiting(self) -> tuple[int, int]:
        """How many events wait, and how many observations of any other kind."""
        with self._changed:
            return self._events, self._others

    def put(self, observation: Observation) -> None:
        with self._changed:
            if isinstance(observation, EventsSeen):
                if self._events + len(observation.events) > MAX_EVENTS:
                    self._dropped += len(observation.events)
                    return
                self._events += len(observation.events)
            else:
                self._changed.wait_for(lambda: self._others < MAX_OTHERS or self._closed)
                if self._closed:
                    return
                self._others += 1
            self._waiting.append(observation)
            self._changed.notify_all()

    def nudge(self) -> None:
        """Let `wait` return although nothing came."""
        with self._changed:
            self._nudged = True
            self._changed.notify_all()

    def close(self) -> None:
        """Nobody takes any more: those who wait for room go on."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def wait(self, seconds: float) -> None:
        """Until something waits to be taken, a nudge, the close, or so many seconds."""
        with self._changed:
            self._changed.wait_for(
                lambda: bool(self._waiting) or self._nudged or self._closed, max(0.0, seconds)
            )
            self._nudged = False

    def take(self) -> list[Observation]:
        """All that waits, in the order in which it came."""
        with self._changed:
            taken = list(self._waiting)
            self._waiting.clear()
            self._events = self._others = 0
            self._changed.notify_all()
        return taken
