"""What a payload says, as text: decoded, masked and bounded."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Literal

from dashboard.cluster.legible import in_hex, legible
from dashboard.cluster.masking import mask, mask_text
from flowviz.numbers import count

MAX_JSON_BYTES = 2 * 1024 * 1024
"""Larger payloads are not parsed: they are masked and cut as text."""

MAX_HEX_BYTES = 256

Form = Literal["json", "text", "bytes", "none"]


@dataclass(frozen=True, slots=True)
class Payload:
    form: Form
    """How `text` is to be read: indented JSON, text, bytes in hexadecimal, or no value at all."""
    text: str | None
    truncated: bool
    note: str | None


def read(raw: bytes | None, limit: int) -> Payload:
    """The payload in at most `limit` characters."""
    if raw is None:
        return Payload("none", None, False, "no value: in a compacted topic this deletes the key")
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        note = "not text in UTF-8: shown as bytes"
        shown = in_hex(raw, min(MAX_HEX_BYTES, limit))
        return Payload("bytes", shown, len(raw) > MAX_HEX_BYTES, note)
    indented = _indented(text) if len(raw) <= MAX_JSON_BYTES else None
    if indented is not None:
        return _cut("json", indented, limit, len(raw))
    # Masked before it is cut: a secret that begins inside the limit must not lose its quote.
    return _cut("text", legible(mask_text(text[: 2 * limit])), limit, len(raw), len(text))


def _cut(form: Form, text: str, limit: int, size: int, length: int = 0) -> Payload:
    if max(len(text), length) <= limit:
        return Payload(form, text, False, None)
    return Payload(form, text[:limit], True, f"cut here: it has {count(size)} bytes")


def _indented(text: str) -> str | None:
    """JSON in two-space indentation, or None where the text is none that can be shown so."""
    try:
        return legible(json.dumps(mask(json.loads(text)), ensure_ascii=False, indent=2))
    except (ValueError, RecursionError):
        return None
