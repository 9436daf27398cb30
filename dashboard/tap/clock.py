"""The tap's clocks: to stamp what is seen, to judge what others stamped, to measure lengths."""

from __future__ import annotations

import time

from dashboard import clock


def now() -> int:
    """Steady time, Unix ms: see dashboard/clock.py."""
    return clock.steady()


def wall() -> int:
    """What clocks say, Unix ms: to be compared with times that others wrote."""
    return clock.wall()


def elapsing() -> float:
    """Seconds of a clock that never goes back."""
    return time.monotonic()
