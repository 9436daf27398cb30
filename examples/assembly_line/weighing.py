"""The work of quality: a part is put on the scale and compared with what it should weigh."""

from __future__ import annotations

import threading
import time
from typing import Any

from examples.assembly_line.parts import KINDS, Part

# The scale needs so long to settle. It handles some 40 parts a second while the scanner makes 8: a
# backlog of a minute is worked off in a quarter of one, slowly enough to be watched.
SETTLE_SECONDS = 0.025
# There is one scale: who comes while it is in use waits.
_scale = threading.Lock()


def weigh(part: Part) -> dict[str, Any]:
    with _scale:
        time.sleep(SETTLE_SECONDS)
    kind = KINDS[part["part"]]
    off = round(part["weight"] - kind.grams, 2)
    grade = "ok" if abs(off) <= kind.tolerance else "rejected"
    return {"serial": part["serial"], "part": part["part"], "grade": grade, "grams_off": off}
