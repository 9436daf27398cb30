"""What the recovery reports follow: what goes on with a service, and how those it meets stand."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

from dashboard.picture.disturbances import STANDING, Doing, Kind
from dashboard.picture.report import Report
from dashboard.picture.tally import Tally

BEFORE_SECONDS = 10.0
"""Calm is judged by the largest lag of this long before the disturbance."""
MAX_LAGS = 64
"""Lags remembered from before: more than ten seconds of the fastest survey."""


@dataclass(frozen=True, slots=True)
class Cause:
    since_at: int
    what: str | None = None


class Subject:
    """What reports are about: its lag before, its newest counters, the reports that are open."""

    def __init__(self) -> None:
        self.lags: deque[tuple[int, int]] = deque(maxlen=MAX_LAGS)
        self.newest: Tally | None = None
        self.newest_at = 0
        self.lost: int | None = None
        """The newest count of what was lost, where the newest survey knew none: a broker that dies
        in the midst of one leaves the answers without a beginning of the log."""
        self.passes_began: int | None = None
        """New passes that were seen to begin until its newest survey."""
        self.open: dict[Kind, Report] = {}
        self.began: dict[Kind, int] = {}
        """Since when that lasted of which the newest report of a kind tells."""

    def calm(self, since_at: int) -> int | None:
        """The lag that is calm for what began at `since_at`; None: nothing to come back to yet."""
        for report in self.open.values():
            return report.lag_before
        # Where it was disturbed otherwise all the while, calm is what it last was.
        recent = [lag for when, lag in self.lags if when >= since_at - BEFORE_SECONDS * 1000]
        if self.lags:
            return max(recent or [lag for _, lag in self.lags])
        if self.newest is None or self.newest_at < since_at:
            return None
        return self.newest.lag


@dataclass(slots=True)
class Scaling:
    """All that was asked of the number of instances, until it has settled and is caught up."""

    first: int
    furthest: int
    newest: int

    def to(self, instances: int) -> None:
        self.newest = instances
        if abs(instances - self.first) > abs(self.furthest - self.first):
            self.furthest = instances

    def __str__(self) -> str:
        """ "1 to 3 instances"; "1 to 3 instances and back"."""
        back = self.newest == self.first
        to = self.furthest if back else self.newest
        return f"{self.first} to {to} instance{'' if to == 1 else 's'}{' and back' if back else ''}"


@dataclass(slots=True)
class Course:
    """What goes on with one service, or with several groups at once, and whom it meets."""

    subjects: dict[str | None, Subject] = field(default_factory=dict)
    """By group; None: several together."""
    causes: dict[Kind, Cause] = field(default_factory=dict)
    doing: Doing | None = None
    worked: bool = False
    """It was seen at work: only then can something have disturbed it."""
    at_work_since: int | None = None
    plugged_in_at: int | None = None
    scaling: Scaling | None = None

    @property
    def stands(self) -> bool:
        return bool(STANDING & self.causes.keys())

    @property
    def silent(self) -> bool:
        return self.doing is not None and self.doing.silent

    @property
    def at_work(self) -> bool:
        return self.doing is not None and self.doing.at_work

    def take(self, at: int, doing: Doing) -> None:
        kinds = set(doing.kinds | (doing.hidden & self.causes.keys()))
        within = STANDING & self.causes.keys() - {"outage"}
        if doing.silent and within:
            # Not heard yet after what was done to it: that is not over, and nothing else began.
            kinds = (kinds - {"outage"}) | within
        if not doing.settled:
            kinds |= STANDING & self.causes.keys()
        if "scale" in self.causes and not (doing.settled and doing.moved):
            kinds.add("scale")
        for kind in [kind for kind in self.causes if kind not in kinds]:
            del self.causes[kind]
        for kind in sorted(kinds - self.causes.keys()) if self.worked else ():
            self.causes[kind] = Cause(at)
        if not doing.at_work:
            self.at_work_since = None
        elif self.at_work_since is None:
            self.at_work_since = at
        self.worked = self.worked or doing.has_worked
        self.doing = doing
