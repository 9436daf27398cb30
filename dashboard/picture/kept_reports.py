"""The newest recovery reports, open and ended."""

from __future__ import annotations

from typing import Any

from dashboard.picture.direct_report import DirectReport
from dashboard.picture.report import Report
from dashboard.picture.source_report import SourceReport

MAX_REPORTS = 50

AnyReport = Report | SourceReport | DirectReport


class KeptReports:
    def __init__(self) -> None:
        self._kept: dict[str, AnyReport] = {}

    def add(self, report: AnyReport) -> None:
        """The oldest makes room, an ended one before an open one."""
        self._kept[report.id] = report
        while len(self._kept) > MAX_REPORTS:
            ended = (key for key, one in self._kept.items() if one.state == "recovered")
            del self._kept[next(ended, next(iter(self._kept)))]

    def drop(self, report: AnyReport) -> None:
        """It was none."""
        self._kept.pop(report.id, None)

    def has(self, report: AnyReport) -> bool:
        """False: it has made room for newer ones."""
        return self._kept.get(report.id) is report

    def caught_up(self, service: str) -> dict[str, Any] | None:
        """What it took to catch up when the service was last plugged in: `{events, seconds}`."""
        for report in reversed(self._kept.values()):
            if report.service == service and report.kind == "plug in":
                told = report.wire()
                handled, seconds = told["handled"], told["catch_up_seconds"]
                known = handled is not None and seconds is not None
                return {"events": handled, "seconds": seconds} if known else None
        return None

    def get(self, report_id: str) -> AnyReport | None:
        return self._kept.get(report_id)

    def ids(self) -> list[str]:
        """Those to be shown: of a pause that was only asked for nobody knows whether it comes."""
        return [key for key, one in self._kept.items() if one.held]
