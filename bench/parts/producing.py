"""Events as services of the kit write them, at a rate or as fast as one process can."""

from __future__ import annotations

import time
from datetime import UTC, datetime

from confluent_kafka import Producer

from bench.parts.children import Parent

VALUE = b"x" * 200
SLICE_SECONDS = 0.01
HEADERS_ANEW_EVERY = 100
"""Events that share a time stamp: making one costs more than sending."""

Headers = list[tuple[str, str | bytes | None]]


def headers(number: int, source: str = "bench", at: str | None = None) -> Headers:
    """Those that the kit stamps on a first event; its id is the number."""
    return [
        ("ce_specversion", "1.0"),
        ("ce_id", f"00000000-0000-4000-8000-{number:012d}"),
        ("ce_source", source),
        ("ce_type", "bench.made"),
        ("ce_time", at or stamp()),
        ("traceparent", f"00-{number + 1:032x}-{number + 1:016x}-01"),
    ]


def stamp() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def flood(parent: Parent, bootstrap: str, topic: str, per_second: float, most: int) -> None:
    """The work of a child: `per_second` events (0: all it can) up to `most` (0: no end).

    Tells how many were written, and in how many seconds, once it is done or asked to end.
    """
    producer = Producer(
        {
            "bootstrap.servers": bootstrap,
            "acks": "1",
            "linger.ms": 5,
            "batch.size": 262_144,
            "queue.buffering.max.messages": 200_000,
            "log_level": 0,
        }
    )
    made, began = 0, time.monotonic()
    while not parent.ending.is_set() and (not most or made < most):
        allowed = most - made if most else 1_000_000_000
        if per_second:
            due = int((time.monotonic() - began) * per_second) - made
            allowed = min(allowed, due)
        if allowed <= 0:
            parent.ending.wait(SLICE_SECONDS)
            continue
        made += _write(producer, topic, made, min(allowed, HEADERS_ANEW_EVERY))
    producer.flush(30)
    parent.tell((made, time.monotonic() - began))


def _write(producer: Producer, topic: str, first: int, many: int) -> int:
    at = stamp()
    for number in range(first, first + many):
        while True:
            try:
                producer.produce(topic, VALUE, headers=headers(number, at=at))
                break
            except BufferError:
                producer.poll(SLICE_SECONDS)
    producer.poll(0)
    return many
