"""Weighs every scanned part against its tolerance, and says whether it is good."""

from __future__ import annotations

import sys
from collections import Counter

from examples.assembly_line.weighing import scale, weigh
from flowviz.kit import Event, Service, conf_from_environment

service = Service(
    "quality",
    conf_from_environment(),
    consumer={"group.protocol": "consumer"},
)
grades: Counter[str] = Counter()


@service.on("parts.scanned")
def grade(event: Event) -> None:
    graded = weigh(event.json(), service.waiting())
    service.publish("parts.graded", graded, key=event.key, type="part.graded")
    grades[graded["grade"]] += 1
    service.facts["ok since start"] = grades["ok"]
    service.facts["rejected since start"] = grades["rejected"]
    service.facts["parts at a time"] = scale.parts_at_a_time


if __name__ == "__main__":
    sys.exit(service.run())
