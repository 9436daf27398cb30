"""Takes what one process prints off its pipes, so that it never waits for us, and logs it."""

from __future__ import annotations

import os
import selectors
import threading
from collections.abc import Callable
from typing import IO

from dashboard.supervisor.log import Lines

_CHUNK_BYTES = 65_536


class Pump(threading.Thread):
    """Reads stdout and stderr until both are closed; hands each whole line to `write`."""

    def __init__(
        self, name: str, output: IO[bytes], errors: IO[bytes], write: Callable[[bytes], None]
    ) -> None:
        super().__init__(name=f"{name} output", daemon=True)
        self._streams = {output: Lines(), errors: Lines()}
        self._error_lines = self._streams[errors]
        self._write = write
        self._abandoned = False

    @property
    def last_error_line(self) -> bytes:
        return self._error_lines.last

    def abandon(self) -> None:
        """Something that the process started still holds the pipes: drain them, log no more."""
        self._abandoned = True

    def run(self) -> None:
        with selectors.DefaultSelector() as selector:
            for stream in self._streams:
                selector.register(stream, selectors.EVENT_READ, stream)
            while selector.get_map():
                for key, _ in selector.select():
                    stream = key.data
                    chunk = os.read(stream.fileno(), _CHUNK_BYTES)
                    self._log(self._streams[stream], chunk)
                    if not chunk:
                        selector.unregister(stream)
                        stream.close()

    def _log(self, lines: Lines, chunk: bytes) -> None:
        for line in lines.feed(chunk) if chunk else lines.end():
            if not self._abandoned:
                self._write(line)
