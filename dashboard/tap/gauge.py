"""How fast each partition grows, from its end offset as the reader's own fetches tell it. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from dashboard.picture.observations import Partition
from dashboard.tap.budget import Demand

WINDOW_SECONDS = 1.0
"""Growth is measured over at least this long: shorter, and one batch looks like a flood."""

WEIGHT_OF_NEW = 0.2
"""How much the newest event moves the mean size."""


@dataclass(slots=True)
class _Reading:
    end: int
    since: float
    rate: float = 0.0
    size: float = 0.0


class Gauge:
    """Times are seconds of a clock that never goes back."""

    def __init__(self) -> None:
        self._readings: dict[Partition, _Reading] = {}

    def saw(self, partition: Partition, size: float, events: int = 1) -> None:
        """So many events were read, of this many bytes in the mean."""
        reading = self._readings.get(partition)
        if reading is not None:
            weight = 1 - (1 - WEIGHT_OF_NEW) ** events if reading.size else 1
            reading.size += (size - reading.size) * weight

    def measure(
        self, partition: Partition, end: int, position: int, now: float, is_news: bool = True
    ) -> Demand:
        """`end` is the newest end offset known, `position` the next offset to read.

        Not `is_news`: nothing has come since the last time, so that the end may be an old one and
        says nothing of the growth.
        """
        reading = self._readings.setdefault(partition, _Reading(end, now))
        elapsed = now - reading.since
        if is_news and elapsed >= WINDOW_SECONDS:
            reading.rate = max(0, end - reading.end) / elapsed
            reading.end, reading.since = end, now
        return Demand(reading.rate, reading.size, max(0, end - position))

    def forget(self, partitions: Iterable[Partition]) -> None:
        for partition in partitions:
            self._readings.pop(partition, None)
