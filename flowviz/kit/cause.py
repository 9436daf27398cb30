"""Which event the running thread has in hand: the cause of what it produces meanwhile."""

from __future__ import annotations

import threading
from dataclasses import dataclass

from flowviz.kit import headers


@dataclass(slots=True)
class Cause:
    """An event, as the cause of others."""

    key: str
    """What the ids of its consequences are made from: its `ce_id`, or where it stands."""
    id: str | None
    traceparent: str | None
    ordinal: int = 0
    """How many events it has caused so far, in this thread."""

    def next_ordinal(self) -> int:
        """The number, from 0, of the next event that it causes."""
        self.ordinal += 1
        return self.ordinal - 1

    def afresh(self) -> Cause:
        """The same event, of which nothing was made yet: for another try to handle it."""
        return Cause(self.key, self.id, self.traceparent)


class _Hand(threading.local):
    cause: Cause | None = None


_hand = _Hand()


def current() -> Cause | None:
    """The cause of what this thread produces now; None when it is not known."""
    return _hand.cause


def become(cause: Cause | None) -> None:
    """From now on this thread produces because of `cause`."""
    _hand.cause = cause


def of(topic: str, partition: int, offset: int, found: headers.Headers) -> Cause:
    """The event at this place as a cause. Without a `ce_id` its place stands in, which is as
    lasting: a repeat after a crash gives the same ids.
    """
    known = dict(headers.pairs(found))
    id = headers.as_text(known.get(headers.ID))
    traceparent = headers.as_text(known.get(headers.TRACEPARENT))
    return Cause(id or f"{topic}/{partition}/{offset}", id, traceparent)
