"""Recovery reports outlive the process: finished ones are kept in SQLite and shown again.

Written from a thread of its own, for the picture's loop must never wait for a disk.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping
from typing import Any

from django.db import connection

from dashboard.models import RecoveryReport
from dashboard.picture.observations import Observation, WorkerSeen
from dashboard.picture.shown import Shown
from dashboard.picture.stretch import with_all_fields
from dashboard.worker import BACKOFF_SECONDS, Worker

MAX_KEPT = 50
"""Reports kept for each place; the oldest are forgotten first."""
LOOK_EVERY_SECONDS = 2.0
STOP_SECONDS = 5.0

logger = logging.getLogger(__name__)


def _nobody() -> None:
    """Nobody is to be told."""


class ReportKeeper:
    """Keeps the finished reports of one place: a demonstration's data, or a cluster.

    Reports of another place say nothing about what is shown now, so they are kept apart.
    """

    def __init__(self, place: str) -> None:
        self._place = place
        self._saved: set[str] = set()
        self._turn = threading.Lock()
        """Held over a look and what is written of it, so that nothing forgotten comes back."""
        self._reports: Callable[[], Mapping[str, Mapping[str, Any]]] = dict
        self._seen: Mapping[str, Mapping[str, Any]] = {}
        self._worker: Worker | None = None
        self._well: Callable[[], None] = _nobody
        self.moved_at: float | None = None
        """It is not asked to tell: what it waits for, the database, has a limit of its own."""

    def load(self) -> dict[str, dict[str, Any]]:
        """The kept reports as they were shown, by id, oldest first."""
        kept = RecoveryReport.objects.filter(place=self._place).order_by("-began_at")[:MAX_KEPT]
        reports = {row.report: with_all_fields(row.content) for row in reversed(kept)}
        self._saved = set(reports)
        return reports

    def start(self, view: Callable[[], Shown], observe: Callable[[Observation], None]) -> None:
        """`observe` is told how the keeper is doing, in steady time."""
        self._reports = lambda: view().reports
        # A try waits for a look and then for the database, longer than "holds for a while" is.
        worker = Worker(
            "keeper", lambda _tell: self, observe, BACKOFF_SECONDS, holding_is_well=False
        )
        self._well, self._worker = worker.well, worker
        worker.start()

    @property
    def told(self) -> WorkerSeen | None:
        """What was said last of how it is doing."""
        return None if self._worker is None else self._worker.told

    def stop(self) -> None:
        """Keep what is still to be kept, and end."""
        if self._worker is None:
            return
        self._worker.stop()
        if not self._worker.join(STOP_SECONDS):
            return
        try:
            self._look()
        except Exception as failure:
            logger.warning("A recovery report could not be kept: %s", failure)

    def forget(self) -> None:
        """Delete all that is kept of this place. What is shown then is kept as ever."""
        with self._turn:
            RecoveryReport.objects.filter(place=self._place).delete()
            self._saved.clear()

    def keep(self, reports: Mapping[str, Mapping[str, Any]]) -> None:
        """Write those that are finished and were not written before."""
        for name, report in reports.items():
            if report["state"] == "recovered" and name not in self._saved:
                RecoveryReport.objects.update_or_create(
                    report=name,
                    place=self._place,
                    defaults={"began_at": report["began_at"], "content": dict(report)},
                )
                self._saved.add(name)
                self._forget_oldest()
        self._saved &= set(reports)

    def _forget_oldest(self) -> None:
        mine = RecoveryReport.objects.filter(place=self._place)
        newest = mine.order_by("-began_at", "-pk").values_list("pk", flat=True)[:MAX_KEPT]
        mine.exclude(pk__in=list(newest)).delete()

    def run(self, stop: threading.Event) -> None:
        """What the worker does. Raises what keeps a report from being written."""
        try:
            while not stop.wait(LOOK_EVERY_SECONDS):
                self._look()
                self._well()
        finally:
            connection.close()

    def _look(self) -> None:
        with self._turn:
            reports = self._reports()
            if reports is not self._seen:
                self.keep(reports)
                self._seen = reports
