"""The last two minutes of every group's lag, for a page that has only just been opened."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping
from heapq import nlargest
from typing import NamedTuple

SPAN_SECONDS = 120
EVERY_SECONDS = 1.0
"""Two samples are at least about so far apart."""
MAX_SAMPLES = int(SPAN_SECONDS / EVERY_SECONDS) + 1
MAX_GROUPS = 200
"""Groups of one sample: those with the most lag, for a chart draws no more than a few."""


class LagSample(NamedTuple):
    at: int
    """Unix ms."""
    lags: Mapping[str, int | None]
    """Group -> its lag; None: not known then. Never changed."""


class LagHistory:
    def __init__(self) -> None:
        self._samples: deque[LagSample] = deque(maxlen=MAX_SAMPLES)
        self._shown: tuple[LagSample, ...] | None = ()
        self._ahead = 0

    def take(self, at: int, lags: Iterable[tuple[str, int | None]]) -> None:
        rows = nlargest(MAX_GROUPS, lags, key=lambda row: -1 if row[1] is None else row[1])
        self._samples.append(LagSample(at, dict(rows)))
        self._shown = None

    def shown(self, ahead: int = 0) -> tuple[LagSample, ...]:
        """Oldest first; the same object while nothing was added. `ahead`: of clocks on the wall."""
        if self._shown is None or ahead != self._ahead:
            self._ahead = ahead
            self._shown = tuple(one._replace(at=one.at + ahead) for one in self._samples)
        return self._shown
