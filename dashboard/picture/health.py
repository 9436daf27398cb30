"""What a group's numbers mean over a window: is it well."""

from __future__ import annotations

from typing import Literal

from dashboard.picture.observations import GroupState
from dashboard.picture.rates import WINDOW_SECONDS

Health = Literal["ok", "falling behind", "stalled", "stopped", "rewound"]

NEARLY_NONE = 3
"""Commits come in steps, so a reader that keeps up is seen a few events behind."""


def keeps_up(lag: int, arriving: float | None) -> bool:
    """Whether this lag is no more than what comes in about a second."""
    return lag <= max(NEARLY_NONE, arriving or 0.0)


def health(
    *,
    state: GroupState,
    lag: int | None,
    handled: float | None,
    arriving: float | None,
    shrinks: bool,
    rewound_for_seconds: float | None,
    unread: bool = False,
) -> Health | None:
    """`handled` and `arriving` are rates over the window; None while there is no window.

    `shrinks`: the lag goes down, whatever the rates of a window say in which it still grew.
    `rewound_for_seconds`: since it stepped back, as long as it is not again where it stood. One
    that goes on no more on its way there is told as what it is. `unread`: on some partition of
    which its lag is not known there are events, so that it may be far behind there.
    """
    if state == "no members":
        return "stopped"
    if rewound_for_seconds is not None and (handled != 0 or rewound_for_seconds < WINDOW_SECONDS):
        return "rewound"
    if state == "another kind" or lag is None or handled is None or arriving is None:
        return None
    if handled == 0 and lag > 0 and (arriving > 0 or lag > NEARLY_NONE):
        return "stalled"
    if handled < arriving and not shrinks and not keeps_up(lag, arriving):
        return "falling behind"
    return None if unread else "ok"
