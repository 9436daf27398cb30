"""Weighs every scanned part against its tolerance, and says whether it is good."""

from __future__ import annotations

import os
import sys
import time
from collections import Counter

from flowviz.kit import Event, Service

service = Service(
    "quality",
    {"bootstrap.servers": os.environ.get("KAFKA_BOOTSTRAP_SERVERS", "localhost:9092")},
    consumer={"group.protocol": "consumer"},
)
# The scale needs so long to settle. It handles some 40 parts a second while the scanner makes 8: a
# backlog of a minute is worked off in a quarter of one, slowly enough to be watched.
SETTLE_SECONDS = 0.025
# What each part should weigh, and how far off it may be; in grams.
TOLERANCES = {
    "Gear 20T": (48.0, 1.0),
    "Bolt M6": (6.2, 0.15),
    "Bearing 608": (12.1, 0.25),
    "Shaft 8 mm": (79.0, 1.7),
    "Plate A4": (168.0, 3.7),
    "Spring S2": (3.4, 0.08),
    "Bolt M8": (14.5, 0.3),
}
grades: Counter[str] = Counter()


@service.on("parts.scanned")
def grade(event: Event) -> None:
    part = event.json()
    time.sleep(SETTLE_SECONDS)
    wanted, tolerance = TOLERANCES[part["part"]]
    off = round(part["weight"] - wanted, 2)
    grade = "ok" if abs(off) <= tolerance else "rejected"
    service.publish(
        "parts.graded",
        {"serial": part["serial"], "part": part["part"], "grade": grade, "grams_off": off},
        key=event.key,
        type="part.graded",
    )
    grades[grade] += 1
    service.facts["ok since start"] = grades["ok"]
    service.facts["rejected since start"] = grades["rejected"]


if __name__ == "__main__":
    sys.exit(service.run())
