"""The clock by which all that is seen is stamped: it goes on evenly, however the system's is set.

A system's clock can be set, by an hour and in either direction, while Flowviz runs. How long a
service has been silent must not change by that, and what a person reads must be right afterwards.
So what is seen is stamped in steady time: Unix ms that began when the system's clock said so, and
have gone on evenly since, also while a laptop slept. All processes of one Flowviz count the same
(`share`, and `take_over` in a child). What is shown is the system's time: `Wall` tells how far that
is from ours.
"""

from __future__ import annotations

import logging
import time
from dataclasses import fields, is_dataclass, replace
from typing import Any, NamedTuple, TypeVar

from dashboard.picture.wall import is_instant

T = TypeVar("T")

logger = logging.getLogger(__name__)

SET_MS = 500
"""The system's clock was set when it is this far from where it was; below, clocks just differ."""


def _choose() -> int:
    """Linux: the clock that goes on while the machine sleeps. On macOS the monotonic one does."""
    boot = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)
    try:
        time.clock_gettime_ns(boot)
    except OSError:
        return time.CLOCK_MONOTONIC
    return int(boot)


_EVEN = _choose()


def wall() -> int:
    """What the system's clock says now, Unix ms."""
    return time.time_ns() // 1_000_000


def _elapsed() -> int:
    return time.clock_gettime_ns(_EVEN) // 1_000_000


_began = wall() - _elapsed()


def steady() -> int:
    """Now, in steady time."""
    return _began + _elapsed()


def share() -> int:
    """For `take_over` in another process of this machine."""
    return _began


def take_over(began: int) -> None:
    """Count as the process counts that shared this."""
    global _began
    _began = began


class Time(NamedTuple):
    steady: int
    wall: int
    was_set: bool
    """The system's clock, since it was read before."""


class Wall:
    """Follows the system's clock, for one thread: small differences are none, a setting is."""

    def __init__(self) -> None:
        self.ahead = 0
        """How far the system's clock is ahead of steady time, ms, since it was last set."""

    def read(self) -> Time:
        now, shown = steady(), wall()
        by = shown - now - self.ahead
        if abs(by) < SET_MS:
            return Time(now, shown, was_set=False)
        self.ahead += by
        way = "forward" if by > 0 else "back"
        logger.info("The system's clock was set %s by %.1f s", way, abs(by) / 1000)
        return Time(now, shown, was_set=True)


def steadied(seen: T) -> T:
    """An observation that was just stamped by the system's clock, stamped in steady time.

    Its own instant is never later than now, whatever happened between stamp and call.
    """
    if not is_dataclass(seen):
        return seen  # whoever takes it says what is wrong with it
    now = steady()
    by = wall() - now
    moved: dict[str, Any] = {
        field.name: value - by
        for field in fields(seen)
        if is_instant(field.name) and (value := getattr(seen, field.name)) is not None
    }
    moved["at"] = min(now, moved["at"])
    return replace(seen, **moved)  # type: ignore[type-var]
