"""One recovery report: from a disturbance to calm."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from dashboard.picture.backlog import Backlog
from dashboard.picture.disturbances import MOMENTARY
from dashboard.picture.stretch import Stretch
from dashboard.picture.tally import Calm, Tally, difference

GROWTH_SECONDS = 1.0
"""Between two surveys whose difference is told as a speed, at least."""


@dataclass(slots=True, kw_only=True)
class Report(Stretch):
    """Of those who read; without a group it is about several together."""

    before: Tally
    lost_before: int | None
    """What was lost already, as it was last known."""
    lag_before: int
    """The largest of the ten seconds before: at most this is calm again."""
    lag_highest: int | None
    """None: nothing could be measured since it began."""
    highest_at: int
    first: tuple[int, int] | None = None
    """When it was measured first since it began, and what waited then."""
    backlog: Backlog = field(default_factory=Backlog)
    at_resume: Tally | None = None
    calm: Calm = field(default_factory=Calm)
    after: Tally | None = None
    newest: Tally | None = None
    readers: int = 1
    """Groups that it is about."""

    def survey(self, at: int, tally: Tally) -> None:
        self.newest = tally
        self.backlog.take(at, tally.lag)
        if self.some is not None and self.over_at is None:
            self.some.survey(at, tally, self.lag_before)
        if tally.lag is not None and self.first is None:
            self.first = at, tally.lag
        if tally.lag is not None and (self.lag_highest is None or tally.lag > self.lag_highest):
            self.lag_highest, self.highest_at = tally.lag, at
        # Who reads fast has read much of it again before it was measured how much there was.
        if self.kind == "rewind":
            again = self._difference("again") or 0
            self.lag_highest = max(again, self.lag_highest or 0)
        if self.state == "down":
            return
        if self.at_resume is None:
            self.at_resume = tally
        self.after = tally
        self.calm.take(at, tally, self.lag_before)
        if self.calm.reached:
            self.state, self.ended_at = "recovered", self.calm.since_at

    def wait(self) -> None:
        Stretch.wait(self)
        self.at_resume = None

    def resume(self, at: int, tally: Tally | None) -> None:
        """From now on it catches up."""
        self.state, self.resumed_at, self.at_resume = "catching up", at, tally
        self.calm = Calm()

    def _difference(self, name: str) -> int | None:
        """What was counted since it began."""
        return difference(self.newest, self.before, name)

    def wire(self, *, measured: bool = True) -> dict[str, Any]:
        """`measured`: the newest survey is of now; else nobody knows what waits."""
        over = self.ended_at is not None and self.resumed_at is not None
        catch_up = self._catch_up_seconds()
        return {
            **self._wire(),
            "lag_before": self.lag_before,
            "lag_highest": self.lag_highest,
            "backlog": self.backlog.wire(self.began_at, self.ended_at),
            "lag": self.newest.lag if self.newest is not None and measured and not over else None,
            "readers": self.readers,
            "growth_per_second": self._growth(),
            "catch_up_seconds": None if catch_up is None else round(catch_up, 1),
            "catch_up_rate": self._catch_up_rate(catch_up),
            "read_again": self._difference("again") if self.kind == "rewind" else None,
            "written": difference(self.after, self.before, "written") if over else None,
            "replayed": difference(self.after, self.before, "replayed") if over else None,
            "published": difference(self.after, self.before, "published") if over else None,
            "handled": difference(self.after, self.before, "handled") if over else None,
            "lost": self._lost() if over else None,
            "duplicates": difference(self.after, self.before, "duplicates") if over else None,
            "duplicates_at_least": self._duplicates_at_least() if over else None,
            "replayed_at_least": not self.after.replays_seen if over and self.after else None,
        }

    def _duplicates_at_least(self) -> bool:
        """Whether there may have been more than were counted over it."""
        after = self.after
        if after is None or after.doubted is not False:
            return True
        return after.hidden_until is not None and after.hidden_until >= self.began_at

    def _lost(self) -> int | None:
        found = difference(self.after, self.before, "lost")
        if found is not None or self.after is None or self.after.lost is None:
            return found
        # By a count from before it began: nothing lost since then is nothing lost over it, but of
        # anything else it is not known when that was lost.
        return 0 if self.after.lost == self.lost_before else None

    def _growth(self) -> float | None:
        # What waited already is no growth of it, nor what came between the last survey and its
        # beginning.
        if self.kind in MOMENTARY or self.lag_highest is None or self.first is None:
            return None
        at, lag = self.first
        seconds = (self.highest_at - at) / 1000
        return None if seconds < GROWTH_SECONDS else round((self.lag_highest - lag) / seconds, 1)

    def _catch_up(self) -> tuple[int, Tally | None, int, Tally | None] | None:
        """From when until when it caught up, with the counters then: from the resume until calm,
        and where others had taken over what some had held, from then."""
        if self.ended_at is None or self.resumed_at is None:
            return None
        end = self.ended_at, self.calm.tally
        some = self.some
        if some is None or some.taken_over_at is None:
            return self.resumed_at, self.at_resume, *end
        if some.calm.reached and some.calm.since_at is not None:
            end = some.calm.since_at, some.calm.tally
        return some.taken_over_at, some.at_takeover, *end

    def _catch_up_seconds(self) -> float | None:
        found = self._catch_up()
        return None if found is None else max(0.0, (found[2] - found[0]) / 1000)

    def _catch_up_rate(self, seconds: float | None) -> float | None:
        found = self._catch_up()
        handled = None if found is None else difference(found[3], found[1], "handled")
        return None if not seconds or handled is None else round(handled / seconds, 1)
