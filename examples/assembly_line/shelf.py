"""The work of inventory: a part is put on its shelf, and counted."""

from __future__ import annotations

import threading
from collections import Counter

from examples.assembly_line.parts import Part
from examples.assembly_line.station import Station

# The shelf is looked up in a warehouse system that answers in so long: one question at a time, but
# after a flood one question is about a whole tray of parts.
LOOK_UP_SECONDS = 0.02
warehouse = Station(LOOK_UP_SECONDS)
_counting = threading.Lock()


def put_on_shelf(part: Part, stock: Counter[str], waiting: int | None = None) -> str:
    """Counts the part in `stock`; returns its kind. `waiting` is how many are known to wait."""
    kind = str(part["part"])
    warehouse.work(waiting)
    with _counting:
        stock[kind] += 1
    return kind
