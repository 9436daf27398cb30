"""What the broker wrote down about its own trouble."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

TAIL_BYTES = 65_536
LONGEST_REASON = 300
NO_WORDS = ("at ", "... ", "WARNING: ")
"""Lines of a stack trace, and complaints of newer Javas about calls they will not know one day."""
# The lines of the pattern in broker/log4j2.properties, and those of a Java exception below them.
TROUBLE = re.compile(r"^\d\S+ \S+ (?:ERROR|FATAL) (.+?)(?: \(\S+\))?$")
EXCEPTION = re.compile(r"^(?:Caused by: )?[\w.$]+(?:Exception|Error): (.+)$")


def last_words(said: Sequence[str]) -> str | None:
    """What matters in the last lines that a Java printed: its exception, or the last of them."""
    lines = [line for line in said if not line.startswith(NO_WORDS)]
    causes = [cause[1] for line in lines if (cause := EXCEPTION.match(line))]
    return (causes or lines or [None])[-1]


class BrokerLog:
    """The log file since it was marked last; what stands before is of earlier starts."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._begin = 0
        self.mark()

    def mark(self) -> None:
        """Java starts anew: what follows is about this start."""
        self._begin = self._size()

    def trouble(self) -> str | None:
        """The newest line of level ERROR or worse, or the exception below it. None: no such."""
        lines = self._lines()
        for number in reversed(range(len(lines))):
            if found := TROUBLE.match(lines[number]):
                causes = [cause[1] for line in lines[number:] if (cause := EXCEPTION.match(line))]
                return causes[-1] if causes else found[1]
        return None

    def _lines(self) -> list[str]:
        size = self._size()
        begin = self._begin if self._begin <= size else 0  # it was rolled meanwhile
        try:
            with self.path.open("rb") as file:
                file.seek(max(begin, size - TAIL_BYTES))
                return file.read(TAIL_BYTES).decode(errors="replace").splitlines()
        except OSError:
            return []

    def _size(self) -> int:
        try:
            return self.path.stat().st_size
        except OSError:
            return 0
