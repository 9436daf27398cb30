"""The counters of what a recovery report is about, at one survey, and when they are calm."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

CALM_SURVEYS = 2
"""This many surveys in a row at the old lag are calm."""


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
    doubted: bool | None = False
    """There may be more duplicates than were counted; None: it writes nothing, so that what it did
    twice leaves no trace."""
    hidden_until: int | None = None
    """Until when sampling hid a part of what was written; None: it never did."""
    replays_seen: bool = True
    """All that was written again was seen when it was written first."""


NOT_KNOWN = Tally(None, None, None, None)
NOTHING_YET = Tally(None, 0, 0, 0, 0)


def summed(tallies: Iterable[Tally], written: int | None) -> Tally:
    """Of several groups; a sum with an unknown part is unknown. What was `written` is no sum: each
    of the groups has read the same."""
    every = list(tallies)
    doubts = [one.doubted for one in every if one.doubted is not None]
    return Tally(
        lag=_sum(one.lag for one in every),
        handled=_sum(one.handled for one in every),
        lost=_sum(one.lost for one in every),
        duplicates=_sum(one.duplicates for one in every),
        published=_sum(one.published for one in every),
        again=_sum(one.again for one in every),
        replayed=_sum(one.replayed for one in every),
        written=written,
        doubted=any(doubts) if doubts else None,
        hidden_until=max((one.hidden_until or 0 for one in every), default=0) or None,
        replays_seen=all(one.replays_seen for one in every),
    )


def _sum(counts: Iterable[int | None]) -> int | None:
    known = list(counts)
    return None if None in known else sum(count or 0 for count in known)


def difference(after: Tally | None, before: Tally | None, name: str) -> int | None:
    if after is None or before is None:
        return None
    high, low = getattr(after, name), getattr(before, name)
    if high is None or low is None:
        return None
    found = int(high - low)
    # A count of what was written that fell is of another log: a topic made anew.
    return None if name == "written" and found < 0 else found


@dataclass(slots=True)
class Calm:
    """Whether the lag is what it was before, in surveys running."""

    since_at: int | None = None
    tally: Tally | None = None
    """The counters at the first of these surveys."""
    surveys: int = 0

    def take(self, at: int, tally: Tally, lag_before: int) -> None:
        if tally.lag is None or tally.lag > lag_before:
            self.surveys, self.since_at, self.tally = 0, None, None
            return
        self.surveys += 1
        if self.since_at is None:
            self.since_at, self.tally = at, tally

    @property
    def reached(self) -> bool:
        return self.surveys >= CALM_SURVEYS
