"""A broker that asks who comes, over TLS: as clusters are that other people look after."""

from __future__ import annotations

from pathlib import Path

from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient

from dashboard.cluster.embedded import data_folder, ports
from flowviz.config import Config
from tests.certificates import certificate
from tests.kafka.broker_process import BrokerProcess
from tests.waiting import until

START_SECONDS = 240
SCRAM, PLAIN = "SCRAM-SHA-512", "PLAIN"
USER, PASSWORD = "alice", "only alice knows it"
"""One user with one password, by whichever mechanism."""

_MODULES = "org.apache.kafka.common.security"


class LockedBroker:
    """`bootstrap` is its address for those who have name, password and `authority`."""

    def __init__(self, folder: Path, settings: Config) -> None:
        self._broker = BrokerProcess(folder, settings)
        (folder / "logs").mkdir(parents=True)
        own = ports.choose(folder / "own.json")
        self._open = f"127.0.0.1:{ports.choose(folder / 'open.json').broker}"
        """Where it speaks with itself, and asks nobody for a name."""
        self.bootstrap = f"127.0.0.1:{own.broker}"
        self.authority = certificate(folder)
        self._broker.properties.write_text(self._settings(own))

    def _settings(self, own: ports.Ports) -> str:
        written = data_folder.TEMPLATE.read_text()
        for name, value in (("controller_port", own.controller), ("log", "log")):
            written = written.replace("{" + name + "}", str(value))
        listeners = f"PLAINTEXT://{self._open},SASL_SSL://{self.bootstrap}"
        jaas = f'{_MODULES}.plain.PlainLoginModule required user_{USER}="{PASSWORD}";'
        more = {
            "listeners": f"{listeners},CONTROLLER://127.0.0.1:{own.controller}",
            "advertised.listeners": listeners,
            "listener.security.protocol.map": (
                "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,SASL_SSL:SASL_SSL"
            ),
            "sasl.enabled.mechanisms": f"{SCRAM},{PLAIN}",
            f"listener.name.sasl_ssl.{PLAIN.lower()}.sasl.jaas.config": jaas,
            f"listener.name.sasl_ssl.{SCRAM.lower()}.sasl.jaas.config": (
                f"{_MODULES}.scram.ScramLoginModule required;"
            ),
            "ssl.keystore.type": "PEM",
            "ssl.keystore.location": str(self.authority),
        }
        kept = [line for line in written.splitlines() if line.split("=")[0] not in more]
        return "\n".join((*kept, *(f"{name}={value}" for name, value in more.items()), ""))

    def start(self) -> None:
        """Returns when it serves."""
        user = f"{SCRAM}=[name={USER},password={PASSWORD}]"
        self._broker.format("AAAAAAAAAAAAAAAAAAAAAA", "--add-scram", user)
        self._broker.start()
        admin = AdminClient({"bootstrap.servers": self._open, "log_level": 0})

        def serves() -> bool:
            log = self._broker.folder / "logs" / "broker.log"
            assert self._broker.runs(), log.read_text()
            try:
                return bool(admin.list_topics(timeout=1).brokers)
            except KafkaException:
                return False

        until(serves, "the locked broker serves", START_SECONDS)

    def end(self) -> None:
        self._broker.end()
