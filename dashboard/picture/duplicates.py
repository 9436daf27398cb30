"""Caused events that came twice: counted by their ids, in a bounded set.

A caused event carries `uuid5(service, cause, ordinal)`, so a repeat after a crash has the id of the
first. While a topic is sampled most of its events are not seen, and nothing can be said.
"""

from __future__ import annotations

from collections import deque

from dashboard.picture.observations import Event

MAX_REMEMBERED = 100_000
"""Events remembered; a repeat of an older one goes unnoticed."""
MAX_SERVICES = 1_000
"""As many as there can be in the picture."""


class Duplicates:
    def __init__(self) -> None:
        self._seen: set[int] = set()
        # In the order in which they came. A dict knows that as well, but looks for its first entry
        # among all that were deleted before it: measured, up to 0.1 ms for each event.
        self._order: deque[int] = deque()
        self._counts: dict[str, int] = {}
        self._passes: dict[str, int] = {}
        self.partial = False
        """Sampling hid events at some time, so every count is a lower bound."""

    def take(self, event: Event) -> bool:
        """Whether this event is a repeat."""
        if event.cause is None or event.id is None or event.source is None:
            return False
        # What is read again after a rewind is replayed, not repeated: each pass has its own ids.
        mark = hash((event.source, self._passes.get(event.source, 1), event.id))
        if mark in self._seen:
            if event.source in self._counts or len(self._counts) < MAX_SERVICES:
                self._counts[event.source] = self._counts.get(event.source, 0) + 1
            return True
        self._seen.add(mark)
        self._order.append(mark)
        if len(self._order) > MAX_REMEMBERED:
            self._seen.remove(self._order.popleft())
        return False

    def reading_pass(self, service: str, number: int) -> None:
        """The service reads in its `number`-th pass: counters begin again with each."""
        if number != self._passes.get(service, 1) and (
            service in self._passes or len(self._passes) < MAX_SERVICES
        ):
            self._passes[service] = number
            self._counts.pop(service, None)

    def forget(self, service: str) -> None:
        self._counts.pop(service, None)
        self._passes.pop(service, None)

    def count(self, service: str) -> int:
        return self._counts.get(service, 0)
