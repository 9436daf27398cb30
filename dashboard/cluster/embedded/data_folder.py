"""The folder that holds a broker's data: formatted once, kept from run to run.

running.lock       held by the demonstration; its note says where it runs
broker.lock        held by the guard and by Java, for as long as either lives
ports.json         the ports of the last run
server.properties  written anew at each start
kafka/             made in one rename: made.json (Kafka's version) and log/ (Kafka's own)
logs/              what the broker wrote down
"""

from __future__ import annotations

import base64
import errno
import json
import os
import shutil
import subprocess
import threading
import uuid
from collections.abc import Sequence
from pathlib import Path

from dashboard.cluster.embedded import ports
from dashboard.cluster.embedded.errors import NO_ROOM, EmbeddedKafkaError
from dashboard.cluster.embedded.java import (
    TOOL_OPTIONS,
    end_broker,
    java_environment,
    on_class_path,
)
from dashboard.cluster.embedded.locks import FileLock
from dashboard.cluster.embedded.ports import Ports

TEMPLATE = Path(__file__).parent / "broker" / "server.properties"
FORMAT_SECONDS = 120
LEAST_ROOM_BYTES = 20_000_000
"""A broker makes files of 10 MB where an index begins."""
LAST_RUN_ENDS_SECONDS = 15.0
"""How long the broker of a demonstration that was killed gets to be gone; its guard needs 10."""
ORPHAN_ENDS_SECONDS = 5.0


class DataFolder:
    """Paths in the data folder of one broker, and the one-time formatting."""

    def __init__(self, path: Path) -> None:
        self.path = path.absolute()
        self.running_lock = self.path / "running.lock"
        self.broker_lock = self.path / "broker.lock"
        self.ports = self.path / "ports.json"
        self.properties = self.path / "server.properties"
        self.logs = self.path / "logs"
        self.broker_log = self.logs / "broker.log"
        self._kafka = self.path / "kafka"
        self._made = self._kafka / "made.json"
        self._log = self._kafka / "log"

    def make(self) -> None:
        """Make the folder itself; EmbeddedKafkaError where it cannot be."""
        try:
            self.logs.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise EmbeddedKafkaError(self.failed(error)) from error
        if self.is_full():
            # It would start, die of it as soon as it has something to write, and start again.
            raise EmbeddedKafkaError(self.failed(OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))))

    def take_broker_lock(self, stopped: threading.Event) -> FileLock:
        """Held, for the guard. Only a broker that lost its demonstration can still have it.

        Such a broker is about to be stopped by its guard, so this waits for it; and when the
        guard was killed as well, on a system that does not end children then, ends it.
        """
        lock = FileLock(self.broker_lock)
        if lock.take_within(LAST_RUN_ENDS_SECONDS, stopped):
            return lock
        orphan = lock.read_note().get("java")
        if isinstance(orphan, int):
            end_broker(orphan)
            if lock.take_within(ORPHAN_ENDS_SECONDS, stopped):
                return lock
        raise EmbeddedKafkaError(
            f"A Kafka of an earlier run still uses {self.path}: end its Java process "
            f"({orphan or 'number unknown'}) and start again, or start with --fresh."
        )

    def choose_ports(self, wanted: int | None) -> Ports:
        """Those of the last run where they are free; EmbeddedKafkaError as `ports.choose` says."""
        try:
            return ports.choose(self.ports, wanted)
        except OSError as error:
            raise EmbeddedKafkaError(self.failed(error)) from error

    def prepare(
        self,
        kafka: str,
        java: Path,
        libraries: Path,
        chosen: Ports,
        more_options: Sequence[str] = (),
    ) -> None:
        """Format the folder if it is new, and write the settings for this start.

        Raises EmbeddedKafkaError where the data is of another release of Kafka, is damaged, or
        the disk refuses.
        """
        try:
            if self._kafka.exists():
                self._check(kafka)
            else:
                self._format(kafka, [str(java), *TOOL_OPTIONS, *more_options], libraries, chosen)
            _write_properties(self.properties, "kafka/log", chosen)
        except OSError as error:
            raise EmbeddedKafkaError(self.failed(error)) from error

    def is_full(self) -> bool:
        """Whether the disk has no room for a broker: a full one cannot even log that it is."""
        try:
            return shutil.disk_usage(self.path).free < LEAST_ROOM_BYTES
        except OSError:
            return False

    def failed(self, error: OSError) -> str:
        """The sentence for a disk that refuses."""
        if error.errno in NO_ROOM:
            return (
                f"There is no room left in {self.path} for Kafka's data: make room, or choose a "
                "folder on another disk with FLOWVIZ_DATA_DIR."
            )
        return (
            f"Kafka's data cannot be kept in {self.path} ({error.strerror or error}): make the "
            "folder writable, or choose another one with FLOWVIZ_DATA_DIR."
        )

    def _check(self, kafka: str) -> None:
        try:
            made = str(json.loads(self._made.read_text())["kafka"])
        except (FileNotFoundError, ValueError, KeyError, TypeError):
            made = None
        if made is None or not (self._log / "meta.properties").is_file():
            raise EmbeddedKafkaError(
                f"The Kafka data in {self._kafka} is not whole: start with --fresh for an empty "
                "log, or move that folder away to begin anew."
            )
        if made != kafka:
            raise EmbeddedKafkaError(
                f"The Kafka data in {self._kafka} was made by Kafka {made}, and this is Kafka "
                f"{kafka}: start with --fresh for an empty log, or move that folder away."
            )

    def _format(self, kafka: str, java: list[str], libraries: Path, chosen: Ports) -> None:
        staging = self.path / "kafka.partial"
        shutil.rmtree(staging, ignore_errors=True)
        staging.mkdir()
        properties = staging / "format.properties"
        _write_properties(properties, f"{staging.name}/log", chosen)
        command = [*java, *on_class_path(libraries), "kafka.tools.StorageTool"]
        command += ["format", "-t", _new_cluster_id(), "-c", str(properties)]
        try:
            ran = subprocess.run(
                command,
                cwd=self.path,
                capture_output=True,
                text=True,
                timeout=FORMAT_SECONDS,
                env=java_environment(),
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise EmbeddedKafkaError(
                f"Kafka did not prepare {self.path} within {FORMAT_SECONDS} s: this machine is "
                "very busy, start again when it is calmer."
            ) from error
        if ran.returncode:
            said = [line for line in (ran.stdout + ran.stderr).splitlines() if line.strip()]
            last = said[-1].strip()[:300] if said else f"exit code {ran.returncode}"
            raise EmbeddedKafkaError(
                f"Kafka could not prepare {self.path}: it said {last!r}. Start again, or choose "
                "another folder with FLOWVIZ_DATA_DIR."
            )
        properties.unlink()
        (staging / "made.json").write_text(json.dumps({"kafka": kafka}))
        staging.rename(self._kafka)


def _write_properties(path: Path, log: str, chosen: Ports) -> None:
    """`log` is relative to the data folder, where Kafka is started: in an absolute path a comma
    would part two folders, and letters beyond Latin-1 would be misread."""
    text = TEMPLATE.read_text()
    filled = {"port": chosen.broker, "controller_port": chosen.controller, "log": log}
    for name, value in filled.items():
        text = text.replace("{" + name + "}", str(value))
    path.write_text(text)


def _new_cluster_id() -> str:
    """A random UUID as Kafka writes them: 22 characters of URL-safe base64, no dash in front."""
    while (made := base64.urlsafe_b64encode(uuid.uuid4().bytes)[:22].decode()).startswith("-"):
        pass
    return made
