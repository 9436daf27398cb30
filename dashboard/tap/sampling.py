"""Whose turn it is among the sampled partitions: open, read some tens near the end, close. Pure.

Times are seconds of a clock that never goes back.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from dashboard.picture.observations import Partition

SAMPLE_EVENTS = 30
"""Events read in one turn, from this many before the end."""

EVERY_SECONDS = 0.25
"""A partition's turns are this far apart, or further where there are many."""

TURN_SECONDS = 0.2
"""A turn ends after this long even with less read."""

HOLD_SECONDS = 3.0
"""Sampled at least this long: what is shown changes its kind seldom enough to be understood."""

TURNS_PER_SECOND = 20
"""Over all partitions: each turn costs the cluster a fetch of up to a megabyte."""


@dataclass(slots=True)
class _Turn:
    since: float
    next_at: float
    ends_at: float | None = None
    left: int = 0


class Turns:
    """The sampled partitions and their turns."""

    def __init__(self) -> None:
        self._turns: dict[Partition, _Turn] = {}
        self._opened_at = float("-inf")

    @property
    def partitions(self) -> frozenset[Partition]:
        return frozenset(self._turns)

    def sample(self, partitions: Iterable[Partition], now: float) -> None:
        """From now on these are sampled, closed until their turn comes."""
        for partition in partitions:
            self._turns.setdefault(partition, _Turn(since=now, next_at=now))

    def release(self, partitions: Iterable[Partition]) -> None:
        for partition in partitions:
            self._turns.pop(partition, None)

    def held_long_enough(self, now: float) -> frozenset[Partition]:
        """Those that may be followed again."""
        return frozenset(
            partition for partition, turn in self._turns.items() if now - turn.since >= HOLD_SECONDS
        )

    def to_open(self, now: float) -> list[Partition]:
        """The partitions whose turn begins now; those that waited longest come first."""
        allowed = int(min(1.0, now - self._opened_at) * TURNS_PER_SECOND)
        if not allowed:
            return []
        due = [
            partition
            for partition, turn in self._turns.items()
            if turn.ends_at is None and turn.next_at <= now
        ]
        due.sort(key=lambda partition: self._turns[partition].next_at)
        opened = due[:allowed]
        for partition in opened:
            turn = self._turns[partition]
            turn.next_at, turn.ends_at = now + EVERY_SECONDS, now + TURN_SECONDS
            turn.left = SAMPLE_EVENTS
            self._opened_at = now
        return opened

    def read(self, partition: Partition, events: int) -> int:
        """So many events of it were read. How many of them, the first ones, belong to a turn and
        so are to be shown."""
        turn = self._turns.get(partition)
        if turn is None:
            return events
        if turn.ends_at is None:
            return 0
        shown = min(events, max(0, turn.left))
        turn.left -= shown
        return shown

    def at_end(self, partition: Partition) -> None:
        """It was read to its end: its turn is over."""
        if (turn := self._turns.get(partition)) is not None:
            turn.left = 0

    def to_close(self, now: float) -> list[Partition]:
        """The partitions whose turn is over now."""
        closed = [
            partition
            for partition, turn in self._turns.items()
            if turn.ends_at is not None and (turn.left <= 0 or turn.ends_at <= now)
        ]
        for partition in closed:
            self._turns[partition].ends_at = None
        return closed
