"""The newest events, as they go to the page."""

from __future__ import annotations

from collections import deque
from typing import Any

from dashboard.picture.observations import Event
from dashboard.picture.text import clipped, clipped_or_none

TAPE_LENGTH = 60


class Tape:
    def __init__(self) -> None:
        self.total = 0
        """Events ever appended; the difference of two totals is what came between."""
        self._events: deque[dict[str, Any]] = deque(maxlen=TAPE_LENGTH)
        self._shown: tuple[dict[str, Any], ...] | None = ()
        self._partitions: dict[str, set[int]] | None = {}

    def append(self, event: Event, ahead: int = 0) -> None:
        """`ahead`: of clocks on the wall, ms (wall.py). What stands on the tape is not rewritten
        when they are set later: frames only add to it."""
        self.total += 1
        self._events.append(as_wire(event, ahead))
        self._shown = self._partitions = None

    def shown(self) -> tuple[dict[str, Any], ...]:
        if self._shown is None:
            self._shown = tuple(self._events)
        return self._shown

    def partitions(self, topic: str) -> set[int]:
        """Partitions of `topic` that stand on the tape."""
        if self._partitions is None:
            self._partitions = {}
            for event in self._events:
                self._partitions.setdefault(event["topic"], set()).add(event["partition"])
        return self._partitions.get(topic, set())


def as_wire(event: Event, ahead: int = 0) -> dict[str, Any]:
    return {
        "topic": event.topic,
        "partition": event.partition,
        "offset": event.offset,
        "key": clipped_or_none(event.key),
        "id": clipped_or_none(event.id),
        "source": clipped_or_none(event.source),
        "type": clipped_or_none(event.type),
        "event_at": event.event_at,
        "seen_at": event.seen_at + ahead,
        "trace": clipped_or_none(event.trace),
        "cause": clipped_or_none(event.cause),
        "live": event.live,
        "note": None if event.note is None else clipped(event.note),
    }
