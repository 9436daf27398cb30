"""The newest events, as they go to the page."""

from __future__ import annotations

from collections import deque
from typing import Any

from dashboard.picture.observations import Event
from dashboard.picture.text import clipped, clipped_or_none
from dashboard.picture.wall import on_the_wall

TAPE_LENGTH = 60


class Tape:
    def __init__(self) -> None:
        self.total = 0
        """Events ever appended; the difference of two totals is what came between."""
        # Made ready for the page only once they are shown: of a flood, nearly none is.
        self._events: deque[Event | dict[str, Any]] = deque(maxlen=TAPE_LENGTH)
        self._shown: tuple[dict[str, Any], ...] | None = ()
        self._ahead = 0
        self._partitions: dict[str, set[int]] | None = {}

    def append(self, event: Event) -> None:
        self.total += 1
        self._events.append(event)
        self._shown = self._partitions = None

    def shown(self, ahead: int = 0) -> tuple[dict[str, Any], ...]:
        """Newest last. `ahead`: of clocks on the wall, ms (wall.py)."""
        if self._shown is None or ahead != self._ahead:
            self._ahead = ahead
            events = self._ready()
            moved = [on_the_wall(event, ahead) for event in events] if ahead else events
            self._shown = tuple(moved)
        return self._shown

    def _ready(self) -> list[dict[str, Any]]:
        events = [one if isinstance(one, dict) else as_wire(one) for one in self._events]
        self._events.clear()
        self._events.extend(events)
        return events

    def partitions(self, topic: str) -> set[int]:
        """Partitions of `topic` that stand on the tape."""
        if self._partitions is None:
            self._partitions = {}
            for event in self._ready():
                self._partitions.setdefault(event["topic"], set()).add(event["partition"])
        return self._partitions.get(topic, set())


def as_wire(event: Event) -> dict[str, Any]:
    return {
        "topic": event.topic,
        "partition": event.partition,
        "offset": event.offset,
        "key": clipped_or_none(event.key),
        "id": clipped_or_none(event.id),
        "source": clipped_or_none(event.source),
        "type": clipped_or_none(event.type),
        "event_at": event.event_at,
        "seen_at": event.seen_at,
        "trace": clipped_or_none(event.trace),
        "cause": clipped_or_none(event.cause),
        "live": event.live,
        "note": None if event.note is None else clipped(event.note),
    }
