"""Follows one broker from its start to its end, and keeps telling how it is."""

from __future__ import annotations

import errno
import os
import queue
import signal
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from time import monotonic

from dashboard.cluster.embedded.broker_log import LONGEST_REASON, BrokerLog, last_words
from dashboard.cluster.embedded.data_folder import DataFolder
from dashboard.cluster.embedded.errors import EmbeddedKafkaError, StoppedEarlyError
from dashboard.cluster.embedded.guarded_java import GuardedJava, Report, Request
from dashboard.cluster.embedded.locks import FileLock
from dashboard.cluster.embedded.serving import serves
from dashboard.cluster.embedded.state import Phase

LOOK_EVERY_SECONDS = 0.1
"""Between two looks whether the broker serves, while it does not."""
START_SECONDS = 120
"""A broker that does not serve by then will not; idle machines need 3."""
ANOTHER_GUARD_SECONDS = 1.0
"""The pause before a guard that was ended is replaced."""

ON_REQUEST = {
    "kill": "Kafka was killed on request, and is started again.",
    "restart": "Kafka is restarted on request.",
}

Say = Callable[[Phase, str | None], None]


class Watch:
    """A thread that hears the guard, looks whether the broker serves, and tells through `say`."""

    def __init__(
        self,
        command: Sequence[str],
        folder: DataFolder,
        lock: FileLock,
        port: int,
        say: Say,
    ) -> None:
        self._command = command
        self._folder = folder
        self._port = port
        self._log = BrokerLog(folder.broker_log)
        self._say = say
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

    def wait_until_serving(self, stopped: threading.Event) -> None:
        """Returns when the broker serves for the first time, or raises what kept it from it."""
        end = monotonic() + START_SECONDS
        while monotonic() < end:
            if stopped.is_set():
                raise StoppedEarlyError
            with suppress(queue.Empty):
                failure = self._first.get(timeout=LOOK_EVERY_SECONDS)
                if failure:
                    raise failure
                return
        raise self._failure(f"it does not serve after {START_SECONDS} s")

    def ask(self, request: Request) -> bool:
        """End Java and have it started again; False while there is none that serves."""
        return self._serving and self._java.ask(request)

    def stop(self) -> None:
        self._stopping.set()
        self._java.stop()
        self._thread.join()
        self._java.stop()  # the thread may have replaced an ended guard just then

    def _follow(self) -> None:
        served_once = asked = False
        while not self._stopping.is_set():
            try:
                report = self._java.next_report(None if self._serving else LOOK_EVERY_SECONDS)
            except queue.Empty:
                if self._java.pid is not None and serves(self._port):
                    self._serving = True
                    self._say("running", None)
                    if not served_once:
                        served_once = True
                        self._first.put(None)
                continue
            if self._stopping.is_set():
                return
            if not served_once and (report is None or report["event"] == "ended"):
                self._first.put(self._failure(self._ending(report)))
                return
            if report is None:
                asked = False
                self._replace_guard()
            elif report["event"] == "started":
                self._log.mark()
            elif report["event"] == "asked":
                asked = True
                self._fell(ON_REQUEST[report["for"]])
            elif not asked:
                self._fell(f"Kafka ended ({self._ending(report)}) and is started again.")
            else:
                asked = False

    def _fell(self, reason: str) -> None:
        self._serving = False
        self._say("restarting", reason)

    def _replace_guard(self) -> None:
        """The guard was ended from outside. On Linux Java went with it; elsewhere it lives on,
        holds the lock, and is ended here before another one is started."""
        self._fell("Kafka's guard was ended; both are started again.")
        while not self._stopping.wait(ANOTHER_GUARD_SECONDS):
            lock = FileLock(self._folder.broker_lock)
            if not lock.take():
                self._java.kill()
                continue
            try:
                self._java = GuardedJava(self._command, self._folder.path, lock)
                return
            except OSError:  # no process can be started just now; the next round tries again
                lock.release()

    def _ending(self, report: Report | None) -> str:
        """How Java ended, and why, as far as known."""
        if report is None:
            return "its guard was ended"
        if self._folder.is_full():
            return f"the disk is full, make room in {self._folder.path}"
        code = int(report["code"])
        if code < 0 and -code != signal.SIGABRT:  # ended from outside: what it wrote is older
            return f"by {signal.Signals(-code).name}"
        how = f"with exit code {code}" if code >= 0 else "by SIGABRT"
        why = self._log.trouble() or last_words(report["said"])
        return f"{how}: {why[:LONGEST_REASON].rstrip('.')}" if why else how

    def _failure(self, how: str) -> EmbeddedKafkaError:
        if self._folder.is_full():
            no_room = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            return EmbeddedKafkaError(self._folder.failed(no_room))
        return EmbeddedKafkaError(
            f"Kafka did not start ({how}): start with --fresh for an empty log, or see what it "
            f"wrote down in {self._log.path}."
        )
