"""A message from the client as the Event that is shown: bounded, its oddities noted, no payload."""

from __future__ import annotations

from confluent_kafka import TIMESTAMP_NOT_AVAILABLE, Message

from dashboard.cluster.legible import label
from dashboard.picture.observations import Event, Partition
from dashboard.tap.headers import LATEST_INSTANT, UNREADABLE, Fields, Headers, read_headers
from flowviz.numbers import count

MAX_KEY = 120

CLOCKS_MAY_DIFFER_MS = 5_000
"""An event this far ahead of our clock is from a clock that is a little off; beyond, it is odd."""

LARGE_BYTES = 100_000
"""Values from here on are noted: they slow down everyone who reads the topic."""


def shown_event(
    message: Message,
    partition: Partition,
    seen_at: int,
    future: int,
    live_from: int,
    before: str | None = None,
) -> Event:
    """`partition` is the message's own; from the offset `live_from` on it is no history. From
    `future` on (Unix ms, as clocks say) its own time is odd; `seen_at` is steady time.
    `before` is what happened in the log just before this record, as a short phrase."""
    offset, key, value = message.offset() or 0, message.key(), message.value()
    id, source, kind, event_at, trace, cause, note = _stamp(message)
    size = (0 if key is None else len(key)) + (0 if value is None else len(value))
    odd_time = None
    if event_at is None or event_at > future:
        event_at, odd_time = _event_at(event_at, message, future)
    if value is None or odd_time or before or size >= LARGE_BYTES:
        parts = (before, None if value is not None else "no value", odd_time, _large(size), note)
        note = "; ".join(part for part in parts if part)
    # As the tuple that it is: its constructor takes half a microsecond, twenty thousand times a
    # second.
    return tuple.__new__(
        Event,
        (
            partition[0],
            partition[1],
            offset,
            None if key is None else label(key, MAX_KEY),
            id,
            source,
            kind,
            event_at,
            seen_at,
            trace,
            cause,
            size,
            offset >= live_from,
            note,
        ),
    )


def _stamp(message: Message) -> Fields:
    try:
        headers: Headers | dict[str, str | bytes | None] | None = message.headers()
    except (UnicodeError, ValueError):
        return UNREADABLE
    return read_headers(list(headers.items()) if isinstance(headers, dict) else headers)


def _event_at(told_at: int | None, message: Message, future: int) -> tuple[int | None, str | None]:
    """The time that the event has, and what is odd about it; `told_at` is what it says itself."""
    event_at = told_at
    if event_at is None:
        kind, told = message.timestamp()
        if kind == TIMESTAMP_NOT_AVAILABLE:
            return None, None
        if not 0 <= told <= LATEST_INSTANT:
            return None, "its time cannot be right"
        event_at = told
    if event_at > future:
        ahead = event_at - future + CLOCKS_MAY_DIFFER_MS
        return event_at, f"from the future: {_length(ahead)} ahead"
    return event_at, None


def _large(size: int) -> str | None:
    return f"large: {count(size)} bytes" if size >= LARGE_BYTES else None


def _length(milliseconds: int) -> str:
    seconds = milliseconds // 1000
    for unit, length in (("days", 86_400), ("h", 3_600), ("min", 60)):
        if seconds >= 2 * length:
            return f"{count(seconds // length)} {unit}"
    return f"{seconds} s"
