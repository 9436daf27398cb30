"""Follows one broker from its start to its end, and keeps telling how it is."""

from __future__ import annotations

import os
import queue
import signal
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress

from dashboard.cluster.embedded.broker_log import BrokerLog
from dashboard.cluster.embedded.data_folder import DataFolder
from dashboard.cluster.embedded.errors import EmbeddedKafkaError
from dashboard.cluster.embedded.guarded_java import GuardedJava, Report
from dashboard.cluster.embedded.locks import FileLock
from dashboard.cluster.embedded.serving import serves
from dashboard.cluster.embedded.state import Phase

LOOK_EVERY_SECONDS = 0.1
"""Between two looks whether the broker serves, while it does not."""
START_SECONDS = 90
"""A broker that does not serve by then will not; idle machines need 3."""
ANOTHER_GUARD_SECONDS = 1.0
"""The pause before a guard that was ended is replaced."""

Say = Callable[[Phase, str | None, int], None]


class Watch:
    """A thread that hears the guard, looks whether the broker serves, and tells through `say`."""

    def __init__(
        self,
        command: Sequence[str],
        folder: DataFolder,
        lock: FileLock,
        port: int,
        log: BrokerLog,
        say: Say,
    ) -> None:
        self._command = command
        self._folder = folder
        self._port = port
        self._log = log
        self._say = say
        self.restarts = 0
        self._serving = False
        self._stopping = threading.Event()
        self._first: queue.SimpleQueue[EmbeddedKafkaError | None] = queue.SimpleQueue()
        self._java = GuardedJava(command, folder.path, lock)
        self._thread = threading.Thread(target=self._follow, name="broker-watch", daemon=True)
        self._thread.start()

    @property
    def pid(self) -> int | None:
        return self._java.pid

    @property
    def guard_pid(self) -> int:
        return self._java.guard_pid

    def wait_until_serving(self) -> None:
        """Returns when the broker serves for the first time, or raises what kept it from it."""
        try:
            failure = self._first.get(timeout=START_SECONDS)
        except queue.Empty:
            failure = self._log.failure(f"it does not serve after {START_SECONDS} s")
        if failure:
            raise failure

    def stop(self) -> None:
        self._stopping.set()
        self._java.stop()
        self._thread.join()

    def _follow(self) -> None:
        served_once = False
        while not self._stopping.is_set():
            try:
                report = self._java.next_report(None if self._serving else LOOK_EVERY_SECONDS)
            except queue.Empty:
                if self._java.pid is not None and serves(self._port):
                    self._serving = True
                    self._say("running", None, self.restarts)
                    if not served_once:
                        served_once = True
                        self._first.put(None)
                continue
            if self._stopping.is_set():
                return
            if not served_once and (report is None or report["event"] == "ended"):
                self._first.put(self._log.failure(_ending(report)))
                return
            if report is None:
                self._replace_guard()
            elif report["event"] == "ended":
                self._fell(f"Kafka ended ({_ending(report)}) and is started again.")

    def _fell(self, reason: str) -> None:
        self._serving = False
        self.restarts += 1
        self._say("restarting", reason, self.restarts)

    def _replace_guard(self) -> None:
        """The guard was ended from outside. On Linux Java went with it; elsewhere it lives on
        and holds the lock, and is ended here before another one is started."""
        self._fell("Kafka's guard was ended; both are started again.")
        while not self._stopping.wait(ANOTHER_GUARD_SECONDS):
            lock = FileLock(self._folder.broker_lock)
            if lock.take():
                if self._stopping.is_set():
                    lock.release()
                    return
                self._java = GuardedJava(self._command, self._folder.path, lock)
                return
            if self._java.pid is not None:
                with suppress(ProcessLookupError):
                    os.kill(self._java.pid, signal.SIGKILL)


def _ending(report: Report | None) -> str:
    if report is None:
        return "its guard was ended"
    code = int(report["code"])
    if code < 0:
        return f"by {signal.Signals(-code).name}"
    return f"with exit code {code}"
