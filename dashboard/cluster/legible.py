"""Bytes from anywhere as text that anyone can look at: never an error, never without a limit."""

from __future__ import annotations

import re

from flowviz.numbers import count

CONTROL = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)
"""What would vanish, turn the line around or break an encoder: shown as an escape instead."""

LINE_BREAKS = re.compile("[\t\n\u2028\u2029]")


def legible(text: str) -> str:
    """The text with its control characters written out; tabs and line breaks stay."""
    return CONTROL.sub(_escape, text)


def one_line(text: str, limit: int) -> str:
    """The text on one line of at most `limit` characters; an ellipsis says that it was longer."""
    if len(text) <= limit and text.isprintable():
        return text
    short = LINE_BREAKS.sub(_escape, legible(text[: limit + 1]))
    return short if len(short) <= limit else short[: limit - 1] + "…"


def in_hex(raw: bytes, limit: int) -> str:
    """The first `limit` bytes in hexadecimal, and how many there are."""
    shown = raw[:limit].hex(" ")
    more = " …" if len(raw) > limit else ""
    return f"{shown}{more} ({count(len(raw))} bytes)"


def label(raw: bytes, limit: int) -> str:
    """A key or a header as one short line: as text, or in hexadecimal where it is none."""
    try:
        # A character takes at most four bytes, so a huge value is never decoded whole.
        text = raw[: 4 * limit + 4].decode()
    except UnicodeDecodeError as fault:
        if len(raw) <= 4 * limit + 4 or fault.start < 4 * limit:
            return one_line(in_hex(raw, limit // 4), limit)
        text = raw[: fault.start].decode()
    return one_line(text, limit)


def _escape(found: re.Match[str]) -> str:
    code = ord(found.group())
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"
