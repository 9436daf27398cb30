"""Text from outside, cut to what a frame may carry."""

from __future__ import annotations

MAX_TEXT = 200
"""Characters of any one name, key, reason or fact in a frame."""


def clipped(text: str) -> str:
    return text if len(text) <= MAX_TEXT else text[: MAX_TEXT - 1] + "…"


def clipped_or_none(text: str | None) -> str | None:
    return None if text is None else clipped(text)
