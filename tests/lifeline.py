"""What a test has started ends with the run of the tests, also with one that is killed.

A process beside it holds the reading end of a pipe. The run holds the other: whichever way it ends,
the kernel closes that, and the process that is left alone is killed. (A demonstration that is
killed takes along all that it has started.)
"""

from __future__ import annotations

import subprocess
import sys

WATCH = """
import os, signal, sys
if not sys.stdin.buffer.read(1):
    os.kill(int(sys.argv[1]), signal.SIGKILL)
"""


class Lifeline:
    """Of the process `pid`, until it is cut loose: then nothing is done to whoever has its pid."""

    def __init__(self, pid: int) -> None:
        self._watch = subprocess.Popen(
            [sys.executable, "-I", "-S", "-c", WATCH, str(pid)],
            stdin=subprocess.PIPE,
            start_new_session=True,  # what ends the run by its process group leaves this alone
        )

    def cut(self) -> None:
        """The process has ended, or is about to in its own time."""
        if self._watch.returncode is None:
            self._watch.communicate(b".")
