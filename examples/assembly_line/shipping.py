"""Prints the shipping label of every scanned part."""

from __future__ import annotations

import os
import sys
import time
import zlib

from flowviz.kit import Event, Service

service = Service(
    "shipping",
    {"bootstrap.servers": os.environ.get("KAFKA_BOOTSTRAP_SERVERS", "localhost:9092")},
    consumer={"group.protocol": "consumer"},
)

# A label is out of the printer in so long.
PRINT_SECONDS = 0.02


@service.on("parts.scanned")
def label(event: Event) -> None:
    part = event.json()
    number = f"FV-{part['serial']:07d}"
    # The check digit that a scanner at the gate would test.
    check = zlib.crc32(number.encode()) % 10
    time.sleep(PRINT_SECONDS)
    text = f"{number}-{check}\n{part['part']}\n{part['weight']:.2f} g"
    service.publish(
        "labels.printed",
        {"serial": part["serial"], "label": text},
        key=event.key,
        type="label.printed",
    )
    service.facts["last label"] = f"{number}-{check}"


if __name__ == "__main__":
    sys.exit(service.run())
