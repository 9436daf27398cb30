"""What the API answers from: what runs in this process, or a problem where nothing does."""

from __future__ import annotations

from dashboard import running
from dashboard.api.problems import Problem
from dashboard.cluster.connection import Connection


def now_running() -> running.Running:
    now = running.current()
    if now is None:
        raise Problem(503, running.NOTHING_RUNS)
    return now


def cluster() -> Connection:
    connection = now_running().pipeline.connection
    if connection is None:
        raise Problem(503, "Kafka is not there yet. Try again when the page shows it.")
    return connection
