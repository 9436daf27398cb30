"""`manage.py demo` and `watch` as people start them: what they print, and how they end."""

from __future__ import annotations

import contextlib
import os
import re
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from tests.lifeline import Lifeline
from tests.waiting import PATIENCE_SECONDS, until

ROOT = Path(__file__).resolve().parents[1]
START_SECONDS = 600  # a fresh machine fetches Kafka first
BECOME = "import os, sys; os.execv(sys.executable, [sys.executable, *sys.argv[1:]])"
KEPT = ("FLOWVIZ_CACHE_DIR", "FLOWVIZ_MAVEN_URL", "FLOWVIZ_JAVA")


class Command:
    """A command in a process group of its own, with all that it prints."""

    def __init__(
        self,
        data_dir: Path,
        *arguments: str,
        before: str = "",
        program: str = "manage.py",
        stdout: str = "pipe",
        **environment: str,
    ) -> None:
        """`before`: Python that the new process runs before it becomes the command.
        `stdout`: "pipe", or "terminal" for a program that looks whether somebody is there."""
        clean = {k: v for k, v in os.environ.items() if not k.startswith(("FLOWVIZ_", "KAFKA_"))}
        kept = {name: os.environ[name] for name in KEPT if name in os.environ}
        terminal, screen = os.openpty() if stdout == "terminal" else (None, None)
        self.process = subprocess.Popen(
            [sys.executable, "-c", f"{before}\n{BECOME}", program, *arguments],
            cwd=ROOT,
            env=clean | kept | {"FLOWVIZ_DATA_DIR": str(data_dir)} | environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE if screen is None else screen,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        self.lifeline = Lifeline(self.process.pid)
        out: IO[str] | None = self.process.stdout
        if terminal is not None and screen is not None:
            os.close(screen)
            out = os.fdopen(terminal)
        self.out: list[str] = []
        self.err: list[str] = []
        self._readers = [
            threading.Thread(target=_read, args=(pipe, lines), daemon=True)
            for pipe, lines in ((out, self.out), (self.process.stderr, self.err))
        ]
        for reader in self._readers:
            reader.start()

    def said(self, pattern: str) -> str:
        """Waits until a line on stdout matches, and gives what its group matched."""

        def look() -> str | None:
            assert self.process.poll() is None, f"it ended: {self.err}"
            found = re.search(pattern, "".join(self.out))
            return found[1] if found else None

        return until(look, f"a line like {pattern!r}", START_SECONDS)

    def end(self) -> tuple[int, str]:
        """Waits for its end; the exit code, and all that it wrote to stderr."""
        code = self.process.wait(PATIENCE_SECONDS)
        for reader in self._readers:
            reader.join(PATIENCE_SECONDS)
        return code, "".join(self.err)


def _read(pipe: IO[str] | None, lines: list[str]) -> None:
    assert pipe is not None
    # Where nobody is at a terminal any more, reading it is an error, not an end.
    with pipe, contextlib.suppress(OSError):
        lines.extend(pipe)


@contextmanager
def started(
    data_dir: Path,
    *arguments: str,
    before: str = "",
    program: str = "manage.py",
    stdout: str = "pipe",
    **environment: str,
) -> Iterator[Command]:
    command = Command(
        data_dir, *arguments, before=before, program=program, stdout=stdout, **environment
    )
    try:
        yield command
    finally:
        if command.process.poll() is None:
            command.process.kill()
            command.process.wait(PATIENCE_SECONDS)
        command.lifeline.cut()


def status(url: str) -> int:
    try:
        with urllib.request.urlopen(url, timeout=PATIENCE_SECONDS) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


def sentence(err: str) -> str:
    """What a failed command says: one line, no trace."""
    assert "Traceback" not in err
    lines = err.strip().splitlines()
    assert len(lines) == 1, err
    return lines[0]


def descendants(pid: int) -> set[int]:
    """All that this process has started, and what those have started in turn."""
    listed = subprocess.run(
        ["ps", "-axww", "-o", "pid=,ppid="], capture_output=True, text=True, check=True
    )
    parents = {int(row.split()[0]): int(row.split()[1]) for row in listed.stdout.splitlines()}
    found = {pid}
    while more := {one for one, parent in parents.items() if parent in found} - found:
        found |= more
    return found - {pid}


def is_alive(pid: int) -> bool:
    """Whether it runs; one that ended and was not yet fetched by its parent does not."""
    shown = subprocess.run(
        ["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    return bool(shown.stdout.strip()) and not shown.stdout.strip().startswith("Z")
