"""Follows one broker from its start to its end, and keeps telling how it is."""

from __future__ import annotations

import errno
import logging
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
AGAIN_SECONDS = 1.0
"""The pause after the watch itself has failed."""

ON_REQUEST = {
    "kill": "Kafka was killed on request, and is started again.",
    "restart": "Kafka is restarted on request.",
}

Say = Callable[[Phase, str | None], None]
Troubled = Callable[[str | None], None]
"""Why the broker is not watched just now; None: it is again."""

logger = logging.getLogger(__name__)


class Watch:
    """A thread that hears the guard, looks whether the broker serves, and tells through `say`."""

    def __init__(
        self,
        command: Sequence[str],
        folder: DataFolder,
        lock: FileLock,
        port: int,
        say: Say,
        troubled: Troubled = lambda reason: None,
    ) -> None:
        self._command = command
        self._folder = folder
        self._port = port
        self._log = BrokerLog(folder.broker_log)
        self._say = say
        self._troubled = troubled
        self._serving = self._served_once = self._asked = False
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
        """Ends when it is stopped or the broker never came up, and whatever it fails with, not
        before: nobody else would hear the guard."""
        troubled = False
        while not self._stopping.is_set():
            try:
                goes_on = self._step(patient=self._serving and not troubled)
            except Exception as failure:
                logger.info("How the watch over Kafka came to fail", exc_info=True)
                troubled, self._serving = True, False  # look anew, for a report may be lost
                self._troubled(f"It failed ({failure!r}) and goes on in {AGAIN_SECONDS:g} s.")
                self._stopping.wait(AGAIN_SECONDS)
                continue
            if troubled:
                troubled = False
                self._troubled(None)
            if not goes_on:
                return

    def _step(self, *, patient: bool) -> bool:
        """Take one report of the guard, or look whether the broker serves. False: it is over."""
        try:
            report = self._java.next_report(None if patient else LOOK_EVERY_SECONDS)
        except queue.Empty:
            self._look()
            return True
        if self._stopping.is_set():
            return False
        if not self._served_once and (report is None or report["event"] == "ended"):
            self._first.put(self._failure(self._ending(report)))
            return False
        if report is None:
            self._asked = False
            self._replace_guard()
        elif report["event"] == "started":
            self._log.mark()
        elif report["event"] == "asked":
            self._asked = True
            self._fell(ON_REQUEST[report["for"]])
        elif not self._asked:
            self._fell(f"Kafka ended ({self._ending(report)}) and is started again.")
        else:
            self._asked = False
        return True

    def _look(self) -> None:
        if self._java.pid is not None and not self._serving and serves(self._port):
            self._serving = True
            self._say("running", None)
            if not self._served_once:
                self._served_once = True
                self._first.put(None)

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
