"""The report of a service that reads nothing: how long it published nothing, or at what rate."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from dashboard.picture.stretch import Stretch

AGAIN_WITHIN_SECONDS = 5.0
"""A source that is at work for so long is back, also when it has nothing to publish."""
LONGEST_REST_SECONDS = 2.0
"""Between two surveys that lie further apart the brokers were away, and nobody could publish."""


EARLY_SECONDS = 1.0
"""So long before it is heard that it is at work again its first events may be found."""


class Published(NamedTuple):
    """Events since the watch began, and by what they were counted; counts of two kinds do not
    compare, nor those of different logs."""

    events: int
    by: Literal["offsets", "headers"]
    topics: frozenset[str] = frozenset()
    """Whose offsets: one that is found to be its own later was counted all along."""

    def since(self, before: Published | None) -> int | None:
        """None also where a count fell: it is of another log, of a topic made anew."""
        if before is None or (before.by, before.topics) != (self.by, self.topics):
            return None
        if self.events < before.events:
            return None
        return self.events - before.events


class Output(NamedTuple):
    """What a source has published at one survey, and how those who read it stand."""

    published: Published | None
    """None: not known."""
    grew_at: int | None
    """The newest survey that found more than the one before. None: not known, as where what it
    published was not known in between."""
    rate: float | None
    """Of the last three seconds."""
    readers: frozenset[str] = frozenset()
    """Groups that read what it writes, of services that were not stopped."""
    waiting: int | None = None
    """Over all of them."""
    lost: int | None = None

    def since(self, before: Output) -> int | None:
        """What it published since then."""
        return None if self.published is None else self.published.since(before.published)

    def lost_since(self, before: Output) -> int | None:
        """What its readers have lost since then; None also where they are not the same."""
        same = self.readers and self.readers == before.readers
        if not same or self.lost is None or before.lost is None:
            return None
        return self.lost - before.lost


class _Gap(NamedTuple):
    """Between two surveys that found events, none that was between them did."""

    seconds: float
    until_at: int
    published: int
    """Before it, and since the report began."""


@dataclass(slots=True, kw_only=True)
class SourceReport(Stretch):
    before: Output
    newest: Output
    published: int | None = None
    """From the first survey since it began until it was back: what it published between the survey
    before and its beginning is not of it."""
    quiet_seconds: float | None = None
    """From the newest event before it was back to the first after: by surveys that found them."""
    again_seconds: float | None = None
    """From when it was at work again to that first event."""
    readers_idle: bool | None = None
    """Whether those who read it were seen to have read everything meanwhile."""
    _counted: bool = False
    """It was surveyed since it began."""
    _began_with: Published | None = None
    """What it had published by that survey."""
    _longest: _Gap | None = None
    """While it was down."""
    _surveyed_at: int | None = None
    _watched_since_at: int | None = None
    """Since when it could have published, after it was back."""

    def count(self, at: int, output: Output) -> None:
        """What was published by a survey; those from before it began do not count."""
        if not self._counted and at >= self.began_at:
            self._counted, self._began_with = True, output.published
        known = None if output.published is None else output.published.since(self._began_with)
        self.published = known

    def survey(self, at: int, output: Output) -> None:
        before, rested = self.newest, self._surveyed_at
        self.newest, self._surveyed_at = output, at
        more = output.since(before)
        if self.resumed_at is None:
            self._look_for_gap(at, before, more)
            self.count(at, output)
            if output.waiting is not None and output.readers:
                self.readers_idle = self.readers_idle or output.waiting == 0
            return
        if rested is None or at - rested > LONGEST_REST_SECONDS * 1000:
            self._watched_since_at = None
        since = self._watched_since_at = self._watched_since_at or at
        if more:
            self.again_seconds = max(0.0, (at - self.resumed_at) / 1000)
            if self.kind != "slow" and before.grew_at is not None:
                self.quiet_seconds = (at - before.grew_at) / 1000
        if more or at - since >= AGAIN_WITHIN_SECONDS * 1000:
            self.state, self.ended_at = "recovered", at
            self._heed_early_events(self.resumed_at)

    def _look_for_gap(self, at: int, before: Output, more: int | None) -> None:
        if more is None:
            self._longest = None
        elif more and before.grew_at is not None:
            gap = _Gap((at - before.grew_at) / 1000, at, self.published or 0)
            if self._longest is None or gap.seconds >= self._longest.seconds:
                self._longest = gap

    def _heed_early_events(self, resumed_at: int) -> None:
        """It was quiet until its first event, also where that was found before its own word."""
        gap = self._longest
        if gap is None or self.kind == "slow" or gap.seconds < (self.quiet_seconds or 0.0):
            return
        if gap.until_at >= resumed_at - EARLY_SECONDS * 1000:
            self.quiet_seconds, self.again_seconds, self.published = gap.seconds, 0.0, gap.published

    def wait(self) -> None:
        Stretch.wait(self)
        self._watched_since_at = None

    def resume(self, at: int) -> None:
        """From now on it can publish."""
        self.state, self.resumed_at = "catching up", at

    def wire(self, *, measured: bool = True) -> dict[str, Any]:
        """`measured` is of those who read: it changes nothing here."""
        return {
            **self._wire(),
            "source": True,
            "published": self.published,
            "rate_before": None if self.before.rate is None else round(self.before.rate, 1),
            "quiet_seconds": _rounded(self.quiet_seconds),
            "again_seconds": _rounded(self.again_seconds),
            "readers": len(self.newest.readers),
            "readers_idle": self.readers_idle,
            "lost": self.newest.lost_since(self.before) if self.ended_at else None,
        }


def _rounded(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds, 1)
