"""How many events a second the reader can follow, on this machine and as busy as it is now. Pure.

A number in a file would be wrong on every other machine: what one follows easily leaves another,
whose processors a flood has taken, behind by many seconds. So the budget is the most, and what was
read while being late is what can be done.
"""

from __future__ import annotations

LATE_EVENTS = 1_000
"""Fewer are read in one go: they prove nothing."""

LEAST_PER_SECOND = 1_000.0
"""Even the slowest machine follows so many; and one that was asleep has read none for a while."""

WINDOW_SECONDS = 0.5
"""What was read is counted over at least this long."""

LOST_AT_ONCE = 0.5
"""One window takes away no more than this share: a moment's standstill is not a slow machine, and
a slow one has shown itself in a second or two."""

REGAINED_PER_SECOND = 0.1
"""While not late, it is taken to be able to do so much more with each second."""


class Capacity:
    """Events a second, at most `most`. Times are seconds of a clock that never goes back."""

    def __init__(self, most: float, late_seconds: float) -> None:
        self._most = most
        self._late_seconds = late_seconds
        self._events_per_second = most
        self._read = 0
        self._since: float | None = None

    @property
    def events_per_second(self) -> float:
        return self._events_per_second

    def read(self, events: int) -> None:
        """So many were read."""
        self._read += events

    def measure(self, behind: int, now: float) -> None:
        """`behind`: events that wait unread, of all that is followed."""
        if self._since is None:
            self._read, self._since = 0, now
            return
        elapsed = now - self._since
        if elapsed < WINDOW_SECONDS:
            return
        pace = self._read / elapsed
        if behind > max(LATE_EVENTS, self._late_seconds * pace):
            least = max(LEAST_PER_SECOND, self._events_per_second * LOST_AT_ONCE)
            self._events_per_second = min(self._most, max(least, pace))
        else:
            regained = self._events_per_second * (1 + REGAINED_PER_SECOND * elapsed)
            self._events_per_second = min(self._most, regained)
        self._read, self._since = 0, now
