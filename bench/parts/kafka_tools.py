"""Kafka's own command line tools, fetched and checked in the same way as the broker."""

from __future__ import annotations

import os
import subprocess
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.parts.script import CannotMeasure
from dashboard.cluster.embedded.installing import Installation
from dashboard.cluster.embedded.jars import read_lock
from dashboard.cluster.embedded.java import (
    TOOL_OPTIONS,
    find_java,
    java_environment,
    on_class_path,
)
from flowviz import config

TOOLS_LOCK = Path(__file__).parent / "tools.lock"
CONSUMER_GROUPS = "org.apache.kafka.tools.consumer.group.ConsumerGroupCommand"
RUN_SECONDS = 120.0


@dataclass(frozen=True, slots=True)
class Ran:
    seconds: float
    """From the start of Java to its end."""
    lines: tuple[str, ...]


class KafkaTools:
    """Made once: the first time on a machine this fetches 56 MB."""

    def __init__(self) -> None:
        settings = config.load(os.environ)
        installation = Installation(settings.cache_dir, read_lock(TOOLS_LOCK), settings.maven_url)
        self._libraries = installation.ensure(lambda what, done, total: None, threading.Event())
        self._java = find_java(settings.java)

    def run(self, tool: str, words: Sequence[str]) -> Ran:
        """Raises CannotMeasure when the tool fails or takes too long."""
        command = [str(self._java), *TOOL_OPTIONS, *on_class_path(self._libraries), tool, *words]
        began = time.monotonic()
        try:
            ran = subprocess.run(
                command,
                capture_output=True,
                text=True,
                timeout=RUN_SECONDS,
                env=java_environment(),
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise CannotMeasure(f"Kafka's tool took more than {RUN_SECONDS:g} s.") from None
        took = time.monotonic() - began
        if ran.returncode:
            raise CannotMeasure(f"Kafka's tool failed: {ran.stderr.strip()[-300:]}")
        return Ran(took, tuple(line for line in ran.stdout.splitlines() if line.strip()))
