"""The work of shipping: a label with a number and a check digit comes out of the printer."""

from __future__ import annotations

import zlib
from typing import NamedTuple

from examples.assembly_line.parts import Part
from examples.assembly_line.station import Station

# A label is out of the printer in so long; after a flood, a whole roll of them.
PRINT_SECONDS = 0.02
printer = Station(PRINT_SECONDS)


class Label(NamedTuple):
    number: str
    text: str


def print_label(part: Part, waiting: int | None = None) -> Label:
    """The label, printed. `waiting` is how many parts are known to wait for theirs."""
    printer.work(waiting)
    number = f"FV-{part['serial']:07d}"
    # The check digit that a scanner at the gate would test.
    check = zlib.crc32(number.encode()) % 10
    text = f"{number}-{check}\n{part['part']}\n{part['weight']:.2f} g"
    return Label(f"{number}-{check}", text)
