"""Scans each part that comes along the line, and tells everyone who wants to know."""

from __future__ import annotations

import itertools
import sys

from examples.assembly_line.parts import PER_SECOND, key_of, next_part
from flowviz.kit import Service, conf_from_environment

service = Service(
    "scanner",
    conf_from_environment(),
)
serials = itertools.count(1)


@service.at_start
def go_on_with_the_serials() -> None:
    """The numbers go on after a restart: the last ones stand at the end of the topic."""
    global serials
    scanned = service.newest("parts.scanned")
    serials = itertools.count(1 + max((part.json()["serial"] for part in scanned), default=0))


@service.every(per_second=PER_SECOND)
def scan() -> None:
    part = next_part(next(serials))
    service.publish("parts.scanned", part, key=key_of(part), type="part.scanned")


if __name__ == "__main__":
    sys.exit(service.run())
