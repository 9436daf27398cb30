"""What was there before the tap came: gathered for a moment, then told in the order of its time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from dashboard.picture.observations import Event, Partition
from dashboard.tap.places import Place

WAIT_SECONDS = 1.5
"""However slow the cluster is, what has come by then is told, and the rest as it comes."""

MAX_HELD = 5_000
"""Events held back meanwhile; more end the wait."""


class History:
    """Holds the first events back until each partition has told its history.

    Times are seconds of a clock that never goes back.
    """

    def __init__(self, begun: Mapping[Partition, Place], now: float) -> None:
        self._awaited = {
            partition: place.history_until
            for partition, place in begun.items()
            if place.offset < place.history_until
        }
        self._ends_at = now + WAIT_SECONDS
        self._held: list[Event] = []

    def hold(self, events: Iterable[Event]) -> None:
        for event in events:
            self._held.append(event)
            partition = (event.topic, event.partition)
            if event.offset + 1 >= self._awaited.get(partition, event.offset + 2):
                del self._awaited[partition]

    def at_end(self, partition: Partition) -> None:
        """It was read to its end: what is missing are marks of transactions, or holes."""
        self._awaited.pop(partition, None)

    def is_over(self, now: float) -> bool:
        return not self._awaited or now >= self._ends_at or len(self._held) >= MAX_HELD

    def told(self, now: int) -> list[Event]:
        """All that was held: history first and by its time, then the live events as they came.

        `now` is Unix ms as clocks say: what claims to be later is not put before everything else.
        """
        old = [event for event in self._held if not event.live]
        old.sort(key=lambda event: min(event.event_at or 0, now))
        return old + [event for event in self._held if event.live]
