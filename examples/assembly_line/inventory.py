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
counted_in: str | None = None
"""Kafka's id of the topic parts.scanned whose offsets these are; None: not known."""


@service.at_start
def go_on_with_the_counts() -> None:
    global counted_in
    for event in service.newest("stock.changed"):
        newest = event.json()
        stock.update(newest["stock"])
        counted_to.update(newest["counted_to"])
        counted_in = newest.get("counted_in")
    service.facts.update(stock)


@service.on("parts.scanned")
def count(event: Event) -> None:
    know_topic(event.topic_id)
    partition = str(event.partition)
    if event.offset <= counted_to.get(partition, -1):
        return
    part = put_on_shelf(event.json(), stock, service.waiting())
    counted_to[partition] = event.offset
    service.publish(
        "stock.changed",
        {
            "part": part,
            "stock": dict(stock),
            "counted_to": dict(counted_to),
            "counted_in": counted_in,
        },
        key=part,
        type="stock.changed",
    )
    service.facts[part] = stock[part]
    service.facts["parts at a time"] = warehouse.parts_at_a_time


def know_topic(topic_id: str | None) -> None:
    """A topic that was made anew begins at offset 0 again: the counts go on with its parts."""
    global counted_in
    if topic_id is None or topic_id == counted_in:
        return
    if counted_in is not None:
        counted_to.clear()
    counted_in = topic_id


if __name__ == "__main__":
    sys.exit(service.run())
