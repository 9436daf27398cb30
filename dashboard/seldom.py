"""Saying at most once a minute what may happen a thousand times a second."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic

EVERY_SECONDS = 60.0


class Seldom:
    """One for each thing that is said. `due` is asked whenever the thing happens."""

    def __init__(
        self, every_seconds: float = EVERY_SECONDS, clock: Callable[[], float] = monotonic
    ) -> None:
        self._every = every_seconds
        self._clock = clock
        self._said_at = float("-inf")
        self._since = 0

    def due(self) -> int | None:
        """How often it has happened since it was said last, with this time; None: not to be said
        now. The first time is said at once."""
        self._since += 1
        now = self._clock()
        if now - self._said_at < self._every:
            return None
        times, self._since, self._said_at = self._since, 0, now
        return times


def times(count: int) -> str:
    """For the end of a sentence: nothing for once, else how often it was."""
    return "" if count == 1 else f" ({count:,} times since this was said last)"
