"""Apache Kafka on this machine, as one object: start it, be told how it is, stop it."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from pathlib import Path

from dashboard.cluster.embedded import ports
from dashboard.cluster.embedded.broker_log import BrokerLog
from dashboard.cluster.embedded.data_folder import DataFolder
from dashboard.cluster.embedded.errors import DataInUseError, EmbeddedKafkaError
from dashboard.cluster.embedded.installing import Installation
from dashboard.cluster.embedded.jars import read_lock
from dashboard.cluster.embedded.java import broker_command, find_java
from dashboard.cluster.embedded.locks import FileLock
from dashboard.cluster.embedded.state import BrokerState, Phase
from dashboard.cluster.embedded.watch import Watch

OnChange = Callable[[BrokerState], None]
OnProgress = Callable[[str, int, int], None]


class EmbeddedKafka:
    """One broker on one data folder, for one demonstration.

    `port` None takes the port of the last run where it is free, else another one. `maven_url`
    names a mirror, `java` a program to use instead of the one that comes along.

    `on_progress(what, done, total)` is told the bytes fetched so far, `on_change(state)` each
    change of the broker's state; both from whatever thread it happens in, so they return quickly.
    """

    def __init__(
        self,
        *,
        data_dir: Path,
        cache_dir: Path,
        port: int | None = None,
        maven_url: str | None = None,
        java: Path | None = None,
        on_change: OnChange = lambda state: None,
        on_progress: OnProgress = lambda what, done, total: None,
    ) -> None:
        self._jars = read_lock()
        self._installation = Installation(cache_dir, self._jars, maven_url)
        self._folder = DataFolder(data_dir)
        self._running = FileLock(self._folder.running_lock)
        self._port = port
        self._java = java
        self._on_change = on_change
        self._on_progress = on_progress
        self._note: dict[str, object] = {}
        self._watch: Watch | None = None
        self._stopping = threading.Lock()

    @property
    def pid(self) -> int | None:
        """The process id of Java, while one runs."""
        watch = self._watch
        return watch.pid if watch else None

    def start(self) -> str:
        """Bring the broker up and return its bootstrap servers, as soon as it serves.

        What is missing is fetched, a new data folder is formatted. Raises EmbeddedKafkaError with
        one sentence for the user, DataInUseError where another demonstration runs on the same
        folder; nothing is left running then.
        """
        if self._watch:
            raise RuntimeError("the broker is started already")
        self._take_folder()
        try:
            return self._start()
        except BaseException as error:
            reason = str(error) if isinstance(error, EmbeddedKafkaError) else "it was interrupted"
            self._shut_down("failed", reason)
            raise

    def stop(self) -> None:
        """Stop the broker in order and let go of the data folder. Does nothing the second time."""
        self._shut_down("stopped", None)

    def announce(self, url: str) -> None:
        """Note the address of the page, for a second demonstration to say where this one runs."""
        self._write_note(url=url)

    def _take_folder(self) -> None:
        self._folder.make()
        if self._running.take():
            self._note = {}
            self._write_note(pid=os.getpid())
            return
        note = self._running.read_note()
        pid, servers, url = (note.get(name) for name in ("pid", "bootstrap_servers", "url"))
        where = f" at {url}" if url else f" (process {pid})" if pid else ""
        raise DataInUseError(
            f"A demonstration runs already{where}, on the data in {self._folder.path}: use that "
            "one, stop it first, or start this one with --fresh for an empty log of its own.",
            pid=pid if isinstance(pid, int) else None,
            bootstrap_servers=servers if isinstance(servers, str) else None,
            url=url if isinstance(url, str) else None,
        )

    def _start(self) -> str:
        libraries = self._installation.folder
        if not self._installation.is_complete():
            self._say("fetching", None)
            libraries = self._installation.ensure(self._on_progress)
        self._say("starting", None)
        java = find_java(self._java)
        broker_lock = self._folder.take_broker_lock()
        try:
            chosen = ports.choose(self._folder.ports, self._port)
            self._folder.prepare(self._jars.kafka, java, libraries, chosen)
        except BaseException:
            broker_lock.release()
            raise
        log = BrokerLog(self._folder.broker_log)
        self._watch = Watch(
            broker_command(java, libraries),
            self._folder,
            broker_lock,
            chosen.broker,
            log,
            self._say,
        )
        self._watch.wait_until_serving()
        servers = f"127.0.0.1:{chosen.broker}"
        self._write_note(bootstrap_servers=servers)
        return servers

    def _shut_down(self, phase: Phase, reason: str | None) -> None:
        with self._stopping:
            if not self._running.held:
                return
            watch, restarts = self._watch, 0
            if watch:
                watch.stop()
                restarts = watch.restarts
            self._watch = None
            self._running.release()
        self._say(phase, reason, restarts)

    def _write_note(self, **more: object) -> None:
        self._note |= more
        try:
            self._running.note(self._note)
        except OSError as error:
            raise EmbeddedKafkaError(self._folder.failed(error)) from error

    def _say(self, phase: Phase, reason: str | None, restarts: int = 0) -> None:
        self._on_change(BrokerState(phase, time.time_ns() // 1_000_000, restarts, reason))
