"""One process of the operating system: started, signalled, and followed until it is gone."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from dashboard.supervisor.child import LIFELINE
from dashboard.supervisor.ending import words
from dashboard.supervisor.log import CappedLog
from dashboard.supervisor.pump import Pump
from flowviz.config import for_services

Change = Literal["froze", "thawed", "ended"]

LAST_WORDS_SECONDS = 1.0
"""How long the end of a process waits for the rest of what it printed."""

IN_SESSIONS = sys.platform == "linux"

_ROOT = Path(__file__).resolve().parents[2]


class Process:
    """Runs `program`. `tell(process, change)` is called in a thread of its own, in order.

    Must be made in a thread that outlives it: on Linux a process ends with the thread that
    started it (see child.py). Raises OSError when the system can start no process.
    """

    def __init__(
        self,
        program: Path,
        *,
        environment: Mapping[str, str],
        lifeline: int,
        log: CappedLog,
        tell: Callable[[Process, Change], None],
    ) -> None:
        self.how_it_ended = ""
        """In words, once "ended" has been told."""
        self._log = log
        self._tell = tell
        self._gone = False
        self._popen = subprocess.Popen(
            [sys.executable, "-P", "-m", "dashboard.supervisor.child", str(program)],
            cwd=program.parent,
            env=_environment(environment, lifeline),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            bufsize=0,
            pass_fds=(lifeline,),
            # Its own group: Ctrl-C in the terminal is ours to answer, and see child.py. On Linux
            # its own session as well, which is a group too: see yielding.py.
            start_new_session=IN_SESSIONS,
            process_group=None if IN_SESSIONS else 0,
        )
        self.pid = self._popen.pid
        self._mark(f"started, pid {self.pid}")
        assert self._popen.stdout is not None
        assert self._popen.stderr is not None
        self._pump = Pump(program.stem, self._popen.stdout, self._popen.stderr, log.write)
        self._pump.start()
        threading.Thread(target=self._follow, name=f"{program.stem} wait", daemon=True).start()

    def ask_to_end(self) -> None:
        """SIGTERM; a frozen process is woken first.

        In that order: a signal that waits for a stopped process is on waking taken by any of its
        threads, and Python runs its handler only once the main thread stirs, which may be never.
        """
        self._send(signal.SIGCONT)
        self._send(signal.SIGTERM)

    def kill(self) -> None:
        """SIGKILL to the process and to all that it started."""
        self._send(signal.SIGKILL, group=True)

    def freeze(self) -> None:
        self._send(signal.SIGSTOP)

    def thaw(self) -> None:
        self._send(signal.SIGCONT)

    def _send(self, number: signal.Signals, *, group: bool = False) -> None:
        # Once reaped, its number may belong to another. Between the kernel's reaping and this
        # flag lie microseconds, which subprocess itself has to live with too (bpo-38630).
        if self._gone:
            return
        # macOS answers EPERM for a group in which all have ended.
        with contextlib.suppress(ProcessLookupError, PermissionError):
            if group:
                os.killpg(self.pid, number)
            else:
                os.kill(self.pid, number)

    def _follow(self) -> None:
        code = self._wait()
        self._gone = True
        # So that Popen does not believe it to be running.
        self._popen.returncode = 0 if code is None else code
        self._end_what_it_started()
        self._pump.join(LAST_WORDS_SECONDS)
        if self._pump.is_alive():
            self._pump.abandon()
        else:
            self._mark(words(code))
            self._log.close()
        self.how_it_ended = words(code, self._pump.last_error_line)
        self._tell(self, "ended")

    def _wait(self) -> int | None:
        """Sleeps until the kernel tells of a change, until the last. Returns the exit code."""
        while True:
            try:
                _, status = os.waitpid(self.pid, os.WUNTRACED | os.WCONTINUED)
            except ChildProcessError:
                # Started with SIGCHLD ignored, as some init scripts do: the code is not kept.
                return None
            # First, for on macOS a continued process looks like one stopped by SIGCONT.
            if os.WIFCONTINUED(status):
                self._tell(self, "thawed")
            elif os.WIFSTOPPED(status):
                self._tell(self, "froze")
            else:
                return os.waitstatus_to_exitcode(status)

    def _end_what_it_started(self) -> None:
        """A group's number is not given out anew while a member lives, so this hits no other."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)

    def _mark(self, what: str) -> None:
        at = datetime.now(UTC).isoformat(timespec="milliseconds")
        self._log.write(f"--- {at} {what}\n".encode())


def _environment(given: Mapping[str, str], lifeline: int) -> dict[str, str]:
    paths = [str(_ROOT), os.environ.get("PYTHONPATH", "")]
    return {
        **for_services(os.environ),
        **given,
        LIFELINE: str(lifeline),
        "PYTHONPATH": os.pathsep.join(path for path in paths if path),
        # A line that is printed reaches the log at once, and also when the process is killed.
        "PYTHONUNBUFFERED": "1",
    }
