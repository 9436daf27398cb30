"""The topics that are shown: what the cluster says of them, their log ends, their newest items."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping
from itertools import islice

from dashboard.picture.observations import Event, Partition, SurveySeen, TopicFacts, TopicsSeen
from dashboard.picture.rates import Count, quantised
from dashboard.picture.retention import StartSteps
from dashboard.picture.section import Entity

MAX_TOPICS = 5_000
"""Topics shown; a cluster with more is watched through a filter."""
MAX_EARLY = 200
"""Topics remembered that the cluster has not named yet."""
ITEMS_LENGTH = 24
"""Newest events that stand on a topic's belt."""


class TopicWatch:
    """One topic under one topic id; a topic made anew gets another."""

    def __init__(self, facts: TopicFacts | None) -> None:
        self.facts = facts
        self.starts: dict[int, int | None] = {}
        self.ends: dict[int, int | None] = {}
        self.produced = Count()
        """Events by which the log ends moved since the watch began."""
        self.removed: dict[int, StartSteps] = {}
        """How the start moved, for each partition where it was seen to."""
        self.grew = False
        """Whether the newest survey found more than the one before."""
        self.items: deque[tuple[int, int]] = deque(maxlen=ITEMS_LENGTH)
        self.read_up_to: dict[int, int] = {}
        """The next offset the tape expects, for a restarted reader reads some events again."""
        self.read_from: dict[int, int] = {}
        """The first offset that the tape had: what was before it nobody has seen."""
        self.is_older = False
        """It was there before the watch began; of one that came later all is read."""
        self._last_ends: dict[int, int] = {}
        self._last_starts: dict[int, int] = {}

    def survey(self, at: int, starts: dict[int, int | None], ends: dict[int, int | None]) -> None:
        self.starts, self.ends = starts, ends
        moved = 0
        for partition, end in ends.items():
            if end is not None:
                moved += max(0, end - self._last_ends.get(partition, end))
                self._last_ends[partition] = end
        self.produced.add(at, moved)
        self.grew = moved > 0
        for partition, start in starts.items():
            if start is not None:
                self._move_start(at, partition, start)

    def _move_start(self, at: int, partition: int, start: int) -> None:
        before = self._last_starts.get(partition, start)
        self._last_starts[partition] = start
        if start > before:
            self.removed.setdefault(partition, StartSteps()).moved(at, start)
        elif start < before:  # another log than it was: what the old one did says nothing
            self.removed.pop(partition, None)

    def take(self, event: Event) -> bool:
        """Whether this event is new here, and not read a second time."""
        if event.offset < self.read_up_to.get(event.partition, 0):
            return False
        if event.partition not in self.read_from:
            self.read_from[event.partition] = event.offset
        self.read_up_to[event.partition] = event.offset + 1
        self.items.append((event.partition, event.offset))
        return True

    def partitions(self) -> list[int]:
        if self.facts is not None:
            return list(range(self.facts.partitions))
        return sorted(self.ends)

    def has_no_leader(self, partition: int) -> bool:
        """Whether a log end is missing where the cluster says that leaders are."""
        missing = self.ends.get(partition) is None
        return missing and self.facts is not None and self.facts.leaderless > 0

    def end(self) -> int | None:
        return _total(self.ends.get(partition) for partition in self.partitions())

    def start(self) -> int | None:
        return _total(self.starts.get(partition) for partition in self.partitions())


def _total(offsets: Iterable[int | None]) -> int | None:
    """The sum, unknown as soon as one part of it is: half a sum is a wrong number."""
    found = list(offsets)
    if not found or any(offset is None for offset in found):
        return None
    return sum(offset for offset in found if offset is not None)


