"""Three days of the line, and again and again a crowd that goes past every limit: nothing grows.

bench/days.py plays all that a real line makes in that time; here it is a hundredth, and limits of a
thousand and more are a twentieth of what they are: each has a test of its own as it is.
"""

from __future__ import annotations

import gc
import pkgutil
import tracemalloc
from collections import Counter
from collections.abc import Iterator

import pytest

from dashboard.picture import (
    calls,
    commands,
    duplicates,
    groups,
    ids,
    kept_reports,
    lag_history,
    services,
    tape,
    topics,
    view,
    writers,
)
from dashboard.picture import observations as seen
from dashboard.picture.shown import Shown
from tests.picture.crowd import Crowd
from tests.picture.sights import SECOND, START, Line, entry, event, group, process, survey, wish

PARTS, GRADED = ("parts", 0), ("graded", 0)
HOUR = 3_600 * SECOND
MIDDLE, END = 48, 72
CUT_EVERY_HOURS = 6
CROWD_EVERY_HOURS = 24
LARGE = (
    "acked.MAX_ACKED",
    "calls.MAX_CALL_EDGES",
    "duplicates.MAX_REMEMBERED",
    "groups.MAX_GROUPS",
    "section.MAX_STALE",
    "services.MAX_SERVICES",
    "services.MAX_WISHES",
    "topics.MAX_TOPICS",
    "view.MAX_READ_EDGES",
    "writers.MAX_MORE_SOURCES",
    "writers.MAX_SOURCES",
    "writers.MAX_WRITE_EDGES",
)
GRADED_AN_HOUR = 250
BATCH = 125


class Days(Line):
    """The same line, day after day: each hour some seconds of all that happens to it, then much
    that it makes, and a look every five minutes; retention removes what is old, and once a day
    something special."""

    def __init__(self) -> None:
        super().__init__(owns_processes=True)
        self.hours = 0
        self.start = 0
        self.topic = 0

    def survey(self) -> None:
        self.picture.observe(
            survey(
                self.now,
                group(committed={PARTS: self.done}, ledger={PARTS: entry(self.done)}),
                group(f"foreign-{self.hours % 5}", {PARTS: self.start}, state="no members"),
                ends={PARTS: self.made, GRADED: self.graded},
                starts={PARTS: self.start, GRADED: 0},
            )
        )

    def hour(self) -> None:
        ends_at, self.hours = self.now + HOUR, self.hours + 1
        self.wish("paused")
        self.seconds(6, done=0)
        self.wish("running")
        self.seconds(6, done=16)
        self.much()
        if self.hours % CUT_EVERY_HOURS == 0:
            self.start = self.made - 100
        if self.hours % 24 == 12:
            self.special()
        while self.now < ends_at:
            self.now += 299 * SECOND
            self.second()
        self.shown()

    def wish(self, mode: str) -> None:
        self.want = f"w{self.hours}{mode}"
        self.phase = mode
        action = "pause" if mode == "paused" else "resume"
        self.picture.observe(seen.CommandSeen(self.now, self.want, "quality", action, "sent"))
        self.picture.observe(wish(self.now, mode, id=self.want))

    def much(self) -> None:
        """Quality grades many parts, each of which it is told once more."""
        for _ in range(GRADED_AN_HOUR // BATCH):
            self.now += SECOND
            offsets = range(self.graded, self.graded + BATCH)
            self.graded += BATCH
            self.picture.observe(seen.EventsSeen(self.now, tuple(map(self.grade, offsets))))
            self.second(made=BATCH)

    def grade(self, offset: int) -> seen.Event:
        return event(
            "graded",
            offset,
            source="quality",
            id=f"graded-{self.topic}-{offset}",
            cause=f"parts-0-{offset}",
            seen_at=self.now,
            event_at=self.now,
        )

    def special(self) -> None:
        """Kafka is away, a process crashes, the clock is set, a topic is made anew."""
        self.picture.observe(seen.ClusterSeen(self.now, False, "b:1", reason="no answer"))
        self.picture.observe(seen.ClusterSeen(self.now, True, "b:1"))
        self.picture.observe(process(self.now, "crashed"))
        self.picture.observe(process(self.now, "running"))
        self.picture.clock_was_set(self.hours * SECOND)
        self.topic, self.graded = self.topic + 1, 0
        self.picture.observe(seen.TopicsSeen(self.now, self.facts()))

    def facts(self) -> dict[str, seen.TopicFacts]:
        return {
            "parts": seen.TopicFacts("id-parts", 1),
            "graded": seen.TopicFacts(f"id-{self.topic}", 1),
        }


def crowded(days: Days) -> Shown:
    """A crowd comes, is shown, and goes."""
    crowd = Crowd(days.now, days.hours)
    for observation in crowd.comes(days.facts()):
        days.picture.observe(observation)
    days.picture.tick(days.now)
    shown = days.shown()
    days.picture.observe(seen.TopicsSeen(days.now, days.facts()))
    days.second()
    return shown


def full(shown: Shown) -> None:
    """The crowd is more than what there is room for, and nothing is shown beyond it."""
    kinds = Counter(edge["kind"] for edge in shown.edges.values())
    assert len(shown.topics) == topics.MAX_TOPICS
    assert len(shown.services) == services.MAX_SERVICES
    found = [one for one in shown.groups.values() if one["state"] == "reading"]
    assert len(found) == groups.MAX_GROUPS
    assert kinds["reads"] == view.MAX_READ_EDGES
    assert kinds["calls"] == calls.MAX_CALL_EDGES
    assert kinds["writes"] >= writers.MAX_WRITE_EDGES


def held_bytes() -> int:
    # Kept for all pictures together, up to a length of its own; names of the days before fill it.
    for cache in (ids.encoded, ids.decoded):
        assert cache.cache_info().maxsize == ids.MAX_CACHED
        cache.cache_clear()
    gc.collect()
    return tracemalloc.get_traced_memory()[0]


@pytest.fixture
def days(monkeypatch: pytest.MonkeyPatch) -> Iterator[Days]:
    for name in LARGE:
        cap = f"dashboard.picture.{name}"
        monkeypatch.setattr(cap, pkgutil.resolve_name(cap) // 20)
    tracemalloc.start()
    try:
        yield Days()
    finally:
        tracemalloc.stop()


def test_after_three_days_as_many_bytes_are_held_as_after_two(days: Days) -> None:
    held = dict[int, int]()
    for _ in range(END):
        days.hour()
        if days.hours % CROWD_EVERY_HOURS == 0:
            full(crowded(days))
        if days.hours in (MIDDLE, END):
            held[days.hours] = held_bytes()
    assert held[END] < held[MIDDLE] * 1.05, held
    assert MIDDLE * GRADED_AN_HOUR > 2 * duplicates.MAX_REMEMBERED
    days.hour()  # the crowd of the last one is gone
    shown = days.shown()
    assert days.now - START >= END * HOUR
    assert (shown.services["s:quality"]["state"], shown.ledger["lost"]) == ("running", 0)
    assert shown.ledger["handled"] == days.made
    assert len(shown.commands) == commands.MAX_COMMANDS
    assert len(shown.reports) == kept_reports.MAX_REPORTS
    assert len(shown.events) == tape.TAPE_LENGTH
    assert len(shown.history) == lag_history.MAX_SAMPLES
