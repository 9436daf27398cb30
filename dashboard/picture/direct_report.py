"""The report of the line of direct calls: what a disturbance took away, for nothing waits there.

A part that its source has given up, for it was refused or nobody answered in time, is on no log:
nobody comes back for it. Only the sources' calls are parts; those between the services behind them
are of the same parts, and so are further tries.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from dashboard.picture.calls import Totals
from dashboard.picture.stretch import Stretch

CALM_SECONDS = 2.0
"""A line that finishes parts and has given none up for so long is well again: twice as long as its
sources take to tell of themselves."""
MAX_MET = 100
"""Services that one report names."""


class Told(NamedTuple):
    """What the sources of the line had counted when they told of it."""

    at: int
    parts: Totals
    processes: int
    """Counted from their starts so far: where one more has begun, another has ended, and what it
    had in hand then, or had not told yet, was counted by nobody."""


@dataclass(slots=True, kw_only=True)
class DirectReport(Stretch):
    services: list[str] = field(default_factory=list)
    """Those of the line that were disturbed, in the order in which they were."""
    before: Told | None
    """The newest of before; None: nothing was told ever."""
    failed_before: bool
    """Parts were given up all along: that they still are does not keep it open."""
    rate_before: float | None
    """Finished parts a second, of the last three."""
    shared: bool = False
    """Another report of the line was open meanwhile: it counts some of the same parts."""
    switched_off: bool = False
    """It ended because the line was switched off."""
    again_seconds: float | None = None
    newest: Told | None = None
    """The newest from when it began until it ended."""
    _first: Told | None = None
    _until: Told | None = None
    """The newest before it was back."""
    _calm_since: Told | None = None
    """From when on parts are finished and none was given up."""

    def meets(self, services: Iterable[str]) -> None:
        for name in services:
            if name not in self.services and len(self.services) < MAX_MET:
                self.services.append(name)

    def told(self, told: Told) -> None:
        last, self.newest = self.newest or self.before or told, told
        self._first = self._first or told
        if self.resumed_at is None:
            self._until = told
            return
        if last.at < self.resumed_at:
            return  # what was finished before it was back may be among these
        more = told.parts.minus(last.parts)
        if more.done and self.again_seconds is None and self.kind != "slow":
            self.again_seconds = max(0.0, (told.at - self.resumed_at) / 1000)
        if (more.refused or more.timed_out) and not self.failed_before:
            self._calm_since = None
        elif self._calm_since is None:
            self._calm_since = told if more.done else None
        elif told.at - self._calm_since.at >= CALM_SECONDS * 1000:
            # What is given up after its end is of no disturbance.
            self.newest = self._calm_since
            self.state, self.ended_at = "recovered", self._calm_since.at

    def wait(self) -> None:
        Stretch.wait(self)
        self._calm_since = self.again_seconds = None

    def resume(self, at: int) -> None:
        """From now on a part can come through."""
        self.state, self.resumed_at = "catching up", at

    def switch_off(self, at: int) -> None:
        """The line is there no more: this is how it ended."""
        self.is_over(at)
        self.state, self.ended_at, self.switched_off = "recovered", at, True

    def wire(self, *, measured: bool = True) -> dict[str, Any]:
        """`measured`: the sources can be heard; else nobody knows how many parts there are now."""
        heard = measured or self.ended_at is not None
        finished, gone = self._finished() if heard else None, self._gone() if heard else None
        return {
            **self._wire(),
            "direct": True,
            "services": list(self.services),
            "rate_before": None if self.rate_before is None else round(self.rate_before, 1),
            "again_seconds": None if self.again_seconds is None else round(self.again_seconds, 1),
            "finished": finished,
            "refused": None if gone is None else gone.refused,
            "timed_out": None if gone is None else gone.timed_out,
            "retried": None if gone is None else gone.retried,
            "at_least": self._at_least(),
            "shared": self.shared,
            "switched_off": self.switched_off,
        }

    def _finished(self) -> int | None:
        if self._first is None or self._until is None:
            return None
        return self._until.parts.minus(self._first.parts).done

    def _gone(self) -> Totals | None:
        """Since before it began: what was counted then had not come to its end yet."""
        if self.newest is None or self.before is None:
            return None
        return self.newest.parts.minus(self.before.parts)

    def _at_least(self) -> bool:
        """What a source had in hand when it ended was counted by nobody."""
        if self.switched_off:
            return True
        if self.newest is None or self.before is None:
            return False
        return self.newest.processes > self.before.processes
