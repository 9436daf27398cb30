"""Counts what is in stock, of the parts it is called with, and calls shipping with each.

The double of the inventory beside it: the same work, another wiring. What it counted is gone with
its process, for there is no log from which it could go on.
"""

from __future__ import annotations

import sys
from collections import Counter
from typing import Any

from examples.assembly_line.direct import server
from examples.assembly_line.direct.caller import Caller
from examples.assembly_line.parts import Part
from examples.assembly_line.shelf import put_on_shelf
from flowviz.kit import Service, conf_from_environment

service = Service(
    "inventory-direct",
    conf_from_environment(),
)
shipping = Caller(service, "shipping-direct")
service.at_start(shipping.wait_until_there)
stock: Counter[str] = Counter()


def count(part: Part) -> dict[str, Any]:
    kind = put_on_shelf(part, stock)
    done = shipping.call(part)
    service.facts[kind] = stock[kind]
    return done | {"in_stock": stock[kind]}


if __name__ == "__main__":
    sys.exit(server.run(service, count))
