"""This machine's clocks, as the kit reads them: one place, for that of the day may be wrong."""

from __future__ import annotations

import time


def now_ms() -> int:
    """Unix ms."""
    return time.time_ns() // 1_000_000


def steady_ms() -> int:
    """Ms of a clock that nobody sets: only differences mean anything."""
    return time.monotonic_ns() // 1_000_000
