"""The tap's two clocks: one for instants that are shown, one for measuring how long things take."""

from __future__ import annotations

import time


def now() -> int:
    """Unix ms."""
    return time.time_ns() // 1_000_000


def elapsing() -> float:
    """Seconds of a clock that never goes back."""
    return time.monotonic()
