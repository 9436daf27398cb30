"""Locks on files that end with the processes that hold them, however these end.

flock(2) belongs to the open file: a child that inherits it holds it too, and the kernel lets go
when the last holder is gone. So no lock is ever stale, and no process id has to be trusted.
"""

from __future__ import annotations

import fcntl
import json
import os
import threading
from collections.abc import Mapping
from pathlib import Path
from time import monotonic
from typing import Any

from dashboard.cluster.embedded.errors import EmbeddedKafkaError, StoppedEarlyError

LOOK_AGAIN_SECONDS = 0.1
NOTE_BYTES = 4_096
"""What a holder writes into its lock file is read up to here."""


class FileLock:
    """An exclusive lock on a file, with a note in it (JSON) for those who come second."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._fd: int | None = None

    @property
    def held(self) -> bool:
        return self._fd is not None

    def take(self) -> bool:
        """Take the lock at once, or say False when someone else has it.

        Raises EmbeddedKafkaError where the folder cannot be written or its disk knows no locks.
        """
        if self._fd is not None:
            return True
        try:
            fd = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise EmbeddedKafkaError(
                f"The file {self.path} cannot be written ({_why(error)}): make its folder "
                "writable, or choose another one with FLOWVIZ_DATA_DIR and FLOWVIZ_CACHE_DIR."
            ) from error
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(fd)
            return False
        except OSError as error:
            os.close(fd)
            raise EmbeddedKafkaError(
                f"The file {self.path} cannot be locked ({_why(error)}), as happens on network "
                "disks: choose folders on a local disk with FLOWVIZ_DATA_DIR and FLOWVIZ_CACHE_DIR."
            ) from error
        self._fd = fd
        return True

    def take_within(self, seconds: float, stopped: threading.Event) -> bool:
        """Wait for the lock, or say False after `seconds`; StoppedEarlyError when `stopped`."""
        end = monotonic() + seconds
        while not self.take():
            if monotonic() >= end:
                return False
            if stopped.wait(LOOK_AGAIN_SECONDS):
                raise StoppedEarlyError
        return True

    def note(self, note: Mapping[str, Any]) -> None:
        """Replace the note; only the holder may."""
        if self._fd is None:
            raise RuntimeError("the lock is not held")
        text = json.dumps(note).encode()
        os.ftruncate(self._fd, 0)
        os.pwrite(self._fd, text, 0)

    def read_note(self) -> dict[str, Any]:
        """What the holder wrote; empty where it has not, or is writing just now."""
        try:
            with self.path.open("rb") as file:
                note = json.loads(file.read(NOTE_BYTES))
        except (OSError, ValueError):
            return {}
        return note if isinstance(note, dict) else {}

    def fileno(self) -> int:
        """For handing the lock on to a child: pass it, then `release` here."""
        if self._fd is None:
            raise RuntimeError("the lock is not held")
        return self._fd

    def release(self) -> None:
        """Let go. A child that inherited the file still holds the lock. The file stays."""
        fd, self._fd = self._fd, None
        if fd is not None:
            os.close(fd)


def _why(error: OSError) -> str:
    return error.strerror or type(error).__name__
