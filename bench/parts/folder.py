"""A folder for what a script and its children write. It goes with it, however that ends."""

from __future__ import annotations

import shutil
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.parts.children import Parent, child

PREFIX = "flowviz-bench-"
READY_SECONDS = 30.0
GONE_LOOKS = 10
LOOK_SECONDS = 0.2
REMOVE_SECONDS = 60.0


@contextmanager
def own_folder() -> Iterator[Path]:
    """An empty folder that is there while the block lasts.

    Should this process be killed, a child removes it in its stead.
    """
    with child("sweeper", _sweeper) as sweeper:
        sweeper.hear(READY_SECONDS)
        with tempfile.TemporaryDirectory(prefix=PREFIX, ignore_cleanup_errors=True) as made:
            sweeper.say(made)
            yield Path(made)


def remove(made: str | None) -> None:
    """Remove it, and again what is written there meanwhile by who is about to end as well."""
    if made is None:
        return
    pause, end, gone = threading.Event(), time.monotonic() + REMOVE_SECONDS, 0
    while gone < GONE_LOOKS and time.monotonic() < end:
        gone = 0 if Path(made).exists() else gone + 1
        shutil.rmtree(made, ignore_errors=True)
        pause.wait(LOOK_SECONDS)


def _sweeper(parent: Parent) -> None:
    """Waits for the name of a folder, and removes it when the parent is gone without a word."""
    parent.orphaned = remove
    parent.tell("here")
    parent.ending.wait()
