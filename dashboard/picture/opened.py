"""The open reports about one that is followed: at most one of each kind, and none twice."""

from __future__ import annotations

from typing import Generic, TypeVar

from dashboard.picture.disturbances import Kind
from dashboard.picture.following import Cause, Course
from dashboard.picture.kept_reports import AnyReport, KeptReports

OneReport = TypeVar("OneReport", bound=AnyReport)


class Opened(Generic[OneReport]):
    """Also among those that are `kept`, where each may have to make room for newer ones."""

    def __init__(self, kept: KeptReports) -> None:
        self.reports: dict[Kind, OneReport] = {}
        self._kept = kept
        self._began: dict[Kind, int] = {}
        """Since when that lasted of which the newest report of a kind tells."""

    def is_due(self, course: Course, kind: Kind, cause: Cause) -> bool:
        """Whether a report about this cause is to begin."""
        if kind == "outage" and course.silent and self.reports:
            return False  # who is not heard again yet is still on its way back
        return self._began.get(kind) != cause.since_at

    def put(self, report: OneReport, cause: Cause) -> OneReport:
        self.reports[report.kind], self._began[report.kind] = report, cause.since_at
        self._kept.add(report)
        return report

    def drop(self, none: list[OneReport]) -> None:
        """They turned out to be none."""
        for report in none:
            self._kept.drop(report)

    def let_go(self) -> None:
        """Of those that have ended, or have made room for newer ones."""
        self.reports = {
            kind: one
            for kind, one in self.reports.items()
            if one.state != "recovered" and self._kept.has(one)
        }
