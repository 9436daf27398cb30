"""What a service makes by itself, so many times a second, unless it is wished otherwise."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flowviz.kit.pace import CATCH_UP_SECONDS
from flowviz.kit.wish import Wish

Make = Callable[[], object]

LOOK_AGAIN_SECONDS = 0.05
"""How soon a source that stands still notices that it may go on."""


@dataclass(slots=True)
class Source:
    """`make` is called `per_second` times a second."""

    per_second: float
    make: Make
    due: float = 0.0
    """When it is called next, in seconds of the caller's clock."""


class Sources:
    """All sources of a service. Pure: time is passed in, in seconds of one clock."""

    def __init__(self) -> None:
        self._all: list[Source] = []

    def __len__(self) -> int:
        return len(self._all)

    def add(self, per_second: float, make: Make) -> None:
        """Raises ValueError for a rate that is not above 0."""
        if not per_second > 0:
            raise ValueError(f"A source needs a rate above 0 a second, not {per_second}.")
        self._all.append(Source(per_second, make))

    def seconds_left(self, now: float) -> float:
        """Until the next one is due; infinite without a source."""
        return max(0.0, min((source.due for source in self._all), default=float("inf")) - now)

    def hold(self, now: float) -> None:
        """Nothing may be made now: who waits for the next one looks again in LOOK_AGAIN_SECONDS.

        What would have been made meanwhile is not made up for later.
        """
        for source in self._all:
            source.due = max(source.due, now + LOOK_AGAIN_SECONDS)

    def take(self, now: float, wish: Wish | None, now_ms: int) -> list[Make]:
        """What is to be called now. A wished rate is that of all sources together."""
        wanted = None if wish is None else wish.per_second_at(now_ms)
        factor = 1.0 if wanted is None else wanted / sum(s.per_second for s in self._all)
        least = 0.0 if wish is None else wish.ms_per_event / 1000
        due = []
        for source in self._all:
            interval = max(least, 1 / (source.per_second * factor))
            source.due = min(source.due, now + interval)
            if source.due <= now:
                source.due = max(source.due, now - CATCH_UP_SECONDS) + interval
                due.append(source.make)
        return due
