"""Counts every part that was ever scanned. It can be plugged in at any time: what it knows is in
its memory only, so it reads the log from its beginning, at full speed, and then keeps up.

It also reads what inventory says it has counted, and compares: whoever was there all along and who
came late know the same.
"""

from __future__ import annotations

import sys
import time
from collections import Counter
from datetime import datetime

from examples.assembly_line.tally import Tally
from flowviz.kit import Event, Service, conf_from_environment

service = Service(
    "analytics",
    conf_from_environment(),
    consumer={"group.protocol": "consumer"},
    from_beginning=True,
)
tally = Tally()
counted_in: str | None = None
"""Kafka's id of the topic parts.scanned that is counted; None: not known."""
COMPARED = "compared with inventory"
BETWEEN_LOOKS_SECONDS = 0.5


class Comparison:
    """Inventory's counts beside ours, of each partition at the very same part."""

    def __init__(self) -> None:
        self._before: dict[int, Counter[str]] = {}
        """What inventory had counted of parts that the log no longer has."""
        self._off: dict[int, Counter[str]] = {}
        """How many more of each kind inventory has, by partition."""
        self._at: dict[int, int] = {}
        """How many parts were compared, by partition."""
        self._claims: dict[int, tuple[Counter[str], int]] = {}
        """What inventory has said last and was not compared yet: counts, and how far they reach."""
        self._looked_at = 0.0

    def heard(self, partition: int, claimed: Counter[str], to: int, waiting: int | None) -> None:
        """Inventory has counted one partition to the offset `to`."""
        self._claims[partition] = claimed, to
        now = time.monotonic()
        if waiting != 0 and now < self._looked_at + BETWEEN_LOOKS_SECONDS:
            return
        self._looked_at = now
        for number, claim in list(self._claims.items()):
            self._look(number, *claim)

    def _look(self, partition: int, claimed: Counter[str], to: int) -> None:
        ours = tally.at(partition, to)
        if ours is None:
            return
        del self._claims[partition]
        cut = tally.shares[partition].first > 0
        before = self._before.setdefault(partition, claimed - ours if cut else Counter())
        off = claimed.copy()
        off.subtract(ours + before)
        self._off[partition], self._at[partition] = off, ours.total()
        service.facts[COMPARED] = self._words()

    def _words(self) -> str:
        at = f"at {grouped(sum(self._at.values()))} parts"
        if not any(count for off in self._off.values() for count in off.values()):
            return f"equal, {at}"
        more = sum(off.total() for off in self._off.values())
        counts = f"{grouped(abs(more))} {'more' if more > 0 else 'fewer'}"
        return f"not equal: inventory counts {counts}, {at}"


def grouped(number: int) -> str:
    """1284 -> "1 284", as the page writes it."""
    return f"{number:,}".replace(",", "\u202f")


comparison = Comparison()


@service.on("parts.scanned")
def count(event: Event) -> None:
    know_topic(event.topic_id)
    tally.add(event.partition, event.offset, event.json()["part"], event.time_at)
    tell(service.waiting())


@service.on("stock.changed")
def compare(event: Event) -> None:
    stock, waiting = event.json(), service.waiting()
    # What inventory counted of a topic that is no more can not be counted again.
    if "partition" in stock and stock["counted_in"] in (None, counted_in):
        claimed = Counter(stock["stock"])
        comparison.heard(stock["partition"], claimed, stock["counted_to"], waiting)
    tell(waiting)


def know_topic(topic_id: str | None) -> None:
    """A topic that was made anew has other parts: all is counted from its beginning."""
    global counted_in, tally, comparison
    if topic_id is None or topic_id == counted_in:
        return
    if counted_in is not None:
        tally, comparison = Tally(), Comparison()
    counted_in = topic_id


told_at = 0.0


def tell(waiting: int | None) -> None:
    """While much waits not for every part: facts are told once a second."""
    global told_at
    if waiting != 0 and time.monotonic() < told_at + BETWEEN_LOOKS_SECONDS:
        return
    told_at = time.monotonic()
    counts = tally.counts({partition for _, partition in service.partitions()})
    begins_at = tally.begins_at()
    service.facts.update(counts)
    service.facts["parts"] = counts.total()
    service.facts["counted from"] = (
        "the very beginning"
        if begins_at is None
        else f"{datetime.fromtimestamp(begins_at / 1000):%Y-%m-%d %H:%M:%S}, where the log begins"
    )


if __name__ == "__main__":
    sys.exit(service.run())
