"""What a person at the terminal sees while something large is fetched."""

from __future__ import annotations

import threading
from typing import TextIO

WIDTH = 30
STEPS = 200
"""The line is drawn anew at most so often; a slow terminal must not slow the fetching."""


class ProgressLine:
    """One line that fills up; where nobody looks at a terminal, one plain line at the beginning.

    Called from several threads at once.
    """

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self._live = out.isatty()
        self._turn = threading.Lock()
        self._what: str | None = None
        self._step = -1

    def __call__(self, what: str, done: int, total: int) -> None:
        """`done` of `total` bytes of what is being fetched."""
        with self._turn:
            if what != self._what:
                self._begin(what)
            step = done * STEPS // total if total > 0 else 0
            if self._live and step != self._step:
                self._step = step
                self._out.write(f"\r{_line(what, done, total)}")
                self._out.flush()

    def end(self) -> None:
        with self._turn:
            if self._live and self._what is not None:
                self._out.write("\n")
                self._out.flush()
            self._what = None

    def _begin(self, what: str) -> None:
        if self._live and self._what is not None:
            self._out.write("\n")
        if not self._live:
            self._out.write(f"Fetching {what}.\n")
            self._out.flush()
        self._what, self._step = what, -1


def _line(what: str, done: int, total: int) -> str:
    filled = WIDTH * done // total if total > 0 else 0
    bar = "█" * filled + "░" * (WIDTH - filled)
    return f"Fetching {what} {bar} {megabytes(done)} of {megabytes(total)} MB "


def megabytes(size: int) -> str:
    """Of so many bytes, in whole ones."""
    return f"{size / 1_000_000:.0f}"
