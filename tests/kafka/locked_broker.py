"""A broker that asks who comes, over TLS: as clusters are that other people look after."""

from __future__ import annotations

import subprocess
from pathlib import Path

from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient

from dashboard.cluster.embedded import data_folder, ports
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
from tests.certificates import certificate
from tests.waiting import until

START_SECONDS = 240
END_SECONDS = 30
SCRAM, PLAIN = "SCRAM-SHA-512", "PLAIN"
USER, PASSWORD = "alice", "only alice knows it"
"""One user with one password, by whichever mechanism."""

_MODULES = "org.apache.kafka.common.security"


class LockedBroker:
    """`bootstrap` is its address for those who have name, password and `authority`."""

    def __init__(self, folder: Path, settings: Config) -> None:
        self._folder = folder
        self._java = find_java(settings.java)
        self._libraries = Installation(settings.cache_dir, read_lock(), settings.maven_url).folder
        self._process: subprocess.Popen[bytes] | None = None
        (folder / "logs").mkdir(parents=True)
        own = ports.choose(folder / "own.json")
        self._open = f"127.0.0.1:{ports.choose(folder / 'open.json').broker}"
        """Where it speaks with itself, and asks nobody for a name."""
        self.bootstrap = f"127.0.0.1:{own.broker}"
        self.authority = certificate(folder)
        self._properties = folder / "server.properties"
        self._properties.write_text(self._settings(own))

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
        subprocess.run(
            [
                *(str(self._java), *TOOL_OPTIONS, *on_class_path(self._libraries)),
                *("kafka.tools.StorageTool", "format", "-t", "AAAAAAAAAAAAAAAAAAAAAA"),
                *("-c", str(self._properties), "--add-scram", user),
            ],
            cwd=self._folder,
            env=java_environment(),
            stdout=subprocess.DEVNULL,
            check=True,
        )
        self._process = subprocess.Popen(
            broker_command(self._java, self._libraries),
            cwd=self._folder,
            env=java_environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        admin = AdminClient({"bootstrap.servers": self._open, "log_level": 0})

        def serves() -> bool:
            assert self._process is not None
            assert self._process.poll() is None, (self._folder / "logs/broker.log").read_text()
            try:
                return bool(admin.list_topics(timeout=1).brokers)
            except KafkaException:
                return False

        until(serves, "the locked broker serves", START_SECONDS)

    def end(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait(END_SECONDS)
