"""A second broker beside an embedded one: for what only a cluster of several can show."""

from __future__ import annotations

from pathlib import Path

from confluent_kafka.admin import AdminClient

from dashboard.cluster.embedded import EmbeddedKafka, ports
from flowviz.config import Config
from tests.kafka.broker_process import BrokerProcess
from tests.waiting import until


class SecondBroker:
    """Node 2 of the cluster whose controller is the embedded broker's. `folder` is its own."""

    def __init__(self, first: EmbeddedKafka, folder: Path, settings: Config) -> None:
        self._first = first
        self._broker = BrokerProcess(folder, settings)

    def start(self, bootstrap: str) -> None:
        """Returns when the cluster counts it."""
        if not self._broker.folder.exists():
            self._format()
        self._broker.start()
        self._until_brokers(bootstrap, 2)

    def kill(self, bootstrap: str) -> None:
        """Ends it with -9. Returns when the cluster counts it no more."""
        self.end()
        self._until_brokers(bootstrap, 1)

    def end(self) -> None:
        self._broker.end()

    def _until_brokers(self, bootstrap: str, count: int) -> None:
        admin = AdminClient({"bootstrap.servers": bootstrap, "log_level": 0})

        def counted() -> bool:
            return len(admin.list_topics(timeout=10).brokers) == count

        until(counted, f"{count} brokers")

    def _format(self) -> None:
        beside = self._first._folder
        (self._broker.folder / "logs").mkdir(parents=True)
        port = ports.choose(self._broker.folder / "ports.json").broker
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
        written = "".join(f"{name}={value}\n" for name, value in settings.items())
        self._broker.properties.write_text(written)
        made = (beside.path / "kafka" / "log" / "meta.properties").read_text()
        (cluster_id,) = [
            line.partition("=")[2] for line in made.splitlines() if line.startswith("cluster.id")
        ]
        self._broker.format(cluster_id)
