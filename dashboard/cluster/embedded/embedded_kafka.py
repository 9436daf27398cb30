"""Apache Kafka on this machine, as one object: start it, be told how it is, stop it."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from dashboard.cluster.embedded import ports
from dashboard.cluster.embedded.class_archive import ClassArchive
from dashboard.cluster.embedded.data_folder import DataFolder
from dashboard.cluster.embedded.errors import (
    EmbeddedKafkaError,
    PortLostError,
    StoppedEarlyError,
)
from dashboard.cluster.embedded.guarded_java import Request
from dashboard.cluster.embedded.in_use import in_use
from dashboard.cluster.embedded.installing import Installation
from dashboard.cluster.embedded.jars import read_lock
from dashboard.cluster.embedded.java import broker_command, find_java
from dashboard.cluster.embedded.locks import FileLock
from dashboard.cluster.embedded.state import BrokerState, Phase
from dashboard.cluster.embedded.watch import Troubled, Watch

OnChange = Callable[[BrokerState], None]
OnProgress = Callable[[str, int, int], None]


class EmbeddedKafka:
    """One broker on one data folder, for one demonstration.

    `port` None takes the port of the last run where it is free, else another one. `maven_url`
    names a mirror, `java` a program to use instead of the one that comes along.

    `on_progress(what, done, total)` is told the bytes fetched so far, `on_change(state)` each
    change of the broker's state, `on_trouble(reason)` when nobody watches the broker for a while;
    all in whatever thread it happens, so they return quickly.
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
        on_trouble: Troubled = lambda reason: None,
    ) -> None:
        self._jars = read_lock()
        self.version = self._jars.kafka
        self._installation = Installation(cache_dir, self._jars, maven_url)
        self._folder = DataFolder(data_dir)
        self._running = FileLock(self._folder.running_lock)
        self._port = port
        self._java = java
        self._on_change = on_change
        self._on_progress = on_progress
        self._on_trouble = on_trouble
        self._url: str | None = None
        self._note: dict[str, object] = {}
        self._state = BrokerState("stopped", time.time_ns() // 1_000_000, 0, None)
        self._watch: Watch | None = None
        self._archive: ClassArchive | None = None
        self._restarts = 0
        self._turn = threading.RLock()
        """Held by `start` and by `stop`; a stop meanwhile makes the start give up first."""
        self._stopped = threading.Event()

    @property
    def state(self) -> BrokerState:
        """How it is now; from any thread."""
        return self._state

    @property
    def pid(self) -> int | None:
        """The process id of Java, while one runs."""
        watch = self._watch
        return watch.pid if watch else None

    @property
    def guard_pid(self) -> int | None:
        """The process id of the guard between us and Java, while one runs."""
        watch = self._watch
        return watch.guard_pid if watch else None

    def start(self) -> str:
        """Bring the broker up and return its bootstrap servers, as soon as it serves.

        What is missing is fetched, a new data folder is formatted. Raises EmbeddedKafkaError with
        one sentence for the user, DataInUseError where another demonstration runs on the same
        folder; nothing is left running then.
        """
        with self._turn:
            if self._running.held:
                raise RuntimeError("the broker is started already")
            self._stopped.clear()
            self._restarts = 0
            self._take_folder()
            try:
                return self._start()
            except StoppedEarlyError:
                self._shut_down()
                self._say("stopped", None)
                raise
            except BaseException as error:
                self._shut_down()
                self._say("failed", str(error) or "It was interrupted.")
                raise

    def stop(self) -> None:
        """Stop the broker in order and let go of the data folder. Does nothing the second time.

        A `start` that is under way in another thread gives up first, with an EmbeddedKafkaError.
        """
        self._stopped.set()
        with self._turn:
            if self._running.held:
                self._shut_down()
                self._say("stopped", None)

    def kill(self) -> None:
        """End the broker with SIGKILL; its guard starts it again. Returns at once.

        Raises EmbeddedKafkaError while it does not run.
        """
        self._ask("kill")

    def restart(self) -> None:
        """End the broker in order and start it again. Returns at once; raises as `kill`."""
        self._ask("restart")

    def _ask(self, request: Request) -> None:
        watch = self._watch
        if watch is None or not watch.ask(request):
            raise EmbeddedKafkaError("Kafka is not running just now; try again when it does.")

    def announce(self, url: str) -> None:
        """Note the address of the page, for a second demonstration to say where this one runs.

        Best before `start`, so that it is there from the first moment.
        """
        self._url = url
        if self._running.held:
            self._write_note(url=url)

    def _take_folder(self) -> None:
        self._folder.make()
        if self._running.take():
            self._note = {}
            self._write_note(pid=os.getpid(), url=self._url)
            return
        raise in_use(self._folder, self._running)

    def _start(self) -> str:
        java = find_java(self._java)  # before 45 MB are fetched that it could not run
        libraries = self._installation.ensure(self._fetching, self._stopped)
        self._say("starting", None)
        archive = ClassArchive(java, libraries, self._folder.path)
        try:
            port = self._bring_up(java, libraries, archive)
        except PortLostError:
            port = self._bring_up(java, libraries, archive)
        except StoppedEarlyError:
            raise
        except EmbeddedKafkaError:
            archive.drop()
            raise
        self._archive = archive
        archive.make_when_calm()
        servers = f"127.0.0.1:{port}"
        self._write_note(bootstrap_servers=servers)
        return servers

    def _bring_up(self, java: Path, libraries: Path, archive: ClassArchive) -> int:
        """Start the broker and wait until it serves; the port it serves on.

        Between our look at a port and Java's taking it, another program may take it.
        """
        lock = self._folder.take_broker_lock(self._stopped)
        try:
            chosen = self._folder.choose_ports(self._port)
            options = archive.options
            self._folder.prepare(self._jars.kafka, java, libraries, chosen, options)
            command = broker_command(java, libraries, [*options, *archive.listing])
            self._watch = Watch(
                command, self._folder, lock, chosen.broker, self._say, self._on_trouble
            )
        finally:
            lock.release()
        try:
            self._watch.wait_until_serving(self._stopped)
        except StoppedEarlyError:
            raise
        except EmbeddedKafkaError as error:
            self._end_watch()
            if not (ports.is_free(chosen.broker) and ports.is_free(chosen.controller)):
                raise PortLostError(str(error)) from error
            raise
        return chosen.broker

    def _fetching(self, what: str, done: int, total: int) -> None:
        if self._state.phase != "fetching":
            self._say("fetching", None)
        self._on_progress(what, done, total)

    def _shut_down(self) -> None:
        if self._archive is not None:
            self._archive.stop()
        self._end_watch()
        with suppress(OSError):
            self._running.note({})
        self._running.release()

    def _end_watch(self) -> None:
        watch, self._watch = self._watch, None
        if watch:
            watch.stop()

    def _write_note(self, **more: object) -> None:
        self._note |= more
        try:
            self._running.note(self._note)
        except OSError as error:
            raise EmbeddedKafkaError(self._folder.failed(error)) from error

    def _say(self, phase: Phase, reason: str | None) -> None:
        if phase == "restarting":
            self._restarts += 1
        self._state = BrokerState(phase, time.time_ns() // 1_000_000, self._restarts, reason)
        self._on_change(self._state)
