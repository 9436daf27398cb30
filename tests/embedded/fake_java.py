"""A program in the place of Java, for what the guard does whatever Java is."""

from __future__ import annotations

import sys
from pathlib import Path

from dashboard.cluster.embedded.guarded_java import GuardedJava, Report
from dashboard.cluster.embedded.java import MAIN_CLASS
from dashboard.cluster.embedded.locks import FileLock

WAITS = "import signal; signal.pause()"
SURVIVES_ITS_GUARD = (
    "import ctypes, pathlib, sys\n"
    "if sys.platform == 'linux': ctypes.CDLL(None).prctl(1, 0)\n"
    "pathlib.Path('ready').touch()\n"
) + WAITS
"""Takes back Linux's promise to end with its parent, as on another system; then makes `ready`."""
WILL_NOT_STOP = (
    "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('ready', flush=True)\n"
    "while True: signal.pause()"
)
WILL_NOT_STOP_AND_SAYS_SO = (
    "import pathlib, signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
    "pathlib.Path('ready').touch()\n"
    "while True: signal.pause()"
)
"""The same where its output is the guard's to read."""
ENDS_WITH_A_WORD = "print('no memory', flush=True); raise SystemExit(3)"


def guarded(script: str, folder: Path) -> tuple[GuardedJava, FileLock]:
    """The guard of a Python that runs `script`, and another lock on the file it holds."""
    lock = FileLock(folder / "broker.lock")
    assert lock.take()
    java = GuardedJava([sys.executable, "-c", script, MAIN_CLASS], folder, lock)
    return java, FileLock(folder / "broker.lock")


def next_report(java: GuardedJava) -> Report:
    report = java.next_report(30)
    assert report is not None, "the guard ended"
    return report
