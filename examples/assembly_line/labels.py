"""The work of shipping: a label with a number and a check digit comes out of the printer."""

from __future__ import annotations

import threading
import time
import zlib
from typing import NamedTuple

from examples.assembly_line.parts import Part

# A label is out of the printer in so long.
PRINT_SECONDS = 0.02
# There is one printer.
_printer = threading.Lock()


class Label(NamedTuple):
    number: str
    text: str


def print_label(part: Part) -> Label:
    number = f"FV-{part['serial']:07d}"
    # The check digit that a scanner at the gate would test.
    check = zlib.crc32(number.encode()) % 10
    with _printer:
        time.sleep(PRINT_SECONDS)
    text = f"{number}-{check}\n{part['part']}\n{part['weight']:.2f} g"
    return Label(f"{number}-{check}", text)
