"""How an action changes the newest wish for a service; what it does not speak of stays as it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from dashboard.control import arguments
from dashboard.control.refusal import Refusal
from dashboard.control.wishes import Change
from flowviz.kit.wish import MAX_OPTIONS, MAX_RATE_PER_SECOND, Option, Rate, Rewind, Wish


def change(action: str, args: Mapping[str, object], now: int) -> Change:
    """`now` in Unix ms. Raises Refusal for arguments out of bounds."""
    match action:
        case "pause":
            until_at = _until(arguments.seconds(args), now)
            return lambda wish: replace(wish, mode="paused", until_at=until_at)
        case "slow":
            ms_per_event = arguments.ms_per_event(args)
            return lambda wish: replace(wish, ms_per_event=ms_per_event)
        case "rate":
            rate = Rate(arguments.per_second(args), _until(arguments.seconds(args), now))
            return lambda wish: replace(wish, rate=rate)
        case "flood":
            flood = Rate(MAX_RATE_PER_SECOND, _until(arguments.flood_seconds(args), now))
            return lambda wish: replace(wish, rate=flood)
        case "rewind":
            to = arguments.to(args)
            # By its id a service knows the wish that asks for it from those that still hold it.
            return lambda wish: replace(wish, rewind=Rewind(wish.id, to))
        case "options":
            given = arguments.options(args)
            return lambda wish: replace(wish, options=_merged(wish.options, given))
        case _:
            return lambda wish: replace(wish, mode="running", until_at=None)


def put_right(wish: Wish) -> Wish:
    """Left alone: running, at full speed, at its own rate, without options."""
    return replace(wish, mode="running", until_at=None, ms_per_event=0, rate=None, options={})


def _merged(before: Mapping[str, Option], given: Mapping[str, Option]) -> Mapping[str, Option]:
    """What is given as None is taken back."""
    left = {name: value for name, value in {**before, **given}.items() if value is not None}
    if len(left) > MAX_OPTIONS:
        raise Refusal(422, f"A service has at most {MAX_OPTIONS} options; take one back first.")
    return left


def _until(seconds: float | None, now: int) -> int | None:
    return None if seconds is None else now + int(seconds * 1000)
