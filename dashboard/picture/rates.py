"""Rates from offsets: counters that only grow, with a bounded piece of their past."""

from __future__ import annotations

import math
from collections import deque

WINDOW_SECONDS = 10.0
"""A rate is the mean over this long."""
HEADLINE_SECONDS = 3.0
"""The one large number follows sooner: with everything paused it must not stay up for long."""
ENOUGH_EVENTS = 5
"""So many within HEADLINE_SECONDS are a rate; fewer would make it flicker."""
MIN_SILENCE_SECONDS = 2.0
SILENT_TIMES = 4
"""So many times as long as from one event to the next without any, and it has ended."""
MIN_SPAN_SECONDS = 1.0
"""Below this a step of one event would look like a change of speed, so there is no rate yet."""
MAX_SAMPLES = 64
"""Samples kept: more than the window holds at the fastest survey (four a second)."""


class Count:
    """Events counted since the watch began; never falls."""

    __slots__ = ("_samples", "total")

    def __init__(self) -> None:
        self.total = 0
        self._samples: deque[tuple[int, int]] = deque(maxlen=MAX_SAMPLES)

    def add(self, at: int, more: int) -> None:
        """`more` events by the instant `at`; zero is worth telling, for it ends a movement."""
        self.total += more
        samples = self._samples
        samples.append((at, self.total))
        # Two samples always stay, so that slow surveys have a rate as well.
        while len(samples) > 2 and samples[1][0] <= at - WINDOW_SECONDS * 1000:
            samples.popleft()

    def moved(self) -> int | None:
        """Events within the window; None before there is a window."""
        if self.span_seconds() < MIN_SPAN_SECONDS:
            return None
        return self._samples[-1][1] - self._samples[0][1]

    def span_seconds(self) -> float:
        if len(self._samples) < 2:
            return 0.0
        return (self._samples[-1][0] - self._samples[0][0]) / 1000

    def rate(self) -> float | None:
        """Events per second over the window; None before there is one."""
        moved = self.moved()
        return None if moved is None else moved / self.span_seconds()

    def headline_rate(self) -> float | None:
        """The same over the last HEADLINE_SECONDS, or over two samples that lie wider apart."""
        if self.rate() is None:
            return None
        at, total = self._samples[-1]
        earlier = list(self._samples)[:-1]
        begin = next(
            (one for one in reversed(earlier) if at - one[0] >= HEADLINE_SECONDS * 1000), earlier[0]
        )
        return (total - begin[1]) * 1000 / (at - begin[0])

    def lately(self) -> float | None:
        """For what people watch as it stops and starts: over HEADLINE_SECONDS where so much comes
        that this is a rate; else the mean, until nothing has come for several times as long as
        that would take.
        """
        rate = self.rate()
        if rate is None:
            return None
        at, total = self._samples[-1]
        recent = self.headline_rate() or 0.0
        if recent * HEADLINE_SECONDS >= ENOUGH_EVENTS:
            return recent
        grew_at = next((one[0] for one in self._samples if one[1] == total), at)
        ended = (
            at - grew_at >= 1000 * max(MIN_SILENCE_SECONDS, SILENT_TIMES / rate) if rate else True
        )
        return 0.0 if ended else rate


def quantised(rate: float | None) -> float | None:
    """As fine as an eye can use: tenths below 100, three digits above.

    A number that wobbles in its last digit would make every entity change with every survey.
    """
    if rate is None or rate == 0:
        return rate
    if abs(rate) < 100:
        return round(rate, 1)
    return float(round(rate, 2 - math.floor(math.log10(abs(rate)))))


def about(seconds: float) -> float:
    """Whole seconds up to a minute, then two digits: an estimate is not better than that."""
    if seconds < 60:
        return float(round(seconds))
    return float(round(seconds, 2 - len(str(int(seconds)))))


def added(rates: list[float | None]) -> float | None:
    """The sum of what is known; None when nothing is."""
    known = [rate for rate in rates if rate is not None]
    return sum(known) if known else None
