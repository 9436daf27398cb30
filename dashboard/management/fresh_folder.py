"""The folder of `demo --fresh`: made for one demonstration, and gone with it.

One that was killed could not tidy up; the next demonstration does. A lock in each folder says
whether it is still used: the kernel lets go of it with the process, and no process id is trusted.
"""

from __future__ import annotations

import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from dashboard.cluster.embedded.data_folder import DataFolder
from dashboard.cluster.embedded.errors import EmbeddedKafkaError
from dashboard.cluster.embedded.locks import FileLock

PREFIX = "flowviz-fresh-"
LOCK = "fresh.lock"
"""Only a folder with this file in it is ever removed."""
KAFKA = "kafka"
"""Where the demonstration has the data of its Kafka, whose broker can outlive it for 10 s."""


@contextmanager
def fresh_folder() -> Iterator[Path]:
    """A new folder, removed with all that is in it at the end of the block.

    Raises OSError and EmbeddedKafkaError where there is no room for it.
    """
    folder = Path(tempfile.mkdtemp(prefix=PREFIX))
    lock = FileLock(folder / LOCK)
    try:
        lock.take()
        yield folder
    finally:
        _remove(folder)
        lock.release()


def remove_left_over() -> None:
    """Remove the folders of demonstrations that are no more. What cannot be removed stays."""
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        with suppress(OSError, EmbeddedKafkaError):
            if _is_ours(folder) and _is_ours(folder / LOCK, is_file=True):
                _remove_unless_used(folder)


def _is_ours(path: Path, *, is_file: bool = False) -> bool:
    """Not a link, and not somebody else's: anyone can make names in the folder for such things."""
    about = path.lstat()
    kind = stat.S_ISREG if is_file else stat.S_ISDIR
    return kind(about.st_mode) and about.st_uid == os.getuid()


def _remove_unless_used(folder: Path) -> None:
    lock = FileLock(folder / LOCK)
    broker = FileLock(DataFolder(folder / KAFKA).broker_lock)
    if not lock.take():
        return
    try:
        if not broker.path.exists() or broker.take():
            _remove(folder)
    finally:
        broker.release()
        lock.release()


def _remove(folder: Path) -> None:
    """The lock last: whoever is interrupted leaves a folder that the next one knows."""
    for path in folder.iterdir():
        if path.name != LOCK:
            shutil.rmtree(path, ignore_errors=True)
    shutil.rmtree(folder, ignore_errors=True)
