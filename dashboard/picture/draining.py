"""Whether a group's backlog goes down, and in how many seconds it is gone (lag.md, case 19).

Told from the lags that surveys found, since the highest of them: a rate over a fixed window still
has in it the time before, when the group stood, and the first estimates would be far too long.
"""

from __future__ import annotations

from collections import deque
from typing import Literal

from dashboard.picture.health import keeps_up
from dashboard.picture.rates import MAX_SAMPLES, WINDOW_SECONDS, about

Drain = Literal["draining", "never at this rate", "caught up"]

KNOWN_AFTER_SECONDS = 3.0
"""The lag must have gone down for so long before anybody is told when it will be gone."""
SHRINKS_AFTER_SECONDS = 1.0
"""Commits come in steps: below this a lag that only grows goes down now and then as well."""


class Draining:
    def __init__(self) -> None:
        self._lags: deque[tuple[int, int]] = deque(maxlen=MAX_SAMPLES)

    def take(self, at: int, lag: int | None) -> None:
        if lag is None:
            self._lags.clear()
            return
        self._lags.append((at, lag))
        # Two always stay, so that slow surveys tell something as well.
        while len(self._lags) > 2 and self._lags[1][0] <= at - WINDOW_SECONDS * 1000:
            self._lags.popleft()

    @property
    def shrinks(self) -> bool:
        """Whether the lag has gone down for a while."""
        if not self._lags:
            return False
        return (self._lags[-1][0] - self._highest()[0]) / 1000 >= SHRINKS_AFTER_SECONDS

    def _highest(self) -> tuple[int, int]:
        """When the lag was at its highest last, and how high."""
        return max(reversed(self._lags), key=lambda one: one[1])

    def _rises(self, since: int) -> bool:
        """Whether it went down since then, and for a while now goes up again."""
        at, lag = self._lags[-1]
        fell = [(one, when) for when, one in self._lags if when >= since]
        lowest, fell_at = min(fell, key=lambda one: (one[0], -one[1]))
        return lag > lowest and (at - fell_at) / 1000 >= KNOWN_AFTER_SECONDS

    def told(self, arriving: float | None) -> tuple[Drain | None, float | None]:
        """How it goes, and the seconds that are left; None: not known, or not yet."""
        if not self._lags or arriving is None:
            return None, None
        at, lag = self._lags[-1]
        if keeps_up(lag, arriving):
            return "caught up", 0.0
        since, highest = self._highest()
        if since == at:
            rose = at - self._lags[0][0] >= KNOWN_AFTER_SECONDS * 1000
            return ("never at this rate" if rose else None), None
        seconds = (at - since) / 1000
        if seconds < KNOWN_AFTER_SECONDS or self._rises(since):
            return None, None
        return "draining", max(1.0, about(lag * seconds / (highest - lag)))
