"""Caused events that were written twice: counted by their ids, in a bounded set.

A caused event carries `uuid5(service, cause, ordinal)`, so a repeat has the id of the first. One
that comes again in the same pass of its service is a duplicate, as after a crash; one that comes
again in a later pass was read again because somebody wanted it, and is replayed. While a topic is
sampled most of its events are not seen, and nothing can be said.
"""

from __future__ import annotations

from collections import deque
from typing import NamedTuple

from dashboard.picture.observations import Event

MAX_REMEMBERED = 100_000
"""Sightings remembered; a repeat of an older one goes unnoticed."""
MAX_SERVICES = 1_000
"""As many as there can be in the picture."""
LATE_SECONDS = 1.0
"""An event of the pass before may be seen so long after a survey has found the new one."""


class Twice(NamedTuple):
    """How often a service wrote what it had written before."""

    now: int
    """Duplicates in this pass."""
    ever: int
    """Duplicates in all passes that were watched."""
    replayed: int
    """By rewinds."""


NEVER = Twice(0, 0, 0)


class _Writer:
    """One service: its pass, and what it wrote twice."""

    __slots__ = ("before", "began_at", "earlier", "now", "number", "replayed", "settled")

    def __init__(self) -> None:
        self.number: int | None = None
        """Its pass; None: no survey has found it yet."""
        self.began_at: int | None = None
        """When a survey first found it; None: it was there when the watch began."""
        self.before: int | None = None
        """The pass before."""
        self.now = self.settled = self.earlier = self.replayed = 0
        """Duplicates: in this pass; of these, when a survey last found it; in earlier ones."""


class Duplicates:
    def __init__(self) -> None:
        self._passes: dict[int, int | None] = {}
        """Mark of an event -> the pass in which it was seen last."""
        # In the order in which they came. A dict knows that as well, but looks for its first entry
        # among all that were deleted before it: measured, up to 0.1 ms for each event.
        self._order: deque[int] = deque()
        self._further: dict[int, int] = {}
        """How often a mark stands in `_order` beside its first time."""
        self._writers: dict[str, _Writer] = {}
        self.partial = False
        """Sampling hid events at some time, so every count is a lower bound."""
        self.forgot = False
        """There were more than can be remembered."""

    def take(self, event: Event) -> bool:
        """Whether this event is a repeat."""
        if event.cause is None or event.id is None or event.source is None:
            return False
        mark = hash((event.source, event.id))
        writer = self._writers.get(event.source)
        number = None if writer is None else writer.number
        known = mark in self._passes
        if known:
            writer = writer or self._writer(event.source)
            if not self._count(writer, self._passes[mark]):
                return True
            self._further[mark] = self._further.get(mark, 0) + 1
        elif writer is not None and _is_late(writer, event.seen_at):
            number = writer.before
        self._passes[mark] = number
        self._order.append(mark)
        if len(self._order) > MAX_REMEMBERED:
            self._forget_oldest()
        return known

    def _count(self, writer: _Writer | None, seen_in: int | None) -> bool:
        """Count a repeat of what was seen in a pass; whether it is of another pass than this."""
        if writer is None:
            return False
        # What was seen before any survey was of the pass that the first survey found.
        replayed = seen_in != writer.number and (seen_in is not None or writer.before is not None)
        if replayed:
            writer.replayed += 1
        else:
            writer.now += 1
        return replayed

    def _forget_oldest(self) -> None:
        mark, self.forgot = self._order.popleft(), True
        further = self._further.get(mark, 0)
        if not further:
            del self._passes[mark]
        elif further == 1:
            del self._further[mark]
        else:
            self._further[mark] = further - 1

    def reading_pass(self, service: str, number: int, at: int) -> None:
        """A survey found the service in its `number`-th pass: counters begin again with each."""
        writer = self._writer(service)
        if writer is None:
            return
        if writer.number is not None and number != writer.number:
            # What came twice since the survey before: by then it was reading again.
            writer.replayed += writer.now - writer.settled
            writer.earlier += writer.settled
            writer.now, writer.before, writer.began_at = 0, writer.number, at
        writer.number, writer.settled = number, writer.now

    def _writer(self, service: str) -> _Writer | None:
        if service not in self._writers and len(self._writers) >= MAX_SERVICES:
            return None
        return self._writers.setdefault(service, _Writer())

    def forget(self, service: str) -> None:
        self._writers.pop(service, None)

    def of(self, service: str) -> Twice:
        writer = self._writers.get(service)
        if writer is None:
            return NEVER
        return Twice(writer.now, writer.earlier + writer.now, writer.replayed)


def _is_late(writer: _Writer, seen_at: int) -> bool:
    """Whether an event that was never seen may be of the pass before: in the new one it would be
    read again first."""
    return writer.began_at is not None and seen_at - writer.began_at < LATE_SECONDS * 1000
