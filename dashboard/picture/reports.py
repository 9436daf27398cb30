"""Recovery reports: from a disturbance of a service to calm, one for each group it reads in."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from dashboard.picture.states import DOWN, State

MAX_REPORTS = 50
BEFORE_SECONDS = 10.0
"""Calm is judged by the largest lag of this long before the disturbance."""
CALM_SURVEYS = 2
"""This many surveys in a row at the old lag are calm."""
MAX_UNMEASURED = 1_000
"""Services paused before they were measured: as many as there can be in the picture."""
MAX_LAGS = 64
"""Lags remembered from before: more than ten seconds of the fastest survey."""

Kind = Literal["pause", "outage"]
Phase = Literal["down", "catching up", "recovered"]

DISTURBED: frozenset[State] = DOWN | {"pausing", "paused"}
_PAUSING: frozenset[State] = frozenset(("pausing", "paused"))
_HELD: frozenset[State] = DOWN | {"paused"}
_BACK: frozenset[State] = frozenset(("running", "slow", "reading"))


class Tally(NamedTuple):
    """The group's counters at one survey; None: not known."""

    lag: int | None
    handled: int | None
    lost: int | None
    duplicates: int | None


@dataclass(slots=True)
class Report:
    id: str
    service: str
    group: str
    kind: Kind
    began_at: int
    before: Tally
    lag_before: int
    """The largest of the ten seconds before."""
    lag_highest: int
    highest_at: int
    state: Phase = "down"
    held: bool = False
    """It really stood still; a pause that was refused leaves no report."""
    resumed_at: int | None = None
    down_before_seconds: float = 0.0
    """Time down in earlier stretches, where it went down again while it caught up."""
    down_since_at: int = 0
    at_resume: Tally | None = None
    at_calm: Tally | None = None
    calm_since_at: int | None = None
    calm_surveys: int = 0
    ended_at: int | None = None
    after: Tally | None = None

    def survey(self, at: int, tally: Tally) -> None:
        if tally.lag is not None and tally.lag > self.lag_highest:
            self.lag_highest, self.highest_at = tally.lag, at
        if self.state == "down":
            return
        if self.at_resume is None:
            self.at_resume = tally
        self.after = tally
        if tally.lag is None or tally.lag > self.lag_before:
            self.calm_surveys, self.calm_since_at = 0, None
            return
        self.calm_surveys += 1
        if self.calm_since_at is None:
            self.calm_since_at, self.at_calm = at, tally
        if self.calm_surveys >= CALM_SURVEYS:
            self.state, self.ended_at = "recovered", self.calm_since_at

    def resume(self, at: int, tally: Tally | None) -> None:
        self.state, self.resumed_at, self.at_resume = "catching up", at, tally
        self.down_before_seconds += (at - self.down_since_at) / 1000
        self.calm_surveys, self.calm_since_at = 0, None

    def go_down(self, at: int) -> None:
        self.state, self.resumed_at, self.at_resume = "down", None, None
        self.down_since_at = at

    def wire(self) -> dict[str, Any]:
        over = self.ended_at is not None and self.resumed_at is not None
        catch_up = None
        if self.ended_at is not None and self.resumed_at is not None:
            catch_up = max(0.0, (self.ended_at - self.resumed_at) / 1000)
        growing = (self.highest_at - self.began_at) / 1000
        return {
            "id": self.id,
            "service": self.service,
            "group": self.group,
            "kind": self.kind,
            "state": self.state,
            "began_at": self.began_at,
            "resumed_at": self.resumed_at,
            "ended_at": self.ended_at,
            "lag_before": self.lag_before,
            "lag_highest": self.lag_highest,
            "growth_per_second": round((self.lag_highest - self.lag_before) / growing, 1)
            if growing > 0
            else None,
            "down_seconds": None if self.resumed_at is None else round(self.down_before_seconds, 1),
            "catch_up_seconds": None if catch_up is None else round(catch_up, 1),
            "catch_up_rate": self._catch_up_rate(catch_up),
            "handled": _difference(self.after, self.before, "handled") if over else None,
            "lost": _difference(self.after, self.before, "lost") if over else None,
            "duplicates": _difference(self.after, self.before, "duplicates") if over else None,
        }

    def _catch_up_rate(self, seconds: float | None) -> float | None:
        handled = _difference(self.at_calm, self.at_resume, "handled")
        if self.ended_at is None or not seconds or handled is None:
            return None
        return round(handled / seconds, 1)


def _difference(after: Tally | None, before: Tally | None, name: str) -> int | None:
    if after is None or before is None:
        return None
    high, low = getattr(after, name), getattr(before, name)
    return None if high is None or low is None else int(high - low)


