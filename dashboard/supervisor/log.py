"""What an instance prints, kept in a file that cannot grow without end."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

LOG_BYTES = 1_000_000
"""A log that has reached this becomes `<name>.log.1`, and the one before that is dropped."""
LONGEST_LINE = 8_192
"""Bytes: a longer line is broken here, so that a program that prints no line end costs nothing."""


class CappedLog:
    """Appends lines to `path`; on disk are at most two files of `most_bytes` each, and a line.

    A disk that is full or gone must not stop the service that prints: what cannot be written is
    dropped, and each further line tries again.
    """

    def __init__(self, path: Path, most_bytes: int = LOG_BYTES) -> None:
        self.path = path
        self._most_bytes = most_bytes
        self._file: BinaryIO | None = None
        self._size = 0

    def write(self, line: bytes) -> None:
        try:
            self._append(line)
        except OSError:
            self.close()

    def close(self) -> None:
        file, self._file = self._file, None
        if file:
            try:
                file.close()
            except OSError:
                return

    def _append(self, line: bytes) -> None:
        if self._file and self._size + len(line) > self._most_bytes:
            self.close()
            self.path.replace(self.path.with_name(self.path.name + ".1"))
        if self._file is None:
            self._file = self.path.open("ab", buffering=0)
            self._size = self._file.tell()
        self._file.write(line)
        self._size += len(line)


class Lines:
    """Cuts a stream of bytes into lines, whole or of LONGEST_LINE bytes."""

    def __init__(self) -> None:
        self.last = b""
        """The newest line that was not blank."""
        self._rest = b""

    def feed(self, chunk: bytes) -> list[bytes]:
        """The lines that `chunk` completed, each with its line end."""
        whole = (self._rest + chunk).splitlines(keepends=True)
        self._rest = b""
        if whole and not whole[-1].endswith(b"\n"):
            self._rest = whole.pop()
        lines = [piece for line in whole for piece in _pieces(line)]
        while len(self._rest) >= LONGEST_LINE:
            lines.append(self._rest[:LONGEST_LINE] + b"\n")
            self._rest = self._rest[LONGEST_LINE:]
        return self._noticed(lines)

    def end(self) -> list[bytes]:
        """What was printed last without a line end."""
        rest, self._rest = self._rest, b""
        return self._noticed([rest + b"\n"] if rest else [])

    def _noticed(self, lines: list[bytes]) -> list[bytes]:
        self.last = next((line for line in reversed(lines) if line.strip()), self.last)
        return lines


def _pieces(line: bytes) -> list[bytes]:
    if len(line) <= LONGEST_LINE:
        return [line]
    body = line.rstrip(b"\r\n")
    return [body[at : at + LONGEST_LINE] + b"\n" for at in range(0, len(body), LONGEST_LINE)]
