"""Services of the kit that tests run: what they were given is what is looked at."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

from flowviz.kit import Event, Service
from tests.kafka import kit_programs
from tests.kafka.kit_world import PROTOCOLS, World

COPIER = Path(str(kit_programs.__file__)).parent / "copier.py"
ROOT = Path(__file__).resolve().parents[2]
Places = Counter[tuple[int, int]]
"""How often the event at each (partition, offset) was handled."""


def reader(
    world: World, name: str, topic: str, seen: Places, protocol: str = "consumer", number: int = 1
) -> Service:
    """Notes where the events are that it handles."""
    service = Service(name, world.conf, consumer=PROTOCOLS[protocol], instance=f"{name}-{number}")

    @service.on(topic)
    def handle(event: Event) -> None:
        seen[event.partition, event.offset] += 1

    return service


def service_of(
    world: World, name: str, seen: list[int], topic: str, protocol: str = "consumer", **more: Any
) -> Service:
    """Notes the offsets that it handles, in order."""
    service = Service(name, world.conf, consumer=PROTOCOLS[protocol], **more)

    @service.on(topic)
    def handle(event: Event) -> None:
        seen.append(event.offset)

    return service


def copier(world: World, name: str, topic: str, out: str) -> subprocess.Popen[bytes]:
    """A process of its own that publishes on `out` what it reads of `topic`."""
    there = {"KAFKA_BOOTSTRAP_SERVERS": world.bootstrap, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, str(COPIER), name, topic, out]
    # The pipe is its lifeline: it ends with this run, also where a test fails before it is ended.
    return subprocess.Popen(command, env=os.environ | there, stdin=subprocess.PIPE)
