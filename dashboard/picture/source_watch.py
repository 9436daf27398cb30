"""Services that read nothing: what they publish, and their reports when they are disturbed."""

from __future__ import annotations

from collections.abc import Collection

from dashboard.picture.disturbances import Kind
from dashboard.picture.following import Cause, Course
from dashboard.picture.kept_reports import KeptReports
from dashboard.picture.opened import Opened
from dashboard.picture.rates import Count
from dashboard.picture.settling import settle
from dashboard.picture.source_report import Output, Published, SourceReport
from dashboard.picture.tally import Tally

MAX_SOURCES = 500
"""Followed; as many as are taken from headers."""


class _Watch:
    def __init__(self, kept: KeptReports) -> None:
        self.open = Opened[SourceReport](kept)
        self.newest = Output(None, None, None)
        self.surveyed_at = 0
        self._count = Count()
        self._grew_at: int | None = None

    def survey(
        self, at: int, published: Published | None, readers: Collection[str], tally: Tally
    ) -> None:
        more = None if published is None else published.since(self.newest.published)
        if more is None:  # nor is it known what came since the survey before
            self._count, self._grew_at = Count(), None
        elif more:
            self._grew_at = at
        self._count.add(at, more or 0)
        self.surveyed_at = at
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

    def settle(self, at: int, service: str, course: Course, *, source: bool) -> bool:
        """What the source does now, as its course has it. Where it is none any more, its open
        reports come to their end, and none begins."""
        watch = self._watched.get(service)
        if watch is None:
            return False

        def begin(kind: Kind, cause: Cause) -> SourceReport | None:
            return self._begin(service, watch, course, kind, cause) if source else None

        none = settle(
            at,
            course,
            watch.open.reports,
            begin=begin,
            resume=lambda report, when: report.resume(when),
            newest=None,
        )
        watch.open.drop(none)
        return bool(watch.open.reports or none)

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
            watch = self._watched[service] = _Watch(self._kept)
        watch.survey(at, published, readers, tally)
        changed = bool(watch.open.reports)
        for report in watch.open.reports.values():
            report.survey(at, watch.newest)
        watch.open.let_go()
        return changed

    def lasts(self, service: str) -> bool:
        """Whether a report is open about it, whatever it has become since."""
        watch = self._watched.get(service)
        return watch is not None and bool(watch.open.reports)

    def keep_only(self, services: Collection[str]) -> None:
        """Services that are not known any more are not followed. One with an open report is, so
        that the report ends when it comes back."""
        for name, watch in list(self._watched.items()):
            watch.open.let_go()
            if name not in services and not watch.open.reports:
                del self._watched[name]

    def _begin(
        self, service: str, watch: _Watch, course: Course, kind: Kind, cause: Cause
    ) -> SourceReport | None:
        if not watch.open.is_due(course, kind, cause):
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
        report.count(watch.surveyed_at, watch.newest)
        return watch.open.put(report, cause)
