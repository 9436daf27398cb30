"""How fast events may follow each other. Pure: time is passed in, in seconds of one clock."""

from __future__ import annotations

from flowviz.kit.wish import Wish

CATCH_UP_SECONDS = 0.1
"""How much of a delay is made up for by going faster; more would be a burst."""


class Pace:
    """Keeps a wished speed."""

    def __init__(self) -> None:
        self._turn = 0.0

    def next_at(self, began_at: float, events: int, wish: Wish | None, now_ms: int) -> float:
        """When the next event may be taken, after `events` that were taken at `began_at`.

        `ms_per_event` is the least that each one takes; a rate is kept on average.
        """
        if wish is None:
            return began_at
        at_least = began_at + events * wish.ms_per_event / 1000
        per_second = wish.per_second_at(now_ms)
        if per_second is None:
            return at_least
        self._turn = max(self._turn, began_at - CATCH_UP_SECONDS) + events / per_second
        return max(at_least, self._turn)
