"""A script of bench/, run as people run it; it must leave no process behind."""

from __future__ import annotations

import os
import subprocess
import sys
import uuid
from pathlib import Path

from tests.waiting import until

ROOT = Path(__file__).resolve().parents[2]
AT_MOST_SECONDS = 600


def marked_environment() -> tuple[str, dict[str, str]]:
    """A mark that every process inherits which comes from this environment."""
    mark = f"BENCH_MARK={uuid.uuid4().hex}"
    return mark, os.environ | dict([mark.split("=")])


def still_there(mark: str) -> list[str]:
    """The command lines of the processes that carry the mark."""
    if not Path("/proc/self/environ").exists():
        listed = subprocess.run(
            ["/bin/ps", "-axEww", "-o", "command="], capture_output=True, text=True, check=True
        )
        return [line for line in listed.stdout.splitlines() if mark in line]
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if mark.encode() in (folder / "environ").read_bytes():
                found.append((folder / "cmdline").read_text().replace("\0", " "))
        except OSError:
            continue  # it has just ended, or is another user's
    return found


def printed(script: str, *words: str) -> str:
    """What the script prints; it must end well, and leave no process behind."""
    mark, environment = marked_environment()
    ran = subprocess.run(
        [sys.executable, f"bench/{script}", *words],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=AT_MOST_SECONDS,
        check=False,
    )
    until(lambda: not still_there(mark), f"{script} left no process behind")
    assert ran.returncode == 0, f"{script} ended with {ran.returncode}:\n{ran.stdout}\n{ran.stderr}"
    assert ran.stderr == ""
    return ran.stdout


def line_of(output: str, figure: str) -> str:
    """The first line of a table that is about this figure."""
    found = [line for line in output.splitlines() if figure in line]
    assert found, f"there is no figure {figure!r} in:\n{output}"
    return found[0]
