"""What became of the offsets of one partition since it was opened: the ledger entry in the making.

Pure: no Kafka, no clock. Counting goes on in memory; only what a commit carries is kept.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, replace
from typing import Literal

from flowviz.kit.ledger import LedgerEntry, Was

MAX_RUNS = 4_096
"""Stretches of offsets remembered for commits that lag behind what was handled."""

Verdict = Literal["done", "dead", "skipped"]


@dataclass(slots=True)
class _Run:
    """The counters at every position in [first, last]: between two, only events that were done."""

    first: int
    last: int
    entry: LedgerEntry
    done: int
    """Of the whole run, at `last`; `entry.done` is the count at `first`."""


class Book:
    """The position of one partition (the next offset to account for) and its counters there."""

    def __init__(self, position: int, entry: LedgerEntry | None = None) -> None:
        """Goes on from a commit at `position`; without its entry, a first pass begins there."""
        entry = entry or LedgerEntry(base=position)
        self._runs: deque[_Run] = deque(maxlen=MAX_RUNS)
        self._runs.append(_Run(position, position, entry, entry.done))

    @property
    def position(self) -> int:
        return self._runs[-1].last

    @property
    def number(self) -> int:
        """The pass."""
        return self._runs[-1].entry.number

    @property
    def rw(self) -> str | None:
        """The last rewind that was done here."""
        return self._runs[-1].entry.rw

    @property
    def topic_id(self) -> str | None:
        """Which topic of its name the offsets are of; None: not known."""
        return self._runs[-1].entry.topic_id

    def know_topic(self, topic_id: str | None) -> bool:
        """It is this topic. False, and nothing changed, when the book is of another one: it goes
        on only after `other_topic`. What is not known is not compared.
        """
        if topic_id is None or self.topic_id == topic_id:
            return True
        if self.topic_id is not None:
            return False
        for run in self._runs:
            run.entry = replace(run.entry, topic_id=topic_id)
        return True

    def leave_rewind(self, rw: str) -> None:
        """This rewind counts as dealt with, though nothing is read again for it."""
        for run in self._runs:
            run.entry = replace(run.entry, rw=rw)

    def other_topic(self, base: int, topic_id: str | None) -> None:
        """The topic was made anew: its offsets are of other events. A new pass from `base`."""
        self.start_over(base)
        self._runs[-1].entry = replace(self._runs[-1].entry, topic_id=topic_id, was=None)

    def count(self, offset: int, verdict: Verdict) -> bool:
        """One event is finished. False, and nothing counted, when it stands before the position.

        Offsets between the position and the event had no record: they are gaps.
        """
        if offset < self.position:
            return False
        if offset > self.position:
            self._step(offset, gaps=offset - self.position)
        if verdict == "done":
            run = self._runs[-1]
            run.last, run.done = run.last + 1, run.done + 1
        else:
            self._step(offset + 1, dead=int(verdict == "dead"), skipped=int(verdict == "skipped"))
        return True

    def lose_to(self, offset: int) -> int:
        """Retention removed everything before `offset` unread. Returns how many offsets that is."""
        lost = max(0, offset - self.position)
        if lost:
            self._step(offset, lost=lost)
        return lost

    def skip_to(self, offset: int) -> int:
        """A seek passed everything before `offset`. Returns how many offsets that is."""
        skipped = max(0, offset - self.position)
        if skipped:
            self._step(offset, skipped=skipped)
        return skipped

    def start_over(self, base: int, rw: str | None = None) -> None:
        """A new pass from `base`; with the id of the rewind, when one asked for it."""
        run = self._runs[-1]
        earlier = run.entry.was.done if run.entry.was is not None else 0
        entry = LedgerEntry(
            base=base,
            number=self.number + 1,
            rw=rw or self.rw,
            topic_id=self.topic_id,
            was=Was(self.position, earlier + run.done),
        )
        self._runs.clear()
        self._runs.append(_Run(base, base, entry, 0))

    def entry_at(self, offset: int) -> LedgerEntry:
        """The counters for a commit of `offset`, which need not be the position.

        Past the position the rest counts as skipped. Before all that is remembered (only after
        more than MAX_RUNS stretches without a commit) everything is taken for done.
        """
        for run in reversed(self._runs):
            if run.first <= offset <= run.last:
                return _with(run.entry, done=run.done - (run.last - offset) - run.entry.done)
            if run.last < offset:
                whole = _with(run.entry, done=run.done - run.entry.done)
                beyond = offset - run.last
                ahead = run is self._runs[-1]
                return _with(whole, skipped=beyond) if ahead else _with(whole, gaps=beyond)
        kept = self._runs[0].entry
        base = min(kept.base, offset)
        return LedgerEntry(
            base=base,
            number=kept.number,
            done=offset - base,
            rw=kept.rw,
            topic_id=kept.topic_id,
            was=kept.was,
        )

    def confirm(self, offset: int) -> None:
        """A commit of `offset` stands: what lies before it need not be remembered."""
        while len(self._runs) > 1 and self._runs[1].first <= offset:
            self._runs.popleft()

    def _step(
        self, position: int, dead: int = 0, skipped: int = 0, gaps: int = 0, lost: int = 0
    ) -> None:
        run = self._runs[-1]
        entry = _with(run.entry, run.done - run.entry.done, dead, skipped, gaps, lost)
        self._runs.append(_Run(position, position, entry, entry.done))


def _with(
    entry: LedgerEntry, done: int = 0, dead: int = 0, skipped: int = 0, gaps: int = 0, lost: int = 0
) -> LedgerEntry:
    return replace(
        entry,
        done=entry.done + done,
        dead=entry.dead + dead,
        skipped=entry.skipped + skipped,
        gaps=entry.gaps + gaps,
        lost=entry.lost + lost,
    )