class Topics:
    def __init__(self) -> None:
        self._watched: dict[str, TopicWatch] = {}
        self._early: dict[str, TopicWatch] = {}
        """Topics whose events came before the cluster's word that they exist."""
        self._declared: tuple[str, ...] = ()
        self._told = False
        self.left_out = 0
        """Topics beyond MAX_TOPICS, or beyond what the survey can look at."""
        self.sampled: frozenset[str] = frozenset()

    def declare(self, names: Iterable[str]) -> None:
        self._declared = tuple(islice(names, MAX_TOPICS))
        for name in self._declared:
            self._watched.setdefault(name, TopicWatch(None))

    def seen(self, told: TopicsSeen) -> set[str]:
        """Take what the cluster has now; gives the topics that are gone or were made anew."""
        allowed = dict(islice(sorted(told.topics.items()), MAX_TOPICS))
        self.left_out = told.left_out + len(told.topics) - len(allowed)
        broken: set[str] = set()
        for name in set(self._watched) - set(allowed):
            if self._watched[name].facts is not None:
                broken.add(name)
            if name in self._declared:
                self._watched[name] = TopicWatch(None)
            else:
                del self._watched[name]
        for name, fact in allowed.items():
            watch = self._watched.get(name)
            if watch is not None and _same_topic(watch.facts, fact):
                watch.facts = fact
                continue
            if watch is not None and watch.facts is not None:
                broken.add(name)
                watch = None
            self._watched[name] = watch or self._early.get(name) or TopicWatch(None)
            self._watched[name].facts = fact
        self._early.clear()
        for watch in () if self._told else self._watched.values():
            watch.is_older = True
        self._told = True
        return broken

    def take(self, event: Event) -> bool:
        """Whether this event is new, and not read a second time by a restarted reader."""
        watch = self._watched.get(event.topic) or self._early.get(event.topic)
        if watch is None:
            if len(self._early) >= MAX_EARLY:
                return True
            watch = self._early[event.topic] = TopicWatch(None)
        return watch.take(event)

    def survey(self, seen: SurveySeen) -> None:
        starts = _by_topic(seen.starts)
        ends = _by_topic(seen.ends)
        for name, watch in self._watched.items():
            watch.survey(seen.at, starts.get(name, {}), ends.get(name, {}))

    def names(self) -> Iterable[str]:
        return self._watched.keys()

    def get(self, name: str) -> TopicWatch | None:
        return self._watched.get(name)

    def produced(self) -> int:
        """Events by which all logs together grew since the watch began."""
        return sum(watch.produced.total for watch in self._watched.values())

    def produced_on(self, names: Iterable[str]) -> int:
        """The same of these topics alone."""
        watched = [self._watched.get(name) for name in names]
        return sum(watch.produced.total for watch in watched if watch is not None)

    def seen_from(self, place: Partition, offset: int) -> bool:
        """Whether all events of a partition from this offset on were read for the tape."""
        watch = self._watched.get(place[0])
        if watch is not None and watch.facts is not None and not watch.is_older:
            return True
        first = None if watch is None else watch.read_from.get(place[1])
        return first is not None and first <= offset

    def headline_rate(self, name: str) -> float | None:
        watch = self._watched.get(name)
        return None if watch is None else watch.produced.headline_rate()

    def rate(self, name: str) -> float | None:
        watch = self._watched.get(name)
        return None if watch is None else watch.produced.rate()

    def entity(self, name: str, readers: int) -> Entity | None:
        watch = self._watched.get(name)
        if watch is None:
            return None
        facts, start, end = watch.facts, watch.start(), watch.end()
        return {
            "name": name,
            "topic_id": facts.topic_id if facts else None,
            "partitions": facts.partitions if facts else None,
            "events": None if start is None or end is None else end - start,
            "end": end,
            "rate": quantised(watch.produced.rate()),
            "items": [list(item) for item in watch.items] if readers else [],
            "readers": readers,
            "sampled": name in self.sampled,
            "compacted": facts.compacted if facts else False,
            "leaderless": facts.leaderless if facts else 0,
            "declared": name in self._declared,
        }


def _same_topic(before: TopicFacts | None, now: TopicFacts) -> bool:
    """Ids decide; a topic whose id is not known is taken for the one it was."""
    if before is None:
        return False
    return before.topic_id is None or now.topic_id is None or before.topic_id == now.topic_id


def _by_topic(offsets: Mapping[Partition, int | None]) -> dict[str, dict[int, int | None]]:
    found: dict[str, dict[int, int | None]] = {}
    for (topic, partition), offset in offsets.items():
        found.setdefault(topic, {})[partition] = offset
    return found
