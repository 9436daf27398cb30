"""Follows the line of direct calls as a whole: a part goes through all its services, or is gone.

So there is one report for each kind of disturbance, whichever of the services it meets: one for
each service would count the same parts several times.
"""

from __future__ import annotations

from collections.abc import Mapping

from dashboard.picture.calls import Totals
from dashboard.picture.deeds import SLACK_MS
from dashboard.picture.direct_report import DirectReport, Told
from dashboard.picture.disturbances import Doing, Kind, joined
from dashboard.picture.following import BEFORE_SECONDS, Cause, Course
from dashboard.picture.kept_reports import KeptReports
from dashboard.picture.lines import TOLD_EVERY_SECONDS
from dashboard.picture.opened import Opened
from dashboard.picture.rates import Count
from dashboard.picture.settling import settle


class DirectWatch:
    def __init__(self, kept: KeptReports) -> None:
        self._open = Opened[DirectReport](kept)
        self._course: Course | None = None
        """None: it is off, or has not been seen at work as a whole since it was switched on."""
        self._ending = False
        """It is being switched off, and all of it is still at work."""
        self._finished = Count()
        self._newest: Told | None = None
        self._calm: Told | None = None
        """The newest at which no part had been given up since the one before."""

    def settle(self, at: int, doings: Mapping[str, Doing]) -> bool:
        """What each service of the line does now; whether a report may have changed."""
        if all("stop" in one.kinds for one in doings.values()):
            self._meet(doings)
            self._ending = False
            return self.switched_off(at)
        doing = joined(doings.values())
        if self._ending:
            # Without a course nothing begins before all are at work again, if they ever are.
            self._ending = doing.at_work
            return False
        if self._course is None:
            if not doing.at_work:
                return False
            self._course = Course()
        course = self._course
        if course.doing != doing:
            course.take(at, doing)
        none = settle(
            at,
            course,
            self._open.reports,
            begin=lambda kind, cause: self._begin(course, doings, kind, cause),
            resume=lambda report, when: report.resume(when),
            newest=None,
        )
        self._open.drop(none)
        self._meet(doings)
        return bool(self._open.reports or none)

    def _meet(self, doings: Mapping[str, Doing]) -> None:
        reports = self._open.reports
        for kind, report in reports.items():
            report.meets(_met(doings, kind))
            report.shared = report.shared or len(reports) > 1

    def told(self, at: int, parts: Totals, processes: int) -> None:
        """What the sources of the line have counted so far."""
        told, last = Told(at, parts, processes), self._newest
        self._newest = told
        more = Totals() if last is None else parts.minus(last.parts)
        self._finished.add(at, more.done)
        for report in self._open.reports.values():
            report.told(told)
        self._open.let_go()
        if not (self._open.reports or more.refused or more.timed_out):
            self._calm = told

    def asked_on(self) -> None:
        """It is not being switched off any more, as where that was refused."""
        self._ending = False

    def asked_off(self, at: int) -> None:
        """That its services end now is no disturbance."""
        self._ending = True
        self.switched_off(at)

    def switched_off(self, at: int) -> bool:
        """By whoever asked for it, or all of it has ended: what was open ends as it stands then,
        and what began with that was none."""
        self._course = None
        reports = self._open.reports
        none = [one for one in reports.values() if not one.held or one.began_at >= at - SLACK_MS]
        self._open.drop(none)
        for report in reports.values():
            report.switch_off(at)
        self._open.let_go()
        return bool(reports)

    def _begin(
        self, course: Course, doings: Mapping[str, Doing], kind: Kind, cause: Cause
    ) -> DirectReport | None:
        met = _met(doings, kind)
        if not met or not self._open.is_due(course, kind, cause):
            return None
        at, service = cause.since_at, met[0]
        among = next(iter(self._open.reports.values()), None)
        before, failed = self._before(at) if among is None else (self._newest, among.failed_before)
        report = DirectReport(
            id=f"{service}//{kind}/{at}",
            service=service,
            group=None,
            kind=kind,
            what=cause.what,
            began_at=at,
            down_since_at=at,
            before=before,
            failed_before=failed,
            rate_before=self._rate(at) if among is None else among.rate_before,
        )
        return self._open.put(report, cause)

    def _before(self, at: int) -> tuple[Told | None, bool]:
        """From where parts that were given up are counted, and whether they were all along. Who
        died unseen is missed some seconds later: then it is from when none had been given up."""
        calm = self._calm
        lately = calm is not None and at - calm.at <= BEFORE_SECONDS * 1000
        if lately or calm is self._newest:
            return calm, False
        return self._newest, True

    def _rate(self, at: int) -> float | None:
        newest = self._newest
        if newest is None or at - newest.at > TOLD_EVERY_SECONDS * 1000:
            return None
        return self._finished.headline_rate()


def _met(doings: Mapping[str, Doing], kind: Kind) -> list[str]:
    return [name for name, one in doings.items() if kind in one.kinds]
