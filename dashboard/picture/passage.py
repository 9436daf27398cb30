"""How long parts take from one event to the one that it caused; of the newest parts only."""

from __future__ import annotations

import statistics
from collections import OrderedDict, deque

from dashboard.picture.observations import Event

RECENT_SECONDS = 10.0
MAX_ON_THE_WAY = 5_000
"""Parts of which one of the two events was seen, and the other was not."""
MAX_RECENT = 500
"""Passages of the last RECENT_SECONDS that are kept."""


class Passage:
    """The two may be seen in any order, for they stand in different topics."""

    def __init__(self) -> None:
        self._begun: OrderedDict[str, int] = OrderedDict()
        """Id of a first event -> its own time."""
        self._ended: OrderedDict[str, int] = OrderedDict()
        """Id of a first event that was not seen yet -> time of the event that it caused."""
        self._recent: deque[tuple[int, float]] = deque(maxlen=MAX_RECENT)

    def begin(self, event: Event) -> None:
        if event.id is None or event.event_at is None:
            return
        ended_at = self._ended.pop(event.id, None)
        if ended_at is None:
            _keep(self._begun, event.id, event.event_at)
        else:
            self._passed(event.seen_at, ended_at - event.event_at)

    def end(self, event: Event) -> None:
        if event.cause is None or event.event_at is None:
            return
        begun_at = self._begun.pop(event.cause, None)
        if begun_at is None:
            _keep(self._ended, event.cause, event.event_at)
        else:
            self._passed(event.seen_at, event.event_at - begun_at)

    def seconds(self, now: int) -> float | None:
        """The median of those that ended in the last RECENT_SECONDS; None without one."""
        since = now - RECENT_SECONDS * 1000
        recent = [seconds for at, seconds in self._recent if at >= since]
        return statistics.median(recent) if recent else None

    def _passed(self, at: int, milliseconds: int) -> None:
        # Two machines' clocks may differ by more than a part takes.
        self._recent.append((at, max(0, milliseconds) / 1000))


def _keep(parts: OrderedDict[str, int], key: str, at: int) -> None:
    parts[key] = at
    if len(parts) > MAX_ON_THE_WAY:
        parts.popitem(last=False)
