"""Java behind its guard, seen from Flowviz: started, heard, stopped."""

from __future__ import annotations

import contextlib
import json
import os
import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import IO, Any, Literal

from dashboard.cluster.embedded import guard
from dashboard.cluster.embedded.java import java_environment
from dashboard.cluster.embedded.locks import FileLock

GUARD_ENDS_SECONDS = guard.STOP_SECONDS + 5
"""After which a guard that was asked to stop is ended together with Java."""

Report = dict[str, Any]
Request = Literal["kill", "restart"]


class GuardedJava:
    """One guard process and the Java that it keeps running."""

    def __init__(self, command: Sequence[str], folder: Path, lock: FileLock) -> None:
        """Starts the guard in a session of its own, so that a Ctrl-C in the terminal reaches only
        Flowviz, which stops the services before their broker. `lock` is handed on to it."""
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-S", guard.__file__, str(lock.fileno()), *command],
            cwd=folder,
            env=java_environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            pass_fds=[lock.fileno()],
            start_new_session=True,
        )
        self.pid: int | None = None
        """Java's process id, while one runs."""
        lock.release()
        self._reports: queue.SimpleQueue[Report | None] = queue.SimpleQueue()
        assert self._process.stdout is not None
        threading.Thread(
            target=self._listen, args=(self._process.stdout,), name="broker-guard", daemon=True
        ).start()

    @property
    def guard_pid(self) -> int:
        return self._process.pid

    def next_report(self, timeout_seconds: float | None) -> Report | None:
        """What the guard tells next; None when it has ended. Raises queue.Empty on timeout."""
        report = self._reports.get(timeout=timeout_seconds)
        if report is None:
            self._reports.put(None)
        return report

    def ask(self, request: Request) -> bool:
        """Ask the guard to end Java, which it starts again; whether it was there to be asked."""
        stdin = self._process.stdin
        assert stdin is not None
        if self.pid is None:
            return False
        try:
            stdin.write(f"{request}\n".encode())
            stdin.flush()
        except (OSError, ValueError):  # the guard has ended, or was stopped just now
            return False
        return True

    def stop(self) -> None:
        """Ends the lifeline and waits until the guard, and Java before it, are gone."""
        assert self._process.stdin is not None
        with contextlib.suppress(OSError):
            self._process.stdin.close()
        try:
            self._process.wait(GUARD_ENDS_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self) -> None:
        """Ends guard and Java at once, whichever of them lives: both are of the process group that
        began with the guard."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()

    def _listen(self, told: IO[bytes]) -> None:
        try:
            for line in told:
                report: Report = json.loads(line)
                self.pid = report["pid"] if report["event"] == "started" else None
                self._reports.put(report)
            self._process.wait()
        finally:
            # Whatever ended this: a guard that nobody hears is as good as none, and is replaced.
            self.pid = None
            told.close()
            self._reports.put(None)
