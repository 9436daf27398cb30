"""Prints the shipping label of every part it is called with.

The double of the shipping beside it: the same work, another wiring.
"""

from __future__ import annotations

import sys
from typing import Any

from examples.assembly_line.direct import server
from examples.assembly_line.labels import print_label
from examples.assembly_line.parts import Part
from flowviz.kit import Service, conf_from_environment

service = Service(
    "shipping-direct",
    conf_from_environment(),
)


def label(part: Part) -> dict[str, Any]:
    printed = print_label(part)
    service.facts["last label"] = printed.number
    return {"serial": part["serial"], "label": printed.text}


if __name__ == "__main__":
    sys.exit(server.run(service, label))
