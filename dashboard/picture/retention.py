"""How long until retention removes what a group has not read yet (lag.md, case 4).

Rests on two movements alone, both as surveys found them: how the start of the log was moved (by
whatever: time, size, a person), and how the group's own commits moved meanwhile. Kafka moves a
start in steps, a segment or more at a time, so two steps must have been seen; between steps the
start is taken to go on evenly, which errs on the early side by at most the time between two.
Settings and the times of records are not asked: of a log whose start never moved while we watched,
nothing is known.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from typing import Any, Literal, NamedTuple

from dashboard.picture.rates import about

KEPT_STEPS = 8
"""Steps of one log start that the estimate rests on, at most."""
ONE_STEP_SECONDS = 5.0
"""What moves within this long is one step: two rules of retention may cut one after the other."""
FORGET_AFTER_SECONDS = 86_400.0
"""A step older than a day says nothing of tomorrow."""
PACE_AFTER_SECONDS = 10.0
"""A group is watched this long before its own pace is told: commits come in steps as well."""
PACE_OVER_SECONDS = 30.0
"""Its pace is the mean over this long at least, and twice as long at most."""

Retention = Literal["approaching", "not at this rate"]


class Outlook(NamedTuple):
    """Whether the start of the log comes nearer to what is unread; both None: not known."""

    retention: Retention | None = None
    seconds: float | None = None
    """Until the first unread event is removed; 0 where the start has reached it."""

    def wire(self) -> dict[str, Any]:
        seconds = None if self.seconds is None else about(self.seconds)
        return {"retention": self.retention, "retention_seconds": seconds}


NOT_KNOWN = Outlook()
NOT_AT_THIS_RATE = Outlook("not at this rate")


class _Step(NamedTuple):
    began_at: int
    at: int
    start: int
    """The start of the log after it."""


class StartSteps:
    """How the start of one log was moved."""

    __slots__ = ("_steps",)

    def __init__(self) -> None:
        self._steps: deque[_Step] = deque(maxlen=KEPT_STEPS)

    def moved(self, at: int, start: int) -> None:
        """A survey at `at` found the start further on than the one before it."""
        last = self._steps[-1] if self._steps else None
        if last is not None and at - last.began_at < ONE_STEP_SECONDS * 1000:
            self._steps[-1] = _Step(last.began_at, at, start)
        else:
            self._steps.append(_Step(at, at, start))

    def reaches(self, at: int, committed: int, pace: float | None) -> Outlook:
        """When the start comes to `committed`, which itself moves on by `pace` offsets a second."""
        steps = self._steps
        while steps and at - steps[0].at >= FORGET_AFTER_SECONDS * 1000:
            steps.popleft()
        if pace is None or len(steps) < 2 or steps[0].at >= steps[-1].at:
            return NOT_KNOWN
        first, last = steps[0], steps[-1]
        over = (last.at - first.at) / 1000
        between = over / (len(steps) - 1)
        since = max(0.0, (at - last.at) / 1000)
        # A step that is overdue makes the mean slower, and does not bring the start further.
        rate = (last.start - first.start) / (over + max(0.0, since - between))
        reached = last.start + rate * min(since, between)
        if rate <= pace:
            return NOT_AT_THIS_RATE
        return Outlook("approaching", max(0.0, (committed - reached) / (rate - pace)))


class CommitPace:
    """How fast the commits of one group move on one partition, over half a minute to a whole."""

    __slots__ = ("_before", "_since")

    def __init__(self) -> None:
        self._before: tuple[int, int] | None = None
        self._since: tuple[int, int] | None = None

    def survey(self, at: int, committed: int) -> float | None:
        """Offsets a second by now; None while that is not known yet, and after a step back."""
        since = self._since
        if since is None or committed < since[1]:
            self._before, self._since = None, (at, committed)
            return None
        anchor_at, anchor = self._before or since
        if at - since[0] >= PACE_OVER_SECONDS * 1000:
            self._before, self._since = since, (at, committed)
        span = (at - anchor_at) / 1000
        return (committed - anchor) / span if span >= PACE_AFTER_SECONDS else None


def soonest(outlooks: Iterable[Outlook]) -> Outlook:
    """Of several partitions or groups: the first that loses something; one unknown hides a no."""
    found = list(outlooks)
    seconds = [one.seconds for one in found if one.seconds is not None]
    if seconds:
        return Outlook("approaching", min(seconds))
    if not found or any(one.retention is None for one in found):
        return NOT_KNOWN
    return NOT_AT_THIS_RATE
