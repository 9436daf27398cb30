"""One recovery report: from a disturbance to calm."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from dashboard.picture.disturbances import MOMENTARY, Kind

CALM_SURVEYS = 2
"""This many surveys in a row at the old lag are calm."""

Phase = Literal["down", "catching up", "recovered"]


class Tally(NamedTuple):
    """The counters of what a report is about at one survey; None: not known."""

    lag: int | None
    handled: int | None
    lost: int | None
    duplicates: int | None
    published: int | None = None
    """Once for each group: what was there for it to handle."""
    again: int | None = None
    """Read again, since the watch began."""
    replayed: int | None = None
    """Written again because it was read again, since the watch began."""
    written: int | None = None
    """To the logs that are read, each event once, since the watch began."""


NOT_KNOWN = Tally(None, None, None, None)
NOTHING_YET = Tally(None, 0, 0, 0, 0)


def summed(tallies: Iterable[Tally], written: int | None) -> Tally:
    """Of several groups; a sum with an unknown part is unknown. What was `written` is no sum: each
    of the groups has read the same."""
    columns = zip(*tallies, strict=True)
    whole = Tally(*(None if None in column else sum(column) for column in columns))
    return whole._replace(written=written)


@dataclass(slots=True)
class Report:
    id: str
    service: str
    group: str | None
    """None: it is about several groups together."""
    kind: Kind
    what: str | None
    """What happened in particular, such as "1 to 3 instances"."""
    began_at: int
    before: Tally
    lag_before: int
    """The largest of the ten seconds before: at most this is calm again."""
    lag_highest: int | None
    """None: nothing could be measured since it began."""
    highest_at: int
    down_since_at: int
    state: Phase = "down"
    held: bool = False
    """It really was disturbed; a pause that was refused leaves no report."""
    over_at: int | None = None
    """When the disturbance itself was over; another may last."""
    resumed_at: int | None = None
    down_before_seconds: float = 0.0
    """Time down in earlier stretches, where it went down again while it caught up."""
    at_resume: Tally | None = None
    at_calm: Tally | None = None
    calm_since_at: int | None = None
    calm_surveys: int = 0
    ended_at: int | None = None
    after: Tally | None = None
    newest: Tally | None = None
    readers: int = 1
    """Groups that it is about."""

    def survey(self, at: int, tally: Tally) -> None:
        self.newest = tally
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
        if tally.lag is None or tally.lag > self.lag_before:
            self.calm_surveys, self.calm_since_at = 0, None
            return
        self.calm_surveys += 1
        if self.calm_since_at is None:
            self.calm_since_at, self.at_calm = at, tally
        if self.calm_surveys >= CALM_SURVEYS:
            self.state, self.ended_at = "recovered", self.calm_since_at

    def lasts(self, at: int) -> None:
        """Its disturbance is there, or is there again."""
        if self.over_at is not None:
            self.over_at, self.down_since_at = None, at
        self.wait()

    def is_over(self, at: int) -> None:
        """Its disturbance is over."""
        if self.over_at is None:
            self.over_at = at
            self.down_before_seconds += (at - self.down_since_at) / 1000

    def wait(self) -> None:
        """Nothing can be caught up just now."""
        self.state, self.resumed_at, self.at_resume = "down", None, None

    def resume(self, at: int, tally: Tally | None) -> None:
        """From now on it catches up."""
        self.state, self.resumed_at, self.at_resume = "catching up", at, tally
        self.calm_surveys, self.calm_since_at = 0, None

    def _difference(self, name: str) -> int | None:
        """What was counted since it began."""
        return _difference(self.newest, self.before, name)

    def wire(self, *, measured: bool = True) -> dict[str, Any]:
        """`measured`: the newest survey is of now; else nobody knows what waits."""
        over = self.ended_at is not None and self.resumed_at is not None
        catch_up = None
        if self.ended_at is not None and self.resumed_at is not None:
            catch_up = max(0.0, (self.ended_at - self.resumed_at) / 1000)
        return {
            "id": self.id,
            "service": self.service,
            "group": self.group,
            "kind": self.kind,
            "what": self.what,
            "state": self.state,
            "began_at": self.began_at,
            "resumed_at": self.resumed_at,
            "ended_at": self.ended_at,
            "lag_before": self.lag_before,
            "lag_highest": self.lag_highest,
            "lag": self.newest.lag if self.newest is not None and measured and not over else None,
            "readers": self.readers,
            "growth_per_second": self._growth(),
            "down_seconds": None if self.over_at is None else round(self.down_before_seconds, 1),
            "catch_up_seconds": None if catch_up is None else round(catch_up, 1),
            "catch_up_rate": self._catch_up_rate(catch_up),
            "read_again": self._difference("again") if self.kind == "rewind" else None,
            "written": _difference(self.after, self.before, "written") if over else None,
            "replayed": _difference(self.after, self.before, "replayed") if over else None,
            "published": _difference(self.after, self.before, "published") if over else None,
            "handled": _difference(self.after, self.before, "handled") if over else None,
            "lost": _difference(self.after, self.before, "lost") if over else None,
            "duplicates": _difference(self.after, self.before, "duplicates") if over else None,
        }

    def _growth(self) -> float | None:
        seconds = (self.highest_at - self.began_at) / 1000
        if self.kind in MOMENTARY or seconds <= 0 or self.lag_highest is None:
            return None
        return round((self.lag_highest - self.lag_before) / seconds, 1)

    def _catch_up_rate(self, seconds: float | None) -> float | None:
        handled = _difference(self.at_calm, self.at_resume, "handled")
        if self.ended_at is None or not seconds or handled is None:
            return None
        return round(handled / seconds, 1)


def _difference(after: Tally | None, before: Tally | None, name: str) -> int | None:
    if after is None or before is None:
        return None
    high, low = getattr(after, name), getattr(before, name)
    if high is None or low is None:
        return None
    found = int(high - low)
    # A count of what was written that fell is of another log: a topic made anew.
    return None if name == "written" and found < 0 else found
