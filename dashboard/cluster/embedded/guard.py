"""A small process that stands between Flowviz and Java, and outlives neither.

Started as a plain script, with the standard library alone, so that it is there at once and small:

    python -I -S guard.py <lock fd> <java> <argument>...

- stdin is the lifeline. At its end (Flowviz stopped, crashed, or was killed with -9) Java is
  stopped in order, then by force, and the guard ends.
- A line on stdin asks for something: `kill` ends Java with SIGKILL, `restart` in order; it is
  started again as after any end, and without waiting longer each time.
- When Java ends by itself it is started again, later each time it does not last.
- stdout tells what happens, one JSON object a line: {"event": "started", "pid": 4711},
  {"event": "asked", "for": "kill"}, and {"event": "ended", "code": -9, "again_in_seconds": 0.5,
  "said": ["last lines of its output"]}.

The lock on the data folder is inherited by Java too: as long as either lives, nobody else takes it.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import select
import signal
import subprocess
import sys
import time

FIRST_BACK_OFF_SECONDS = 0.5
LONGEST_BACK_OFF_SECONDS = 15.0
LASTED_SECONDS = 30.0
"""A Java that lived this long starts the back-off anew."""
STOP_SECONDS = 10.0
"""How long Java gets to stop in order."""
REQUESTS = ("kill", "restart")
LONGEST_REQUEST_BYTES = 512
KEPT_BYTES = 8_192
KEPT_LINES = 20
PR_SET_PDEATHSIG = 1
# Loaded here, for between fork and exec nothing may be loaded any more.
LIBC = ctypes.CDLL(None)
PID = os.getpid()
LINUX = sys.platform == "linux"


class Output:
    """What Java prints, which is little: the last of it, for whoever asks why it ended."""

    def __init__(self, fd: int | None = None) -> None:
        self._fd = fd
        self._said = b""

    @property
    def open_fds(self) -> list[int]:
        return [] if self._fd is None else [self._fd]

    def read(self) -> bool:
        """Takes one piece of what is there, without waiting; False when nothing is."""
        if self._fd is None:
            return False
        try:
            piece = os.read(self._fd, KEPT_BYTES)
        except BlockingIOError:
            return False
        if not piece:
            self.close()
        self._said = (self._said + piece)[-KEPT_BYTES:]
        return bool(piece)

    def last_lines(self) -> list[str]:
        lines = self._said.decode(errors="replace").splitlines()
        return [line.strip() for line in lines if line.strip()][-KEPT_LINES:]

    def close(self) -> None:
        fd, self._fd = self._fd, None
        if fd is not None:
            os.close(fd)


class Guard:
    """Keeps one Java running until the lifeline ends."""

    def __init__(self, command: list[str], lock_fd: int) -> None:
        self._command = command
        self._lock_fd = lock_fd
        self._lifeline = sys.stdin.fileno()
        self._output = Output()
        self._back_off = FIRST_BACK_OFF_SECONDS
        # Woken by the end of a child and by signals that ask us to stop.
        self._wake, wake = os.pipe()
        for end in (self._wake, wake):
            os.set_blocking(end, False)
        signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
        self._asked_to_stop = False
        self._heard = b""
        self._request = ""
        """What is asked of Java, and not done yet."""
        signal.signal(signal.SIGCHLD, lambda *_: None)
        for name in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(name, self._ask_to_stop)

    def run(self) -> None:
        while not self._asked_to_stop:
            began = time.monotonic()
            java = self._start()
            self._note(java.pid)
            self._request = ""  # whatever was asked before was asked of the one before
            self._tell(event="started", pid=java.pid)
            while java.poll() is None and not self._asked_to_stop and not self._request:
                self._wait(None)
            asked = bool(self._request) and java.poll() is None
            if asked:
                self._end_on_request(java)
            if self._asked_to_stop:
                stop(java)
                return
            while self._output.read():
                pass
            if asked or time.monotonic() - began >= LASTED_SECONDS:
                self._back_off = FIRST_BACK_OFF_SECONDS
            pause = self._back_off
            if not asked:
                self._back_off = longer(pause)
            said = self._output.last_lines()
            self._tell(event="ended", code=java.returncode, again_in_seconds=pause, said=said)
            self._pause(pause)

    def _end_on_request(self, java: subprocess.Popen[bytes]) -> None:
        self._tell(**{"event": "asked", "for": self._request})
        if self._request == "kill":
            java.kill()
        else:
            java.terminate()
        end = time.monotonic() + STOP_SECONDS
        while java.poll() is None and not self._asked_to_stop:
            left = end - time.monotonic()
            if left <= 0:
                java.kill()
            self._wait(max(left, 0.1))

    def _start(self) -> subprocess.Popen[bytes]:
        ours, javas = os.pipe()
        os.set_blocking(ours, False)
        self._output.close()
        self._output = Output(ours)
        try:
            return subprocess.Popen(
                self._command,
                stdin=subprocess.DEVNULL,
                stdout=javas,
                stderr=javas,
                pass_fds=[self._lock_fd],
                # The guard has one thread, and the function calls nothing but libc.
                preexec_fn=_end_with_parent if LINUX else None,  # noqa: PLW1509
            )
        finally:
            os.close(javas)

    def _note(self, pid: int) -> None:
        """Write Java's process id into the lock file, for the day when it outlives us all."""
        with contextlib.suppress(OSError):  # a full disk; the note is of use in rare cases only
            os.ftruncate(self._lock_fd, 0)
            os.pwrite(self._lock_fd, json.dumps({"java": pid}).encode(), 0)

    def _pause(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        while not self._asked_to_stop and (left := end - time.monotonic()) > 0:
            self._wait(left)

    def _wait(self, seconds: float | None) -> None:
        """Until the lifeline ends, a child ends, a signal comes, or the time is over."""
        watched = [self._lifeline, self._wake, *self._output.open_fds]
        ready, _, _ = select.select(watched, [], [], seconds)
        if self._wake in ready:
            with contextlib.suppress(BlockingIOError):
                os.read(self._wake, 512)
        if self._lifeline in ready:
            self._hear(os.read(self._lifeline, LONGEST_REQUEST_BYTES))
        self._output.read()

    def _hear(self, piece: bytes) -> None:
        if not piece:
            self._asked_to_stop = True
        *lines, rest = (self._heard + piece).split(b"\n")
        self._heard = rest[-LONGEST_REQUEST_BYTES:]
        for line in lines:
            if line.decode(errors="replace") in REQUESTS:
                self._request = line.decode()

    def _ask_to_stop(self, *_: object) -> None:
        self._asked_to_stop = True

    def _tell(self, **report: object) -> None:
        try:
            os.write(sys.stdout.fileno(), json.dumps(report).encode() + b"\n")
        except OSError:  # nobody listens any more: the lifeline ends at the same moment
            self._asked_to_stop = True


def longer(pause_seconds: float) -> float:
    """The pause after the one that did not help."""
    return min(2 * pause_seconds, LONGEST_BACK_OFF_SECONDS)


def stop(java: subprocess.Popen[bytes], seconds: float = STOP_SECONDS) -> None:
    """In order, then by force; returns when it is gone."""
    java.terminate()
    try:
        java.wait(seconds)
    except subprocess.TimeoutExpired:
        java.kill()
        java.wait()


def _end_with_parent() -> None:
    """On Linux, a guard killed with -9 takes Java along. It is this very thread, the guard's
    main one, whose end counts. Elsewhere Flowviz ends a Java that lost its guard."""
    LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != PID:
        os._exit(1)


if __name__ == "__main__":
    Guard(sys.argv[2:], int(sys.argv[1])).run()
