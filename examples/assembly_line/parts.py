"""What comes along the line: parts of seven kinds, each a little off its weight."""

from __future__ import annotations

import random
from typing import Any, NamedTuple

Part = dict[str, Any]
"""`serial`, `part` (its kind) and `weight` in grams: the value of a scan."""


class Kind(NamedTuple):
    """What a part should weigh, and how far off it may be; in grams."""

    grams: float
    tolerance: float


KINDS = {
    "Gear 20T": Kind(48.0, 1.0),
    "Bolt M6": Kind(6.2, 0.15),
    "Bearing 608": Kind(12.1, 0.25),
    "Shaft 8 mm": Kind(79.0, 1.7),
    "Plate A4": Kind(168.0, 3.7),
    "Spring S2": Kind(3.4, 0.08),
    "Bolt M8": Kind(14.5, 0.3),
}
PER_SECOND = 8
"""So many parts a second come along."""

_KINDS = tuple(KINDS)
_line = random.Random()  # noqa: S311 - no secret, and a flood asks for tens of thousands a second


def next_part(serial: int) -> Part:
    kind = _line.choice(_KINDS)
    grams = KINDS[kind].grams
    return {"serial": serial, "part": kind, "weight": round(_line.gauss(grams, 0.01 * grams), 2)}


def key_of(part: Part) -> str:
    return f"{part['part']} #{part['serial']}"
