"""Weighs every part it is called with against its tolerance, and calls inventory with it.

The double of the quality beside it: the same work, another wiring.
"""

from __future__ import annotations

import sys
from collections import Counter
from typing import Any

from examples.assembly_line.direct import server
from examples.assembly_line.direct.caller import Caller
from examples.assembly_line.parts import Part
from examples.assembly_line.weighing import weigh
from flowviz.kit import Service, conf_from_environment

service = Service(
    "quality-direct",
    conf_from_environment(),
)
inventory = Caller(service, "inventory-direct")
service.at_start(inventory.wait_until_there)
grades: Counter[str] = Counter()


def grade(part: Part) -> dict[str, Any]:
    graded = weigh(part)
    done = inventory.call(part)
    grades[graded["grade"]] += 1
    service.facts["ok since start"] = grades["ok"]
    service.facts["rejected since start"] = grades["rejected"]
    return done | graded


if __name__ == "__main__":
    sys.exit(server.run(service, grade))
