"""A service of its own process, to be killed: `python copier.py <name> <in> <out>`."""

from __future__ import annotations

import os
import sys
import threading

from flowviz.kit import Event, Service

name, topic, out = sys.argv[1:]
service = Service(
    name,
    {"bootstrap.servers": os.environ["KAFKA_BOOTSTRAP_SERVERS"]},
    consumer={"group.protocol": "consumer"},
)
a_little = threading.Event()


@service.on(topic)
def copy(event: Event) -> None:
    a_little.wait(0.002)
    service.publish(out, {"of": f"{event.partition}/{event.offset}"})


def end_with_the_run() -> None:
    # Not by sys.stdin: a thread that waits in it holds its lock, and the interpreter, which closes
    # it when the program ends, would abort.
    while os.read(0, 1):
        pass
    service.stop()


threading.Thread(target=end_with_the_run, daemon=True).start()
sys.exit(service.run())
