"""The same line twice, over the log and by direct calls, compared while both run.

A part is finished when its label is printed: over the log when the last service has written its
event, by direct calls when the source has its answer. Both are counted from the same moment on,
the first at which the direct line is known to have finished a part: over the log from the first
survey at or after it, for what was written between the survey before and that moment is not known.
"""

from __future__ import annotations

from collections.abc import Mapping

from dashboard.picture.calls import Totals
from dashboard.picture.course import Course
from dashboard.picture.observations import Event
from dashboard.picture.passage import Passage
from dashboard.picture.rates import Count, quantised
from dashboard.picture.section import Entity

LOG, DIRECT = "log", "direct"
TITLES = {LOG: "Over the log", DIRECT: "By direct calls"}
HALTED_AFTER_SECONDS = 3.0
"""Without a finished part for so long a line has halted."""
TOLD_EVERY_SECONDS = 2.5
"""Counters come each second; after so long without any, nothing more has been told."""


class Finished:
    """Parts of one line that came to their end."""

    def __init__(self, at: int) -> None:
        self.count = Count()
        self.count.add(at, 0)
        self._moved_at = at

    def add(self, at: int, more: int) -> None:
        self.count.add(at, more)
        if more:
            self._moved_at = at

    def halted(self, now: int) -> bool:
        return now - self._moved_at >= HALTED_AFTER_SECONDS * 1000


class Comparison:
    """From the moment at which the direct line was switched on."""

    def __init__(self, before: Totals) -> None:
        """`before` is what had been counted of it in earlier times."""
        self._told = self._from = before
        self._told_at = 0
        self._seconds: float | None = None
        self._since_at: int | None = None
        self._direct: Finished | None = None
        self._log: Finished | None = None
        """It moved before the direct line was switched on, and moves while that one starts."""
        self._surveyed_at = 0
        self._log_from: int | None = None
        """What it had finished when the counting of both began."""
        self._written: Mapping[str, int] = {}
        self._given_up: int | None = None
        self._given_up_from: int | None = None
        self.passage = Passage()

    def told(self, at: int, totals: Totals, seconds: float | None) -> None:
        """What the sources of the direct line counted so far, and how long a part takes there."""
        more = totals.done - self._told.done
        self._told, self._told_at, self._seconds = totals, at, seconds
        if self._direct is not None:
            self._direct.add(at, more)
        elif more > 0:
            self._since_at, self._from = at, totals
            self._direct = Finished(at)

    def surveyed(self, at: int, written: Mapping[str, int], given_up: int | None) -> None:
        """How many events each of the last topics got so far, and how many parts the services that
        write them gave up; None: not known."""
        self._given_up, self._surveyed_at = given_up, at
        if self._log is None:
            self._log = Finished(at)
        else:
            more = sum(max(0, n - self._written.get(topic, n)) for topic, n in written.items())
            self._log.add(at, more)
        self._written = written
        if self._since_at is None or at < self._since_at:
            return
        if self._log_from is None:
            self._log_from = self._log.count.total
        if self._given_up_from is None:
            self._given_up_from = given_up

    def tick(self, now: int) -> None:
        if self._direct is not None and now - self._told_at >= TOLD_EVERY_SECONDS * 1000:
            self._direct.add(now, 0)

    def log(self, now: int, *, current: bool) -> Entity:
        """`current`: what happens now can be heard. Else only what was counted is known."""
        given_up = None
        if self._given_up is not None and self._given_up_from is not None:
            given_up = max(0, self._given_up - self._given_up_from)
        # Between two surveys nobody sees it move: it has halted when one found it so.
        looked_at, seconds = self._surveyed_at, self.passage.seconds(now)
        told = self._entity(LOG, self._log, given_up, None, seconds, looked_at, current=current)
        if self._log is None or self._log_from is None:
            return told | {"finished": None}
        # Nobody waits for an answer in this line, so nobody waits in vain.
        return told | {"finished": self._log.count.total - self._log_from, "timed_out": 0}

    def direct(self, now: int, *, current: bool) -> Entity:
        refused = timed_out = None
        if self._direct is not None:
            ended = self._told.minus(self._from)
            refused, timed_out = ended.refused, ended.timed_out
        return self._entity(
            DIRECT, self._direct, refused, timed_out, self._seconds, now, current=current
        )

    def _entity(
        self,
        line: str,
        finished: Finished | None,
        refused: int | None,
        timed_out: int | None,
        seconds: float | None,
        looked_at: int,
        *,
        current: bool,
    ) -> Entity:
        rate = halted = None
        if finished is not None and current:
            rate, halted = finished.count.headline_rate(), finished.halted(looked_at)
        return {
            "title": TITLES[line],
            "finished": None if finished is None else finished.count.total,
            "refused": refused,
            "timed_out": timed_out,
            "per_second": quantised(rate),
            "seconds_each": None if seconds is None or not current else round(seconds, 3),
            "since_at": self._since_at,
            "halted": halted,
        }


class Lines:
    """Empty unless a line of direct calls is declared and switched on."""

    def __init__(self) -> None:
        self.course: Course | None = None
        self._comparison: Comparison | None = None

    def switch(self, on: bool, totals: Totals) -> bool:
        """Whether any process of the direct line is there, and what its sources counted so far.

        Says whether that is another state than before.
        """
        if on == (self._comparison is not None):
            return False
        self._comparison = Comparison(totals) if on else None
        return True

    @property
    def comparison(self) -> Comparison | None:
        return self._comparison

    def tick(self, now: int) -> None:
        if self._comparison is not None:
            self._comparison.tick(now)

    def take(self, event: Event) -> None:
        course, comparison = self.course, self._comparison
        if course is None or comparison is None:
            return
        if event.topic in course.begins:
            comparison.passage.begin(event)
        elif event.topic in course.ends:
            comparison.passage.end(event)

    def ids(self) -> list[str]:
        return [] if self._comparison is None else [LOG, DIRECT]

    def entity(self, line: str, now: int, *, current: bool) -> Entity | None:
        if self._comparison is None:
            return None
        if line == LOG:
            return self._comparison.log(now, current=current)
        return self._comparison.direct(now, current=current)
