"""What can be said with an action: read from JSON or from a form, within bounds."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Literal, TypeAlias

from dashboard.control.refusal import Refusal
from dashboard.picture.actions import ACTIONS
from flowviz.kit.wish import (
    MAX_INSTANT,
    MAX_MS_PER_EVENT,
    MAX_NAME_CHARACTERS,
    MAX_RATE_PER_SECOND,
    MAX_REWIND_PARTITIONS,
    Offsets,
    Option,
    WishError,
    options_of,
)

MAX_SECONDS = 86_400
"""A day: a pause for longer is one that somebody takes back."""
FLOOD_SECONDS = 5.0
MAX_FLOOD_SECONDS = 10.0
DOWN_SECONDS = 10.0
"""Down after a crash: longer than the 6 s after which a group lets go of a member."""
MAX_DOWN_SECONDS = 600.0
MAX_INSTANCES = 6

KNOWN: Mapping[str, tuple[str, ...] | None] = {
    "pause": ("seconds",),
    "resume": (),
    "slow": ("ms_per_event",),
    "rate": ("per_second", "seconds"),
    "flood": ("seconds",),
    "rewind": ("to",),
    "options": None,
    "start": (),
    "stop": (),
    "crash": ("seconds", "instance"),
    "freeze": ("instance",),
    "thaw": ("instance",),
    "scale": ("instances",),
}
"""Action -> the names of its arguments; None: any."""

To: TypeAlias = Literal["earliest"] | int | Offsets
"""Where to read again from: the start, an instant (Unix ms), or offsets."""


def check(action: str, args: Mapping[str, object]) -> None:
    """Refuse what is not an action (404) and what the action does not know (422)."""
    if action not in KNOWN:
        raise Refusal(404, f"There is no action {action!r}; there are {', '.join(ACTIONS)}.")
    takes = KNOWN[action]
    for name in args if takes is not None else ():
        if name not in (takes or ()):
            all_of_them = ", ".join(takes or ()) or "nothing"
            raise Refusal(422, f"{action} does not know {name!r}; it takes {all_of_them}.")


def from_form(action: str, fields: Mapping[str, str]) -> dict[str, object]:
    """The fields of a form as JSON would have them: a form knows nothing but text.

    An empty field says nothing. Options and places are JSON where they can be read as such.
    """
    args: dict[str, object] = {name: value for name, value in fields.items() if value != ""}
    if action in ("options", "rewind"):
        args = {name: _as_json(str(value)) for name, value in args.items()}
    return args


def seconds(args: Mapping[str, object]) -> float | None:
    """How long; None: until it is taken back."""
    return _number(args, "seconds", above=0, most=MAX_SECONDS)


def flood_seconds(args: Mapping[str, object]) -> float:
    given = _number(args, "seconds", above=0, most=MAX_FLOOD_SECONDS)
    return FLOOD_SECONDS if given is None else given


def down_seconds(args: Mapping[str, object]) -> float:
    given = _number(args, "seconds", above=0, most=MAX_DOWN_SECONDS)
    return DOWN_SECONDS if given is None else given


def instance(args: Mapping[str, object]) -> str | None:
    """One instance of the service; None: all of them."""
    given = args.get("instance")
    if given is None or given == "":
        return None
    if not isinstance(given, str) or len(given) > MAX_NAME_CHARACTERS:
        raise Refusal(422, "instance must be the name of one, such as quality-1.")
    return given


def instances(args: Mapping[str, object]) -> int:
    wanted = _needed(args, "instances", at_least=1, most=MAX_INSTANCES)
    if wanted != int(wanted):
        raise Refusal(422, f"instances must be a whole number from 1 to {MAX_INSTANCES}.")
    return int(wanted)


def ms_per_event(args: Mapping[str, object]) -> float:
    return _needed(args, "ms_per_event", at_least=0, most=MAX_MS_PER_EVENT)


def per_second(args: Mapping[str, object]) -> float:
    return _needed(args, "per_second", above=0, most=MAX_RATE_PER_SECOND)


def options(args: Mapping[str, object]) -> Mapping[str, Option]:
    """Switches that only the service understands; None takes one back."""
    if not args:
        raise Refusal(422, 'Name at least one option, such as {"dedupe": true}.')
    try:
        return options_of(dict(args))
    except WishError as fault:
        raise Refusal(422, str(fault)) from None


def to(args: Mapping[str, object]) -> To:
    given = args.get("to")
    if given == "earliest":
        return "earliest"
    if isinstance(given, int) and not isinstance(given, bool) and 0 <= given <= MAX_INSTANT:
        return given
    if isinstance(given, dict):
        return _offsets(given)
    raise Refusal(
        422,
        'to must be "earliest", an instant in Unix ms, or offsets such as {"topic": {"0": 123}}.',
    )


def _offsets(given: Mapping[object, object]) -> Offsets:
    found: dict[str, dict[int, int]] = {}
    for topic, partitions in given.items():
        if not isinstance(partitions, dict):
            raise Refusal(422, f"to: what stands under {topic!r} must be an object.")
        for number, offset in partitions.items():
            if not _is_number(number) or not isinstance(offset, int) or isinstance(offset, bool):
                raise Refusal(422, f"to: under {topic!r} stand partitions and offsets, as numbers.")
            if not 0 <= offset <= MAX_INSTANT:
                raise Refusal(422, f"to: an offset under {topic!r} is not from 0 to {MAX_INSTANT}.")
            found.setdefault(str(topic), {})[int(number)] = offset
    if not 0 < sum(map(len, found.values())) <= MAX_REWIND_PARTITIONS:
        raise Refusal(422, f"to names no partition, or more than {MAX_REWIND_PARTITIONS}.")
    return found


def _is_number(text: object) -> bool:
    return isinstance(text, str) and text.isascii() and text.isdigit() and len(text) <= 9


def _as_json(text: str) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text


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
