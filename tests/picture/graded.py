"""quality, which reads "parts" and writes to "graded", once and again."""

from __future__ import annotations

from dashboard.picture import observations as seen
from tests.picture.sights import (
    SECOND,
    START,
    entry,
    event,
    group,
    picture_of,
    reader_status,
    survey,
    topics,
)

PARTS = ("parts", 0)


def caused(offset: int, event_id: str, source: str = "quality") -> seen.Event:
    return event("graded", offset, id=event_id, source=source, cause="c1")


class Grader:
    """quality, which reads in one pass after the other and writes to "graded"."""

    def __init__(self) -> None:
        self.now, self.offset = START, 0
        self.picture = picture_of(
            topics(parts=1, graded=1), reader_status(writes=("graded",)), self.found(1)
        )

    def found(self, number: int) -> seen.SurveySeen:
        facts = group(committed={PARTS: 1}, ledger={PARTS: entry(1, number=number)})
        return survey(self.now, facts, ends={PARTS: 1, ("graded", 0): 9})

    def reads(self, number: int, after_ms: int = 2 * SECOND) -> None:
        self.now += after_ms
        self.picture.observe(self.found(number))

    def writes(self, *ids: str, after_ms: int = 2 * SECOND) -> None:
        self.now += after_ms
        events = tuple(
            caused(self.offset + n, one)._replace(seen_at=self.now) for n, one in enumerate(ids)
        )
        self.offset += len(ids)
        self.picture.observe(seen.EventsSeen(self.now, events))

    def samples(self, *topics: str) -> int:
        """From now on, whose instant it gives, only a part of these is seen."""
        self.now += SECOND
        self.picture.observe(seen.SamplingSeen(self.now, frozenset(topics), 0))
        return self.now

    def told(self) -> tuple[int, int]:
        ledger = self.picture.shown().ledger
        assert ledger["services"]["quality"]["replayed"] == ledger["replayed"]
        return ledger["duplicates"], ledger["replayed"]


class Reader:
    """quality, which reads "parts" in two groups, each with its pass, its commit and its end."""

    def __init__(self) -> None:
        self.now, self.offset = START, 0
        both = tuple(seen.StatusGroup(name, None, ("parts",)) for name in ("a", "b"))
        self.picture = picture_of(
            topics(parts=1, graded=1), reader_status(writes=("graded",), groups=both)
        )

    def survey(self, a: int, b: int, *, in_hand: bool = False, after_ms: int = 2 * SECOND) -> None:
        """In these passes. `in_hand`: the second group has not committed all that there is."""
        self.now += after_ms
        commit = 5 if in_hand else 9
        facts = (
            group("a", committed={PARTS: 9}, ledger={PARTS: entry(9, number=a)}),
            group("b", committed={PARTS: commit}, ledger={PARTS: entry(commit, number=b)}),
        )
        self.picture.observe(survey(self.now, *facts, ends={PARTS: 9, ("graded", 0): 9}))

    def writes(self, *ids: str) -> None:
        self.now += 10
        events = [caused(self.offset + n, one) for n, one in enumerate(ids)]
        self.offset += len(ids)
        seen_now = tuple(event._replace(seen_at=self.now) for event in events)
        self.picture.observe(seen.EventsSeen(self.now, seen_now))

    def told(self) -> tuple[int, bool, int]:
        row = self.picture.shown().ledger["services"]["quality"]
        return row["duplicates"], row["duplicates_at_least"], row["replayed"]
