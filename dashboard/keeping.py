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
from dashboard.picture.shown import Shown

MAX_KEPT = 50
"""Reports kept for each place; the oldest are forgotten first."""
LOOK_EVERY_SECONDS = 2.0
STOP_SECONDS = 5.0

logger = logging.getLogger(__name__)


class ReportKeeper:
    """Keeps the finished reports of one place: a demonstration's data, or a cluster.

    Reports of another place say nothing about what is shown now, so they are kept apart.
    """

    def __init__(self, place: str) -> None:
        self._place = place
        self._saved: set[str] = set()
        self._turn = threading.Lock()
        """Held over a look and what is written of it, so that nothing forgotten comes back."""
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def load(self) -> dict[str, dict[str, Any]]:
        """The kept reports as they were shown, by id, oldest first."""
        kept = RecoveryReport.objects.filter(place=self._place).order_by("-began_at")[:MAX_KEPT]
        reports = {row.report: dict(row.content) for row in reversed(kept)}
        self._saved = set(reports)
        return reports

    def start(self, view: Callable[[], Shown]) -> None:
        self._thread = threading.Thread(target=self._run, args=(view,), name="keeper", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Keep what is still to be kept, and end."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join(STOP_SECONDS)

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

    def _run(self, view: Callable[[], Shown]) -> None:
        seen: Mapping[str, Mapping[str, Any]] = {}
        said = ""
        ended = False
        while not ended:
            ended = self._stop.wait(LOOK_EVERY_SECONDS)
            try:
                with self._turn:
                    reports = view().reports
                    if reports is not seen:
                        self.keep(reports)
                seen, said = reports, ""
            except Exception as failure:  # tried again at each look, and told once
                if said != str(failure):
                    said = str(failure)
                    logger.warning("A recovery report could not be kept: %s", failure)
        connection.close()
