"""What the API answers from: what runs in this process, or a problem where nothing does."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from dashboard import running
from dashboard.api.problems import Problem
from dashboard.cluster.connection import Connection

AT_ONCE = 8
"""Views that ask Kafka at the same time: each holds a thread, for some 10 s where a cluster does
not answer."""
RETRY_AFTER_SECONDS = 2

_turns = threading.BoundedSemaphore(AT_ONCE)


def now_running() -> running.Running:
    now = running.current()
    if now is None:
        raise Problem(503, running.NOTHING_RUNS)
    return now


@contextmanager
def cluster() -> Iterator[Connection]:
    """The cluster, for a view that asks it something: the only way there, so that all of them
    together are AT_ONCE. One too many is told so at once."""
    connection = now_running().pipeline.connection
    if connection is None:
        raise Problem(503, "Kafka is not there yet. Try again when the page shows it.")
    if not _turns.acquire(blocking=False):
        raise Problem(
            503,
            f"Kafka is being asked {AT_ONCE} things already, which is all at once; try again in a "
            "moment.",
            retry_after_seconds=RETRY_AFTER_SECONDS,
        )
    try:
        yield connection
    finally:
        _turns.release()
