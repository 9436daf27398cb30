"""Scans each part that comes along the line, and tells everyone who wants to know."""

from __future__ import annotations

import itertools
import os
import random
import sys

from flowviz.kit import Service

service = Service(
    "scanner",
    {"bootstrap.servers": os.environ.get("KAFKA_BOOTSTRAP_SERVERS", "localhost:9092")},
)
serials = itertools.count(1)
# What comes along the line, and what a good one weighs in grams.
PARTS = {
    "Gear 20T": 48.0,
    "Bolt M6": 6.2,
    "Bearing 608": 12.1,
    "Shaft 8 mm": 79.0,
    "Plate A4": 168.0,
    "Spring S2": 3.4,
    "Bolt M8": 14.5,
}
line = random.SystemRandom()


@service.at_start
def go_on_with_the_serials() -> None:
    """The numbers go on after a restart: the last ones stand at the end of the topic."""
    global serials
    scanned = service.newest("parts.scanned")
    serials = itertools.count(1 + max((part.json()["serial"] for part in scanned), default=0))


@service.every(per_second=8)
def scan() -> None:
    part, serial = line.choice(list(PARTS)), next(serials)
    weight = round(line.gauss(PARTS[part], 0.01 * PARTS[part]), 2)
    service.publish(
        "parts.scanned",
        {"serial": serial, "part": part, "weight": weight},
        key=f"{part} #{serial}",
        type="part.scanned",
    )


if __name__ == "__main__":
    sys.exit(service.run())
