"""Recovery reports: from a disturbance to calm, one for each kind and for each group it meets.

Several disturbances at once each have a report of their own. What calm is was settled before the
first of them, and nothing counts as catching up while one of them keeps the service standing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from dashboard.picture.disturbances import Doing, Kind
from dashboard.picture.following import Cause, Course, Scaling, Subject
from dashboard.picture.kept_reports import KeptReports
from dashboard.picture.passes import Passes
from dashboard.picture.report import Report
from dashboard.picture.settling import settle
from dashboard.picture.some_of import SomeOf
from dashboard.picture.tally import NOTHING_YET, Tally

MAX_COURSES = 2_000
"""Services followed, each by itself and as a source: as many as there can be in the picture."""


class Reports:
    def __init__(self) -> None:
        self.kept = KeptReports()
        self._courses: dict[tuple[str, bool], Course] = {}
        """By service, and whether it is about the groups that read what it writes."""

    # ---- what happens

    def doing(self, at: int, service: str, doing: Doing, *, together: bool = False) -> bool:
        """Take what a service does now; whether that is anything new.

        `together`: what it does meets several groups at once, as a flood does.
        """
        course = self._course(service, together)
        if course.doing == doing:
            return False
        course.take(at, doing)
        for group, subject in course.subjects.items():
            self._settle(at, service, group, course, subject)
        return True

    def scaled(self, at: int, service: str, was: int, now: int) -> None:
        """The number of its instances changes; that is over once they have settled.

        Changed again meanwhile, it is one change: from the first number to the last.
        """
        course = self._course(service, False)
        if not course.worked:
            return
        open_ones = [one.open["scale"] for one in course.subjects.values() if "scale" in one.open]
        if course.scaling is None or not (open_ones or "scale" in course.causes):
            course.scaling = Scaling(was, was, was)
        course.scaling.to(now)
        for report in open_ones:
            report.what = str(course.scaling)
        course.causes["scale"] = Cause(at, str(course.scaling))
        course.doing = None
        for group, subject in course.subjects.items():
            self._settle(at, service, group, course, subject)

    def course(self, service: str) -> Course | None:
        """What goes on with a service; without subjects no group is met."""
        return self._courses.get((service, False))

    def scaling(self, service: str) -> bool:
        """Whether the number of its instances changes just now."""
        course = self._courses.get((service, False))
        return course is not None and "scale" in course.causes

    def plugged_in(self, at: int, service: str) -> None:
        """It starts for the first time, beside others that were there all along."""
        self._course(service, False).plugged_in_at = at

    def survey(
        self,
        at: int,
        service: str,
        group: str | None,
        tally: Tally,
        *,
        passes: Passes | None = None,
        steady: int = 0,
        disturbed: bool = False,
        readers: int = 1,
    ) -> bool:
        """Take one survey of a service's group; whether a report changed.

        `passes`: of its ledger. `steady`: the lag at which one who reads along can be.
        `disturbed`: of several groups together one has a report of its own that is open; or the
        other way round.
        `readers`: how many groups it is about.
        """
        course = self._course(service, group is None)
        subject = course.subjects.setdefault(group, Subject())
        before, subject.newest, subject.newest_at = subject.newest, tally, at
        if passes is not None:
            if subject.passes_began is not None and passes.began > subject.passes_began:
                self._rewound(at, service, group, subject, f"pass {passes.number}", before)
            subject.passes_began = passes.began
        if course.plugged_in_at is not None and tally.lag is not None:
            self._plugged_in(service, group, course, subject, steady, before)
        self._settle(at, service, group, course, subject)
        subject.lost = subject.lost if tally.lost is None else tally.lost
        if not subject.open:
            calm = course.at_work and not course.causes and not disturbed
            if tally.lag is not None and calm:
                subject.lags.append((at, tally.lag))
            return False
        for kind, report in list(subject.open.items()):
            report.readers = readers
            report.survey(at, tally)
            if report.state == "recovered":
                del subject.open[kind]
        if not subject.open:
            subject.lags.clear()
            subject.lags.append((at, tally.lag or 0))
        return True

    def keep_only(
        self, followed: Collection[tuple[str, str | None]], services: Collection[str]
    ) -> None:
        """Groups that are gone, or that no service names any more, are no longer followed, and
        services that are not known any more neither.

        One with an open report stays, so that the report ends when the group comes back.
        """
        for key, course in list(self._courses.items()):
            service, _ = key
            for subject in course.subjects.values():
                subject.open = {k: one for k, one in subject.open.items() if self.kept.has(one)}
            course.subjects = {
                group: subject
                for group, subject in course.subjects.items()
                if (service, group) in followed or subject.open
            }
            if service not in services and not course.subjects:
                del self._courses[key]

    def lasts(self, service: str, group: str | None, kind: Kind | None = None) -> bool:
        """Whether a report, or one of this kind, is open about a group, or about several."""
        course = self._courses.get((service, group is None))
        subject = course.subjects.get(group) if course is not None else None
        if subject is None:
            return False
        return bool(subject.open) if kind is None else kind in subject.open

    def of_some(self, service: str) -> Iterator[tuple[str, SomeOf]]:
        """Groups with an open report of some instances that are down while others are not."""
        course = self._courses.get((service, False))
        for group, subject in course.subjects.items() if course is not None else ():
            for report in subject.open.values():
                if group is not None and report.some is not None and report.over_at is None:
                    yield group, report.some

    # ---- what follows from it

    def _settle(
        self, at: int, service: str, group: str | None, course: Course, subject: Subject
    ) -> None:
        """Reports begin, are over, wait and go on as the causes say."""
        none = settle(
            at,
            course,
            subject.open,
            begin=lambda kind, cause: self._begin(service, group, course, subject, kind, cause),
            resume=lambda report, when: report.resume(when, subject.newest),
            newest=subject.newest,
        )
        for report in none:
            self.kept.drop(report)

    def _begin(
        self,
        service: str,
        group: str | None,
        course: Course,
        subject: Subject,
        kind: Kind,
        cause: Cause,
    ) -> Report | None:
        if kind == "outage" and course.silent and subject.open:
            return None  # who is not heard again yet is still on its way back
        calm = subject.calm(cause.since_at)
        if calm is None or subject.newest is None or subject.began.get(kind) == cause.since_at:
            return None
        return self._open(service, group, subject, kind, cause, calm, subject.newest)

    def _rewound(
        self,
        at: int,
        service: str,
        group: str | None,
        subject: Subject,
        what: str,
        before: Tally | None,
    ) -> None:
        """A new pass: what was read is to be read again. Partitions begin it one after another."""
        if "rewind" in subject.open:
            subject.open["rewind"].what = what
            return
        calm = subject.calm(at) if subject.open or subject.lags else before and before.lag
        if calm is None or before is None:
            return
        report = self._open(service, group, subject, "rewind", Cause(at, what), calm, before)
        report.held, report.over_at = True, at

    def _plugged_in(
        self,
        service: str,
        group: str | None,
        course: Course,
        subject: Subject,
        steady: int,
        before: Tally | None,
    ) -> None:
        at, course.plugged_in_at = course.plugged_in_at, None
        assert at is not None
        # Who has handled nothing has nothing lost and nothing twice, though nobody counted it yet.
        known = before if before is not None and before.handled else NOTHING_YET
        report = self._open(service, group, subject, "plug in", Cause(at), steady, known)
        report.held, report.over_at = True, at

    def _open(
        self,
        service: str,
        group: str | None,
        subject: Subject,
        kind: Kind,
        cause: Cause,
        calm: int,
        before: Tally,
    ) -> Report:
        at = cause.since_at
        report = Report(
            id=f"{service}/{group or ''}/{kind}/{at}",
            service=service,
            group=group,
            kind=kind,
            what=cause.what,
            began_at=at,
            before=before,
            lost_before=subject.lost,
            lag_before=calm,
            # While the brokers are away nothing can be measured.
            lag_highest=None if kind == "broker" else calm if before.lag is None else before.lag,
            highest_at=at,
            down_since_at=at,
        )
        report.backlog.take(at, before.lag)
        subject.open[kind], subject.began[kind] = report, at
        self.kept.add(report)
        return report

    def _course(self, service: str, together: bool) -> Course:
        key = (service, together)
        if key not in self._courses and len(self._courses) >= MAX_COURSES:
            del self._courses[next(iter(self._courses))]
        return self._courses.setdefault(key, Course())
