"""What a group's numbers mean over a window: is it well, and when will it have caught up."""

from __future__ import annotations

from typing import Literal

from dashboard.picture.observations import GroupState
from dashboard.picture.rates import about

Health = Literal["ok", "falling behind", "stalled", "stopped", "rewound"]
Drain = Literal["draining", "never at this rate", "caught up"]

NEARLY_NONE = 3
"""Commits come in steps, so a reader that keeps up is seen a few events behind."""
REWOUND_FOR_SECONDS = 30.0
"""A step backwards is told for this long."""


def keeps_up(lag: int, arriving: float | None) -> bool:
    """Whether this lag is no more than what comes in about a second."""
    return lag <= max(NEARLY_NONE, arriving or 0.0)


def health(
    *,
    state: GroupState,
    lag: int | None,
    handled: float | None,
    arriving: float | None,
    rewound_for_seconds: float | None,
) -> Health | None:
    """`handled` and `arriving` are rates over the window; None while there is no window."""
    if state == "no members":
        return "stopped"
    if rewound_for_seconds is not None and rewound_for_seconds < REWOUND_FOR_SECONDS:
        return "rewound"
    if state == "another kind" or lag is None or handled is None or arriving is None:
        return None
    if handled == 0 and lag > 0 and (arriving > 0 or lag > NEARLY_NONE):
        return "stalled"
    if handled < arriving and not keeps_up(lag, arriving):
        return "falling behind"
    return "ok"


def drain(
    lag: int | None, handled: float | None, arriving: float | None
) -> tuple[Drain | None, float | None]:
    """Whether the backlog goes down, and in how many seconds it is gone (lag.md, case 19)."""
    if lag is None or handled is None or arriving is None:
        return None, None
    if keeps_up(lag, arriving):
        return "caught up", 0.0
    if handled <= arriving:
        return "never at this rate", None
    return "draining", max(1.0, about(lag / (handled - arriving)))
