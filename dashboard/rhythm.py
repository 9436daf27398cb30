"""How often a frame is cut. All lengths are seconds."""

from __future__ import annotations

FRAME_SECONDS = 0.05
FRAME_SECONDS_FOR_MANY = 0.1
MANY_VIEWERS = 50
"""Above so many, frames come half as often: measured, 200 viewers then get each one in time."""
HEARTBEAT_SECONDS = 1.0
"""Between two frames while nothing changes."""


def frame_seconds(watchers: int) -> float:
    return FRAME_SECONDS if watchers <= MANY_VIEWERS else FRAME_SECONDS_FOR_MANY


def in_step(due: float, now: float, every: float) -> float:
    """When a frame counts as cut that was due then and is cut now.

    One that is a little late does not put off those after it: waking up takes a few milliseconds
    each time, and so 9.7 frames a second came in place of 10. After quiet the steps begin anew.
    """
    return due if now < due + every else now
