"""What people want of a service: the records of the topic `flowviz.control`.

Each record is the whole wish for one service, so the newest is all that a starting service needs.
Pure: no Kafka, no clock. The format is written down in docs/protocol.md, version 1.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

CONTROL_TOPIC = "flowviz.control"
VERSION = 1

MAX_BYTES = 65_536
MAX_NAME_CHARACTERS = 249
"""As long as Kafka lets the name of a topic be."""
MAX_ID_CHARACTERS = 36
"""As long as a UUID: the id of a rewind is kept in commit metadata, which stays small."""
MAX_MS_PER_EVENT = 60_000
MAX_RATE_PER_SECOND = 100_000
MAX_INSTANT = 2**53
"""Unix ms that every JSON reader keeps exactly."""
MAX_REWIND_PARTITIONS = 1_000
MAX_OPTIONS = 20
MAX_OPTION_CHARACTERS = 200
"""Of an option's name, and of one that is text."""

Mode = Literal["running", "paused"]
Option: TypeAlias = str | int | float | bool | None
Offsets: TypeAlias = Mapping[str, Mapping[int, int]]
"""Topic -> partition -> offset."""


class WishError(ValueError):
    """A record that is no wish. `str(error)` is one sentence that says what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Rate:
    """How many events a second; until an instant (Unix ms), or until taken back (None)."""

    per_second: float
    until_at: int | None = None


@dataclass(frozen=True, slots=True)
class Rewind:
    """Read again from `to`: "earliest", an instant (Unix ms) or an offset for each partition.

    Done once a partition: `id` is kept in that partition's commit metadata. It is the id of the
    wish that asks for it; newer wishes hold the same rewind on.
    """

    id: str
    to: Literal["earliest"] | int | Offsets


@dataclass(frozen=True, slots=True)
class Wish:
    """All that is wanted of `service`; the defaults are a service left alone."""

    id: str
    service: str
    mode: Mode = "running"
    until_at: int | None = None
    """When a pause ends by itself; None: when it is taken back."""
    ms_per_event: float = 0
    rate: Rate | None = None
    rewind: Rewind | None = None
    options: Mapping[str, Option] = field(default_factory=dict)
    """Switches that only the service itself understands, at most MAX_OPTIONS."""
    by: str | None = None
    at: int = 0

    def paused_at(self, now: int) -> bool:
        """Whether the service should stand still at `now` (Unix ms)."""
        return self.mode == "paused" and (self.until_at is None or now < self.until_at)

    def per_second_at(self, now: int) -> float | None:
        """The rate wanted at `now` (Unix ms); None: the service's own."""
        if self.rate is None or (self.rate.until_at is not None and now >= self.rate.until_at):
            return None
        return self.rate.per_second

    def encode(self) -> bytes:
        """The record's value. `parse` reads it back to an equal wish."""
        rate, rewind = self.rate, self.rewind
        want = {
            "mode": self.mode,
            "until_at": self.until_at,
            "ms_per_event": self.ms_per_event,
            "rate": None
            if rate is None
            else {"per_second": rate.per_second, "until_at": rate.until_at},
            "rewind": None if rewind is None else {"id": rewind.id, "to": _plain(rewind.to)},
            "options": dict(self.options),
        }
        whole = {"v": VERSION, "id": self.id, "service": self.service, "want": want}
        whole |= {"by": self.by, "at": self.at}
        return json.dumps(whole, ensure_ascii=False, separators=(",", ":")).encode()


def parse(value: bytes) -> Wish:
    """The wish in a record's value. Fields that are not known are passed over.

    Raises WishError, and nothing else, for whatever bytes it is given.
    """
    if len(value) > MAX_BYTES:
        raise WishError(f"The wish has {len(value)} bytes; at most {MAX_BYTES} are read.")
    try:
        read = json.loads(value)
    except (ValueError, RecursionError) as error:
        raise WishError("The wish is not JSON.") from error
    whole = _object(read, "The wish")
    if whole.get("v") != VERSION or isinstance(whole["v"], bool):
        raise WishError(f"The wish is of version {_shown(whole.get('v'))}; {VERSION} is known.")
    want = _object(whole.get("want"), "want")
    mode = want.get("mode")
    if mode not in ("running", "paused"):
        raise WishError(f'want.mode is {_shown(mode)}; it can be "running" or "paused".')
    by = whole.get("by")
    return Wish(
        id=_text(whole.get("id"), "id", MAX_ID_CHARACTERS),
        service=_text(whole.get("service"), "service", MAX_NAME_CHARACTERS),
        mode=mode,
        until_at=_instant_or_none(want.get("until_at"), "want.until_at"),
        ms_per_event=_number(want.get("ms_per_event", 0), "want.ms_per_event", MAX_MS_PER_EVENT),
        rate=_rate(want.get("rate")),
        rewind=_rewind(want.get("rewind")),
        options=options_of(want.get("options")),
        by=None if by is None else _text(by, "by", MAX_NAME_CHARACTERS),
        at=_instant(whole.get("at", 0), "at"),
    )


