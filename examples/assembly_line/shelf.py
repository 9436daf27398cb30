"""The work of inventory: a part is put on its shelf, and counted."""

from __future__ import annotations

import threading
import time
from collections import Counter

from examples.assembly_line.parts import Part

# The shelf is looked up in a warehouse system that answers in so long.
LOOK_UP_SECONDS = 0.02
# It answers one question at a time.
_warehouse = threading.Lock()


def put_on_shelf(part: Part, stock: Counter[str]) -> str:
    """Counts the part in `stock`; returns its kind."""
    kind = str(part["part"])
    with _warehouse:
        time.sleep(LOOK_UP_SECONDS)
        stock[kind] += 1
    return kind
