"""What the broker wrote down about its own trouble."""

from __future__ import annotations

import re
from pathlib import Path

from dashboard.cluster.embedded.errors import EmbeddedKafkaError

TAIL_BYTES = 65_536
LONGEST_REASON = 300
TROUBLE = re.compile(r"^\S+ \S+ (?:ERROR|FATAL) (.+)")


class BrokerLog:
    """The log file since now; what stood in it before is of earlier runs."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._begin = _size(path)

    def failure(self, how: str) -> EmbeddedKafkaError:
        """The error for a broker that did not come up; `how` is how it ended."""
        last = self.last_trouble()
        said = f", saying {last!r}" if last else ""
        return EmbeddedKafkaError(f"Kafka did not start ({how}{said}): more is in {self._path}.")

    def last_trouble(self) -> str | None:
        """The newest line of level ERROR or worse, without date and class."""
        for line in reversed(self._lines()):
            if found := TROUBLE.match(line):
                return found[1][:LONGEST_REASON]
        return None

    def _lines(self) -> list[str]:
        size = _size(self._path)
        begin = self._begin if self._begin <= size else 0
        try:
            with self._path.open("rb") as file:
                file.seek(max(begin, size - TAIL_BYTES))
                return file.read(TAIL_BYTES).decode(errors="replace").splitlines()
        except OSError:
            return []


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0