class GroupReports:
    """The lag of one group before, and the report that is open."""

    def __init__(self) -> None:
        self.lags: deque[tuple[int, int]] = deque(maxlen=MAX_LAGS)
        self.newest: Tally | None = None
        self.open: Report | None = None
        self.began_at: int | None = None
        """Of the newest report."""


class Reports:
    def __init__(self) -> None:
        self._kept: dict[str, Report] = {}
        self._unmeasured: dict[str, int] = {}
        """Service -> since when it is paused, where no survey had seen it run before."""
        self._groups: dict[tuple[str, str], GroupReports] = {}

    def survey(self, at: int, service: str, group: str, state: State, tally: Tally) -> str | None:
        """Take one survey of a service's group; gives the id of the report that changed."""
        watch = self._groups.setdefault((service, group), GroupReports())
        watch.newest = tally
        report = watch.open
        if report is None:
            if tally.lag is None:
                return None
            if state in _BACK:
                watch.lags.append((at, tally.lag))
                return None
            since = self._unmeasured.get(service)
            if since is None or since == watch.began_at or state not in _PAUSING:
                return None
            report = self._open(since, service, group, watch, "pause", tally, tally.lag)
            report.held = state in _HELD
        report.survey(at, tally)
        if report.state == "recovered":
            watch.open = None
            watch.lags.clear()
            watch.lags.append((at, tally.lag or 0))
        return report.id

    def keep_only(self, groups: set[tuple[str, str]]) -> None:
        """Groups that are gone, or that no service names any more, are no longer followed.

        One with an open report stays, so that the report ends when the group comes back.
        """
        self._groups = {
            key: watch
            for key, watch in self._groups.items()
            if key in groups or watch.open is not None
        }

    def state(self, at: int, service: str, state: State, before: State) -> None:
        """Take a change of a service's state: reports may begin, go on, or be dropped."""
        if state not in _PAUSING:
            self._unmeasured.pop(service, None)
        elif before in _BACK:
            # Where a lag is known the report begins below, otherwise with the next survey.
            self._unmeasured[service] = at
            if len(self._unmeasured) > MAX_UNMEASURED:
                del self._unmeasured[next(iter(self._unmeasured))]
        for (name, group), watch in list(self._groups.items()):
            if name != service:
                continue
            if state in DISTURBED:
                self._disturbed(at, service, group, watch, state)
            elif state in _BACK:
                self._back(at, watch)

    def _disturbed(
        self, at: int, service: str, group: str, watch: GroupReports, state: State
    ) -> None:
        report = watch.open
        if report is None:
            report = self._begin(at, service, group, watch, state)
        elif report.state == "catching up":
            report.go_down(at)
        if report is not None and state in _HELD:
            report.held = True

    def _begin(
        self, at: int, service: str, group: str, watch: GroupReports, state: State
    ) -> Report | None:
        since = at - BEFORE_SECONDS * 1000
        lags = [lag for when, lag in watch.lags if when >= since]
        if not lags or watch.newest is None:
            # Nothing to come back to: it did not run before, or its lag was not known.
            return None
        kind: Kind = "pause" if state in _PAUSING else "outage"
        return self._open(at, service, group, watch, kind, watch.newest, max(lags))

    def _open(
        self,
        at: int,
        service: str,
        group: str,
        watch: GroupReports,
        kind: Kind,
        before: Tally,
        lag_before: int,
    ) -> Report:
        report = Report(
            id=f"{service}/{group}/{at}",
            service=service,
            group=group,
            kind=kind,
            began_at=at,
            before=before,
            lag_before=lag_before,
            lag_highest=before.lag if before.lag is not None else lag_before,
            highest_at=at,
            down_since_at=at,
        )
        watch.open, watch.began_at = report, at
        self._kept[report.id] = report
        self._cap()
        return report

    def _back(self, at: int, watch: GroupReports) -> None:
        report = watch.open
        if report is None:
            return
        if not report.held:
            watch.open = None
            del self._kept[report.id]
        elif report.state == "down":
            report.resume(at, watch.newest)

    def _cap(self) -> None:
        """The oldest makes room, an ended one before an open one."""
        while len(self._kept) > MAX_REPORTS:
            ended = (key for key, report in self._kept.items() if report.state == "recovered")
            oldest = next(ended, next(iter(self._kept)))
            for watch in self._groups.values():
                if watch.open is not None and watch.open.id == oldest:
                    watch.open = None
            del self._kept[oldest]

    def get(self, report_id: str) -> Report | None:
        return self._kept.get(report_id)

    def ids(self) -> list[str]:
        return list(self._kept)
