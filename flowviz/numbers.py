"""Numbers as the page writes them, for sentences that are read there."""

from __future__ import annotations

THIN_SPACE = "\u202f"


def count(number: int) -> str:
    """1284 -> "1 284", with the same thin space as in static/dashboard/js/words.js."""
    return f"{number:,}".replace(",", THIN_SPACE)
