"""How fast events may follow each other. Pure: time is passed in, in seconds of one clock."""

from __future__ import annotations

from flowviz.kit.wish import Wish

CATCH_UP_SECONDS = 0.1
"""How much of a delay is made up for by going faster; more would be a burst."""


class Pace:
    """Keeps a wished speed, and takes up a new one at once."""

    def __init__(self) -> None:
        self._began_at = float("-inf")
        self._events = 0
        self._from = float("-inf")
        self._turn = float("-inf")

    def took(self, began_at: float, events: int) -> None:
        """`events` were taken at `began_at` and are dealt with."""
        self._began_at, self._events = began_at, events
        self._from = max(self._turn, began_at - CATCH_UP_SECONDS)
        self._turn = float("-inf")

    def left(self, now: float, wish: Wish | None, now_ms: int) -> float:
        """Seconds until the next event may be taken; 0 or less: now.

        `ms_per_event` is the least that each event takes; a rate is kept on average.
        """
        if wish is None or not self._events:
            return 0.0
        next_at = self._began_at + self._events * wish.ms_per_event / 1000
        per_second = wish.per_second_at(now_ms)
        if per_second is not None:
            self._turn = self._from + self._events / per_second
            next_at = max(next_at, self._turn)
        return next_at - now
