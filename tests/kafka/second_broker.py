"""A second broker beside an embedded one: for what only a cluster of several can show."""

from __future__ import annotations

import subprocess
from pathlib import Path

from confluent_kafka.admin import AdminClient

from dashboard.cluster.embedded import EmbeddedKafka, ports
from dashboard.cluster.embedded.installing import Installation
from dashboard.cluster.embedded.jars import read_lock
from dashboard.cluster.embedded.java import (
    TOOL_OPTIONS,
    broker_command,
    find_java,
    java_environment,
    on_class_path,
)
from flowviz.config import Config
from tests.waiting import PATIENCE_SECONDS, until


class SecondBroker:
    """Node 2 of the cluster whose controller is the embedded broker's. `folder` is its own."""

    def __init__(self, first: EmbeddedKafka, folder: Path, settings: Config) -> None:
        self._first = first
        self._folder = folder
        self._java = find_java(settings.java)
        self._libraries = Installation(settings.cache_dir, read_lock(), settings.maven_url).folder
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, bootstrap: str) -> None:
        """Returns when the cluster counts it."""
        if not self._folder.exists():
            self._format()
        self._process = subprocess.Popen(
            broker_command(self._java, self._libraries),
            cwd=self._folder,
            env=java_environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self._until_brokers(bootstrap, 2)

    def kill(self, bootstrap: str) -> None:
        """Ends it with -9. Returns when the cluster counts it no more."""
        self.end()
        self._until_brokers(bootstrap, 1)

    def end(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait(PATIENCE_SECONDS)
            self._process = None

    def _until_brokers(self, bootstrap: str, count: int) -> None:
        admin = AdminClient({"bootstrap.servers": bootstrap, "log_level": 0})

        def counted() -> bool:
            return len(admin.list_topics(timeout=10).brokers) == count

        until(counted, f"{count} brokers")

    def _format(self) -> None:
        beside = self._first._folder
        (self._folder / "logs").mkdir(parents=True)
        port = ports.choose(self._folder / "ports.json").broker
        settings = dict(
            line.split("=", 1)
            for line in beside.properties.read_text().splitlines()
            if "=" in line and not line.startswith("#")
        )
        settings |= {
            "process.roles": "broker",
            "node.id": "2",
            "listeners": f"PLAINTEXT://127.0.0.1:{port}",
            "advertised.listeners": f"PLAINTEXT://127.0.0.1:{port}",
        }
        properties = self._folder / "server.properties"
        properties.write_text("".join(f"{name}={value}\n" for name, value in settings.items()))
        made = (beside.path / "kafka" / "log" / "meta.properties").read_text()
        (cluster_id,) = [
            line.partition("=")[2] for line in made.splitlines() if line.startswith("cluster.id")
        ]
        subprocess.run(
            [
                *(str(self._java), *TOOL_OPTIONS, *on_class_path(self._libraries)),
                *("kafka.tools.StorageTool", "format", "-t", cluster_id, "-c", str(properties)),
            ],
            cwd=self._folder,
            env=java_environment(),
            capture_output=True,
            check=True,
        )
