"""Counts what is in stock, for each partition of parts.scanned apart.

Each event it writes holds the counts of one partition and how far they reach, and goes to the
partition of that number. So a restart, or another instance that is given the partition, goes on
from the newest one and counts no part twice. Nor does reading again, unless it is asked to forget
that: with the option `dedupe` off, a rewind counts again what is on the shelf.
"""

from __future__ import annotations

import sys
from collections import Counter
from dataclasses import dataclass, field

from examples.assembly_line.parts import KINDS
from examples.assembly_line.shelf import put_on_shelf, warehouse
from flowviz.kit import Event, Service, conf_from_environment

service = Service(
    "inventory",
    conf_from_environment(),
    consumer={"group.protocol": "consumer"},
)


@dataclass
class Share:
    """What was counted of one partition of parts.scanned."""

    stock: Counter[str] = field(default_factory=Counter)
    counted_to: int = -1
    """The last offset that is in the counts."""
    counted_in: str | None = None
    """Kafka's id of the topic whose offsets these are; None: not known."""
    counted_twice: int = 0
    """Parts that were counted again, because the option `dedupe` was off."""


shares: dict[int, Share] = {}


@service.on_partitions
def go_on_with_the_counts(given: list[tuple[str, int]]) -> None:
    shares.update({partition: Share() for _, partition in given})
    for event in service.lately("stock.changed"):
        told = event.json()
        if "partition" not in told:  # it wrote otherwise once
            continue
        share = Share(
            Counter(told["stock"]), told["counted_to"], told["counted_in"], told["counted_twice"]
        )
        known = shares.get(told["partition"])
        # Whoever woke late from a freeze may have written last, and knows less.
        if known is not None and known.stock.total() < share.stock.total():
            shares[told["partition"]] = share
    tell()


@service.on("parts.scanned")
def count(event: Event) -> None:
    share = shares[event.partition]
    know_topic(share, event.topic_id)
    if event.offset <= share.counted_to:
        if service.options.get("dedupe", True):
            return
        share.counted_twice += 1
    part = put_on_shelf(event.json(), share.stock, service.waiting())
    share.counted_to = max(event.offset, share.counted_to)
    service.publish(
        "stock.changed",
        {
            "part": part,
            "partition": event.partition,
            "stock": dict(share.stock),
            "counted_to": share.counted_to,
            "counted_in": share.counted_in,
            "counted_twice": share.counted_twice,
        },
        key=part,
        type="stock.changed",
        partition=event.partition,
    )
    tell()


def know_topic(share: Share, topic_id: str | None) -> None:
    """A topic that was made anew begins at offset 0 again: the counts go on with its parts."""
    if topic_id is None or topic_id == share.counted_in:
        return
    if share.counted_in is not None:
        share.counted_to = -1
    share.counted_in = topic_id


def tell() -> None:
    mine = [shares[partition] for _, partition in service.partitions() if partition in shares]
    service.facts.update({kind: sum(share.stock[kind] for share in mine) for kind in KINDS})
    service.facts["counted twice"] = sum(share.counted_twice for share in mine)
    service.facts["dedupe"] = bool(service.options.get("dedupe", True))
    service.facts["parts at a time"] = warehouse.parts_at_a_time


if __name__ == "__main__":
    sys.exit(service.run())
