"""Prints the shipping label of every scanned part."""

from __future__ import annotations

import sys

from examples.assembly_line.labels import print_label, printer
from flowviz.kit import Event, Service, conf_from_environment

service = Service(
    "shipping",
    conf_from_environment(),
    consumer={"group.protocol": "consumer"},
)


@service.on("parts.scanned")
def label(event: Event) -> None:
    part = event.json()
    printed = print_label(part, service.waiting())
    service.publish(
        "labels.printed",
        {"serial": part["serial"], "label": printed.text},
        key=event.key,
        type="label.printed",
    )
    service.facts["last label"] = printed.number
    service.facts["labels at a time"] = printer.parts_at_a_time


if __name__ == "__main__":
    sys.exit(service.run())
