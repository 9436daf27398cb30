"""Who writes what: edges from what producers stamp on events, from statuses and declarations.

A producer is known only from what it stamps or declares; names that are alike prove nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Literal, NamedTuple

from dashboard.picture.ids import service_node, topic_node, unknown_node, write_edge
from dashboard.picture.observations import Event
from dashboard.picture.rates import Count, quantised
from dashboard.picture.section import Entity
from dashboard.picture.text import MAX_TEXT

MAX_SOURCES = 500
"""Services taken from headers; anyone can write a header."""
MAX_WRITE_EDGES = 5_000
"""Edges seen; beyond it an event is on the tape and in the rates, and draws no edge."""
MAX_MORE_SOURCES = 10_000
"""Sources beyond MAX_SOURCES are told apart up to this many."""
DIM_AFTER_SECONDS = 600.0
FORGET_AFTER_SECONDS = 86_400.0
NOBODY_FOR_SECONDS = 5.0
"""A log that grows this long with nobody known to write it has an unknown producer."""

Certainty = Literal["declared", "observed", "unknown"]


class Writer(NamedTuple):
    """`source` as stamped; None is the unknown producer of the topic."""

    source: str | None
    topic: str

    @property
    def node(self) -> str:
        return unknown_node(self.topic) if self.source is None else service_node(self.source)

    @property
    def edge(self) -> str:
        return write_edge(self.node, self.topic)


class Seen:
    """What was seen of one writer of one topic."""

    def __init__(self) -> None:
        self.events = Count()
        self.at: int | None = None
        self.counted = False
        """False where only a growing log tells of the writer, so that nothing was counted."""


class Writers:
    def __init__(self) -> None:
        self._seen: dict[Writer, Seen] = {}
        self._topics_of: dict[str, set[str]] = {}
        """Source -> the topics it was seen to write."""
        self._more: set[int] = set()
        self._declared: Mapping[str, frozenset[str]] = {}
        self._drawn: Mapping[str, Writer] | None = None
        self._writers_of: Counter[str] = Counter()
        self._growing_since: dict[str, int] = {}
        """Topics that grow with nobody known to write them."""

    @property
    def more_sources(self) -> int:
        """Sources in headers beyond MAX_SOURCES, counted up to MAX_MORE_SOURCES."""
        return len(self._more)

    def declare(self, writers: Mapping[str, frozenset[str]]) -> None:
        """Topic -> services that say, or of which a document says, that they write it."""
        self._declared = writers
        self._drawn = None

    def take(self, event: Event) -> Writer:
        writer = self._writer(event)
        seen = self._remember(writer)
        if seen is not None:
            seen.at = max(event.seen_at, seen.at or 0)
            if not seen.counted:
                seen.counted = True
                self._drawn = None
            if event.live:
                seen.events.total += 1
        return writer

    def grew(self, topic: str, at: int) -> None:
        """The log of `topic` grew by the instant `at`."""
        unknown = Writer(None, topic)
        if self.writers_of(topic) > (unknown in self._seen):
            self._growing_since.pop(topic, None)
            return
        since = self._growing_since.setdefault(topic, at)
        if at - since >= NOBODY_FOR_SECONDS * 1000:
            seen = self._remember(unknown)
            if seen is not None:
                seen.at = at

    def _writer(self, event: Event) -> Writer:
        source = event.source
        if source is None or not source or len(source) > MAX_TEXT:
            return Writer(None, event.topic)
        known = source in self._topics_of or source in self._declared.get(event.topic, ())
        if not known and len(self._topics_of) >= MAX_SOURCES:
            if len(self._more) < MAX_MORE_SOURCES:
                self._more.add(hash(source))
            return Writer(None, event.topic)
        return Writer(source, event.topic)

    def _remember(self, writer: Writer) -> Seen | None:
        seen = self._seen.get(writer)
        if seen is None and len(self._seen) < MAX_WRITE_EDGES:
            seen = self._seen[writer] = Seen()
            self._drawn = None
            if writer.source is not None:
                self._topics_of.setdefault(writer.source, set()).add(writer.topic)
        return seen

    def tick(self, now: int) -> None:
        """Take samples for the rates, and forget who was silent for a day."""
        gone = []
        for writer, seen in self._seen.items():
            seen.events.add(now, 0)
            if seen.at is not None and now - seen.at >= FORGET_AFTER_SECONDS * 1000:
                gone.append(writer)
        for writer in gone:
            self._forget(writer)

    def forget_topics(self, broken: Iterable[str]) -> None:
        names = set(broken)
        for writer in [writer for writer in self._seen if writer.topic in names]:
            self._forget(writer)
        for name in names:
            self._growing_since.pop(name, None)

    def _forget(self, writer: Writer) -> None:
        del self._seen[writer]
        self._drawn = None
        if writer.source is not None:
            topics = self._topics_of[writer.source]
            topics.discard(writer.topic)
            if not topics:
                del self._topics_of[writer.source]

    def sources(self) -> Iterable[str]:
        """Services that are known from headers."""
        return self._topics_of.keys()

    def topics_of(self, service: str) -> Iterable[str]:
        return self._topics_of.get(service, ())

    def published_by(self, service: str) -> int | None:
        """Events with its stamp that came while we watched; None: none was ever seen."""
        found = [self._seen[Writer(service, topic)] for topic in self.topics_of(service)]
        return sum(seen.events.total for seen in found) if found else None

    def drawn(self) -> Mapping[str, Writer]:
        """Edge id -> writer, for every edge to draw: another object when any came or went.

        An unknown producer that was only guessed from a growing log goes once one is known.
        """
        if self._drawn is None:
            declared = [
                Writer(service, topic)
                for topic, services in sorted(self._declared.items())
                for service in sorted(services)
            ]
            writers = dict.fromkeys([*self._seen, *declared])
            named = {writer.topic for writer in writers if writer.source is not None}
            drawn = [w for w in writers if not (self._guessed(w) and w.topic in named)]
            self._drawn = {writer.edge: writer for writer in drawn}
            self._writers_of = Counter(writer.topic for writer in drawn)
        return self._drawn

    def _guessed(self, writer: Writer) -> bool:
        return writer.source is None and not self._seen[writer].counted

    def writers_of(self, topic: str) -> int:
        self.drawn()
        return self._writers_of[topic]

    def entity(
        self, writer: Writer, now: int, *, topic_rate: float | None, sampled: bool
    ) -> Entity:
        """Where nobody else writes the topic, the log's own rate is the writer's."""
        seen = self._seen.get(writer)
        rate = topic_rate
        if self.writers_of(writer.topic) != 1:
            rate = None if seen is None or sampled else seen.events.rate()
        silent_for = None if seen is None or seen.at is None else now - seen.at
        return {
            "kind": "writes",
            "from": writer.node,
            "to": topic_node(writer.topic),
            "topic": writer.topic,
            "certainty": certainty(writer, observed=seen is not None),
            "count": seen.events.total if seen is not None and seen.counted else None,
            "rate": quantised(rate),
            "seen_at": None if seen is None else seen.at,
            "dim": silent_for is not None and silent_for >= DIM_AFTER_SECONDS * 1000,
        }


def certainty(writer: Writer, *, observed: bool) -> Certainty:
    if writer.source is None:
        return "unknown"
    return "observed" if observed else "declared"
