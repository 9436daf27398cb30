"""Counts what is in stock. Each event it writes holds all counts and how far they reach, so that
a restart goes on from the newest one and counts no part twice.
"""

from __future__ import annotations

import os
import sys
from collections import Counter

from examples.assembly_line.shelf import put_on_shelf, warehouse
from flowviz.kit import Event, Service

service = Service(
    "inventory",
    {"bootstrap.servers": os.environ.get("KAFKA_BOOTSTRAP_SERVERS", "localhost:9092")},
    consumer={"group.protocol": "consumer"},
)
stock: Counter[str] = Counter()
counted_to: dict[str, int] = {}
"""Partition of parts.scanned -> the last offset that is in the counts."""


@service.at_start
def go_on_with_the_counts() -> None:
    for event in service.newest("stock.changed"):
        newest = event.json()
        stock.update(newest["stock"])
        counted_to.update(newest["counted_to"])
    service.facts.update(stock)


@service.on("parts.scanned")
def count(event: Event) -> None:
    partition = str(event.partition)
    if event.offset <= counted_to.get(partition, -1):
        return
    part = put_on_shelf(event.json(), stock, service.waiting())
    counted_to[partition] = event.offset
    service.publish(
        "stock.changed",
        {"part": part, "stock": dict(stock), "counted_to": dict(counted_to)},
        key=part,
        type="stock.changed",
    )
    service.facts[part] = stock[part]
    service.facts["parts at a time"] = warehouse.parts_at_a_time


if __name__ == "__main__":
    sys.exit(service.run())
