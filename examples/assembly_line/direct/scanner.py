"""Scans each part that comes along the line, and calls quality with it.

As the scanner beside it does, but for the wiring: it needs an answer for each part.
"""

from __future__ import annotations

import itertools
import sys

from examples.assembly_line.direct.outgoing import Outgoing
from examples.assembly_line.parts import PER_SECOND, next_part
from flowviz.kit import Service, conf_from_environment

service = Service(
    "scanner-direct",
    conf_from_environment(),
)
quality = Outgoing(service, "quality-direct")
service.at_start(quality.start)
serials = itertools.count(1)


@service.every(per_second=PER_SECOND)
def scan() -> None:
    quality.hand_over(next_part(next(serials)))


if __name__ == "__main__":
    sys.exit(service.run())
