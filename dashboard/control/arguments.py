"""What can be said with an action: read from JSON or from a form, within bounds."""

from __future__ import annotations

import math
from collections.abc import Mapping

from dashboard.control.refusal import Refusal
from flowviz.kit.wish import MAX_MS_PER_EVENT, MAX_RATE_PER_SECOND

MAX_SECONDS = 86_400
"""A day: a pause for longer is one that somebody takes back."""

KNOWN: Mapping[str, tuple[str, ...]] = {
    "pause": ("seconds",),
    "resume": (),
    "slow": ("ms_per_event",),
    "rate": ("per_second", "seconds"),
    "start": (),
    "stop": (),
}
"""Action -> the names of its arguments."""


def check(action: str, args: Mapping[str, object]) -> None:
    """Refuse what is not an action (404) and what the action does not know (422)."""
    if action not in KNOWN:
        raise Refusal(404, f"There is no action {action!r}; there are {', '.join(KNOWN)}.")
    for name in args:
        if name not in KNOWN[action]:
            takes = ", ".join(KNOWN[action]) or "nothing"
            raise Refusal(422, f"{action} does not know {name!r}; it takes {takes}.")


def seconds(args: Mapping[str, object]) -> float | None:
    """How long; None: until it is taken back."""
    return _number(args, "seconds", above=0, most=MAX_SECONDS)


def ms_per_event(args: Mapping[str, object]) -> float:
    return _needed(args, "ms_per_event", at_least=0, most=MAX_MS_PER_EVENT)


def per_second(args: Mapping[str, object]) -> float:
    return _needed(args, "per_second", above=0, most=MAX_RATE_PER_SECOND)


def _needed(
    args: Mapping[str, object],
    name: str,
    *,
    above: float | None = None,
    at_least: float | None = None,
    most: float,
) -> float:
    value = _number(args, name, above=above, at_least=at_least, most=most)
    if value is None:
        raise Refusal(422, f"{name} is missing.")
    return value


def _number(
    args: Mapping[str, object],
    name: str,
    *,
    above: float | None = None,
    at_least: float | None = None,
    most: float,
) -> float | None:
    given = args.get(name)
    if given is None or given == "":
        return None
    try:
        if isinstance(given, bool) or not isinstance(given, int | float | str):
            raise ValueError
        value = float(given)
    except (ValueError, OverflowError):
        raise Refusal(422, f"{name} must be a number.") from None
    low = above if above is not None else at_least or 0
    if not math.isfinite(value) or value < low or value > most or value == above:
        bound = f"above {low:g}" if above is not None else f"from {low:g}"
        raise Refusal(422, f"{name} must be a number {bound} and at most {most:g}.")
    return value