def options_of(read: Any) -> dict[str, Option]:
    """The options in `want.options`, checked; also for who makes a wish. Raises WishError."""
    if read is None:
        return {}
    options = _object(read, "want.options")
    if len(options) > MAX_OPTIONS:
        raise WishError(f"want.options has {len(options)} entries; at most {MAX_OPTIONS} are read.")
    for name, value in options.items():
        _text(name, "a name in want.options", MAX_OPTION_CHARACTERS)
        place = f"want.options.{name}"
        if isinstance(value, str):
            if value:
                _text(value, place, MAX_OPTION_CHARACTERS)
        elif isinstance(value, int | float) and not isinstance(value, bool):
            if not abs(value) <= MAX_INSTANT:  # nor is it NaN or an infinity
                raise WishError(f"{place} is {_shown(value)}; it is too large.")
        elif value is not None and not isinstance(value, bool):
            raise WishError(f"{place} is {_shown(value)}; it must be text, a number or a switch.")
    return options


def _rate(read: Any) -> Rate | None:
    if read is None:
        return None
    rate = _object(read, "want.rate")
    per_second = _number(rate.get("per_second"), "want.rate.per_second", MAX_RATE_PER_SECOND)
    if per_second == 0:
        raise WishError("want.rate.per_second is 0; to stop a service, pause it.")
    return Rate(per_second, _instant_or_none(rate.get("until_at"), "want.rate.until_at"))


def _rewind(read: Any) -> Rewind | None:
    if read is None:
        return None
    rewind = _object(read, "want.rewind")
    number = _text(rewind.get("id"), "want.rewind.id", MAX_ID_CHARACTERS)
    if not (number.isascii() and number.isprintable()):
        raise WishError("want.rewind.id must be printable ASCII, as a UUID is.")
    to = rewind.get("to")
    if to == "earliest":
        return Rewind(number, "earliest")
    if isinstance(to, dict):
        return Rewind(number, _offsets(to))
    return Rewind(number, _instant(to, "want.rewind.to"))


def _offsets(read: dict[str, Any]) -> Offsets:
    offsets: dict[str, dict[int, int]] = {}
    for topic, partitions in read.items():
        name = _text(topic, "a topic of want.rewind.to", MAX_NAME_CHARACTERS)
        for partition, offset in _object(partitions, f"want.rewind.to.{name}").items():
            if not (partition.isascii() and partition.isdigit() and len(partition) <= 9):
                raise WishError(f"want.rewind.to.{name} has {_shown(partition)} as a partition.")
            place = f"want.rewind.to.{name}.{partition}"
            offsets.setdefault(name, {})[int(partition)] = _instant(offset, place)
    if not offsets or sum(map(len, offsets.values())) > MAX_REWIND_PARTITIONS:
        raise WishError(f"want.rewind.to names no partition, or over {MAX_REWIND_PARTITIONS}.")
    return offsets


def _plain(to: str | int | Offsets) -> object:
    if isinstance(to, str | int):
        return to
    return {topic: {str(p): offset for p, offset in ps.items()} for topic, ps in to.items()}


def _object(read: Any, place: str) -> dict[str, Any]:
    if not isinstance(read, dict):
        raise WishError(f"{place} is {_shown(read)}; it must be an object.")
    return read


def _text(read: Any, place: str, most: int) -> str:
    if not isinstance(read, str) or not 0 < len(read) <= most:
        raise WishError(f"{place} is {_shown(read)}; it must be text of 1 to {most} characters.")
    try:
        read.encode()
    except UnicodeEncodeError as error:
        raise WishError(f"{place} has half of a surrogate pair.") from error
    return read


def _number(read: Any, place: str, most: int) -> float:
    good = isinstance(read, int | float) and not isinstance(read, bool)
    if not good or not 0 <= read <= most:  # neither NaN nor an infinity lies between
        raise WishError(f"{place} is {_shown(read)}; it must be a number from 0 to {most}.")
    return float(read) if isinstance(read, float) else int(read)


def _instant(read: Any, place: str) -> int:
    if not isinstance(read, int) or isinstance(read, bool) or not 0 <= read <= MAX_INSTANT:
        raise WishError(f"{place} is {_shown(read)}; it must be a whole number from 0.")
    return read


def _instant_or_none(read: Any, place: str) -> int | None:
    return None if read is None else _instant(read, place)


def _shown(read: Any) -> str:
    text = ascii(read)
    return text if len(text) <= 60 else text[:57] + "..."
