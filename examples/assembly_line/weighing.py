"""The work of quality: a part is put on the scale and compared with what it should weigh."""

from __future__ import annotations

from typing import Any

from examples.assembly_line.parts import KINDS, Part
from examples.assembly_line.station import Station

# The scale needs so long to settle. It handles some 40 parts a second while the scanner makes 8: a
# backlog of a minute is worked off in a quarter of one, slowly enough to be watched.
SETTLE_SECONDS = 0.025
# After a flood whole trays are weighed, part by part, in that time.
scale = Station(SETTLE_SECONDS)


def weigh(part: Part, waiting: int | None = None) -> dict[str, Any]:
    """What came of it. `waiting` is how many parts are known to wait for the scale."""
    scale.work(waiting)
    kind = KINDS[part["part"]]
    off = round(part["weight"] - kind.grams, 2)
    grade = "ok" if abs(off) <= kind.tolerance else "rejected"
    return {"serial": part["serial"], "part": part["part"], "grade": grade, "grams_off": off}
