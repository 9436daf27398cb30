"""A message from the client as the Event that is shown: bounded, its oddities noted, no payload."""

from __future__ import annotations

from confluent_kafka import TIMESTAMP_NOT_AVAILABLE, Message

from dashboard.cluster.legible import label
from dashboard.picture.observations import Event
from dashboard.tap.headers import LATEST_INSTANT, UNREADABLE, Headers, Stamp, read_headers

MAX_KEY = 120

CLOCKS_MAY_DIFFER_MS = 5_000
"""An event this far ahead of our clock is from a clock that is a little off; beyond, it is odd."""

LARGE_BYTES = 100_000
"""Values from here on are noted: they slow down everyone who reads the topic."""


def shown_event(message: Message, seen_at: int, live: bool, before: str | None = None) -> Event:
    """`before` is what happened in the log just before this record, as a short phrase."""
    stamp = _stamp(message)
    value = message.value()
    key = message.key()
    event_at, odd_time = _event_at(stamp, message, seen_at)
    size = len(key or b"") + len(value or b"")
    note = stamp.note
    if value is None or odd_time or before or size >= LARGE_BYTES:
        parts = (before, None if value is not None else "no value", odd_time, _large(size), note)
        note = "; ".join(part for part in parts if part)
    shown_key = None if key is None else label(key, MAX_KEY)
    # In the order of the type, for names cost half a microsecond, twenty thousand times a second.
    return Event(
        message.topic() or "",
        message.partition() or 0,
        message.offset() or 0,
        shown_key,
        stamp.id,
        stamp.source,
        stamp.type,
        event_at,
        seen_at,
        stamp.trace,
        stamp.cause,
        size,
        live,
        note,
    )


def _stamp(message: Message) -> Stamp:
    try:
        headers: Headers | dict[str, str | bytes | None] | None = message.headers()
    except (UnicodeError, ValueError):
        return UNREADABLE
    return read_headers(list(headers.items()) if isinstance(headers, dict) else headers)


def _event_at(stamp: Stamp, message: Message, seen_at: int) -> tuple[int | None, str | None]:
    event_at = stamp.event_at
    if event_at is None:
        kind, told = message.timestamp()
        if kind == TIMESTAMP_NOT_AVAILABLE:
            return None, None
        if not 0 <= told <= LATEST_INSTANT:
            return None, "its time cannot be right"
        event_at = told
    if event_at > seen_at + CLOCKS_MAY_DIFFER_MS:
        return event_at, f"from the future: {_length(event_at - seen_at)} ahead"
    return event_at, None


def _large(size: int) -> str | None:
    return f"large: {size:,} bytes" if size >= LARGE_BYTES else None


def _length(milliseconds: int) -> str:
    seconds = milliseconds // 1000
    for unit, length in (("days", 86_400), ("h", 3_600), ("min", 60)):
        if seconds >= 2 * length:
            return f"{seconds // length:,} {unit}"
    return f"{seconds} s"
