"""A run of the tests that is killed leaves nothing behind."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.commands import is_alive
from tests.lifeline import Lifeline
from tests.waiting import PATIENCE_SECONDS, until

ROOT = Path(__file__).resolve().parents[1]
RUN = """
import subprocess, sys, threading
from tests.lifeline import Lifeline
child = subprocess.Popen([sys.executable, "-c", "import threading; threading.Event().wait()"])
line = Lifeline(child.pid)
print(child.pid, flush=True)
threading.Event().wait()
"""


def test_what_was_started_ends_with_a_run_that_is_killed() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", RUN], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as run:
        assert run.stdout is not None
        started = int(run.stdout.readline())
        assert is_alive(started)
        run.kill()
    until(lambda: not is_alive(started), "it has ended too")


def test_what_was_cut_loose_is_left_alone() -> None:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as child:
        Lifeline(child.pid).cut()
        child.communicate(b"\n", PATIENCE_SECONDS)
    assert child.returncode == 0
