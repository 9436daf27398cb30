"""Services that read nothing: what they publish, and their reports when they are disturbed."""

from __future__ import annotations

from collections.abc import Collection

from dashboard.picture.disturbances import Kind
from dashboard.picture.following import Cause, Course
from dashboard.picture.kept_reports import KeptReports
from dashboard.picture.rates import Count
from dashboard.picture.settling import settle
from dashboard.picture.source_report import Output, Published, SourceReport
from dashboard.picture.tally import Tally

MAX_SOURCES = 500
"""Followed; as many as are taken from headers."""


class _Watch:
    def __init__(self) -> None:
        self.open: dict[Kind, SourceReport] = {}
        self.began: dict[Kind, int] = {}
        """Since when that lasted of which the newest report of a kind tells."""
        self.newest = Output(None, None, None)
        self._count = Count()
        self._grew_at: int | None = None

    def survey(
        self, at: int, published: Published | None, readers: Collection[str], tally: Tally
    ) -> None:
        more = 0 if published is None else published.since(self.newest.published) or 0
        self._count.add(at, more)
        if more:
            self._grew_at = at
        self.newest = Output(
            published=published,
            grew_at=self._grew_at,
            rate=None if published is None else self._count.headline_rate(),
            readers=frozenset(readers),
            waiting=tally.lag,
            lost=tally.lost,
        )


class SourceWatches:
    """Puts what it finds into `kept`. Each method says whether a report may have changed."""

    def __init__(self, kept: KeptReports) -> None:
        self._kept = kept
        self._watched: dict[str, _Watch] = {}

    def settle(self, at: int, service: str, course: Course) -> bool:
        """What the source does now, as its course has it."""
        watch = self._watched.get(service)
        if watch is None:
            return False

        def begin(kind: Kind, cause: Cause) -> SourceReport | None:
            return self._begin(service, watch, course, kind, cause)

        none = settle(
            at,
            course,
            watch.open,
            begin=begin,
            resume=lambda report, when: report.resume(when),
            newest=None,
        )
        for report in none:
            self._kept.drop(report)
        return bool(watch.open or none)

    def survey(
        self,
        at: int,
        service: str,
        published: Published | None,
        readers: Collection[str],
        tally: Tally,
    ) -> bool:
        """`tally`: of those `readers` together."""
        watch = self._watched.get(service)
        if watch is None:
            if len(self._watched) >= MAX_SOURCES:
                return False
            watch = self._watched[service] = _Watch()
        watch.survey(at, published, readers, tally)
        changed = bool(watch.open)
        for kind, report in list(watch.open.items()):
            report.survey(at, watch.newest)
            if report.state == "recovered" or not self._kept.has(report):
                del watch.open[kind]
        return changed

    def keep_only(self, services: Collection[str]) -> None:
        for name in [name for name in self._watched if name not in services]:
            del self._watched[name]

    def _begin(
        self, service: str, watch: _Watch, course: Course, kind: Kind, cause: Cause
    ) -> SourceReport | None:
        if kind == "outage" and course.silent and watch.open:
            return None  # who is not heard again yet is still on its way back
        if watch.began.get(kind) == cause.since_at:
            return None
        at = cause.since_at
        report = SourceReport(
            id=f"{service}//{kind}/{at}",
            service=service,
            group=None,
            kind=kind,
            what=cause.what,
            began_at=at,
            down_since_at=at,
            before=watch.newest,
            newest=watch.newest,
        )
        watch.open[kind], watch.began[kind] = report, at
        self._kept.add(report)
        return report
