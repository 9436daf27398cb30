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
MAX_MORE_SOURCES = 10_000
"""Sources beyond MAX_SOURCES are told apart up to this many."""
DIM_AFTER_SECONDS = 600.0
FORGET_AFTER_SECONDS = 86_400.0

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
        self._sources: dict[str, int] = {}
        """Source -> how many edges it has."""
        self._more: set[int] = set()
        self._declared: Mapping[str, frozenset[str]] = {}
        self._drawn: Mapping[str, Writer] | None = None
        self._writers_of: Counter[str] = Counter()

    @property
    def more_sources(self) -> int:
        """Sources in headers beyond MAX_SOURCES, counted up to MAX_MORE_SOURCES."""
        return len(self._more)

    def declare(self, writes: Mapping[str, frozenset[str]]) -> None:
        """Topic -> services that say, or of which a document says, that they write it."""
        if writes != self._declared:
            self._declared = writes
            self._drawn = None

    def take(self, event: Event) -> Writer:
        writer = self._writer(event)
        seen = self._remember(writer)
        if seen is not None:
            seen.at = max(event.seen_at, seen.at or 0)
            seen.counted = True
            if event.live:
                seen.events.total += 1
        return writer

    def grew(self, topic: str, at: int) -> None:
        """The log of `topic` grew, and nobody is known to write it."""
        if self.writers_of(topic) == 0 or Writer(None, topic) in self._seen:
            seen = self._remember(Writer(None, topic))
            if seen is not None:
                seen.at = at

    def _writer(self, event: Event) -> Writer:
        source = event.source
        if source is None or not source or len(source) > MAX_TEXT:
            return Writer(None, event.topic)
        known = source in self._sources or source in self._declared.get(event.topic, ())
        if not known and len(self._sources) >= MAX_SOURCES:
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
                self._sources[writer.source] = self._sources.get(writer.source, 0) + 1
        return seen

    def tick(self, now: int) -> list[Writer]:
        """Take samples for the rates and forget who was silent for a day; gives who is gone."""
        gone = []
        for writer, seen in self._seen.items():
            seen.events.add(now, 0)
            if seen.at is not None and now - seen.at >= FORGET_AFTER_SECONDS * 1000:
                gone.append(writer)
        for writer in gone:
            self._forget(writer)
        return gone

    def forget_topics(self, broken: Iterable[str]) -> None:
        names = set(broken)
        for writer in [writer for writer in self._seen if writer.topic in names]:
            self._forget(writer)

    def _forget(self, writer: Writer) -> None:
        del self._seen[writer]
        self._drawn = None
        if writer.source is not None:
            left = self._sources[writer.source] - 1
            if left:
                self._sources[writer.source] = left
            else:
                del self._sources[writer.source]

    def sources(self) -> Iterable[str]:
        """Services that are known from headers."""
        return self._sources.keys()

    def drawn(self) -> Mapping[str, Writer]:
        """Edge id -> writer, for every edge to draw.

        A declared writer that stamps nothing stands for the events without a source.
        """
        if self._drawn is None:
            declared = [
                Writer(service, topic)
                for topic, services in sorted(self._declared.items())
                for service in sorted(services)
            ]
            seen = [writer for writer in self._seen if not self._stands_for_unknown(writer)]
            self._drawn = {writer.edge: writer for writer in [*seen, *declared]}
            self._writers_of = Counter(writer.topic for writer in self._drawn.values())
        return self._drawn

    def writers_of(self, topic: str) -> int:
        self.drawn()
        return self._writers_of[topic]

    def topics_of(self, service: str) -> set[str]:
        return {writer.topic for writer in self._seen if writer.source == service}

    def _stands_for_unknown(self, writer: Writer) -> bool:
        """Whether `writer` is the unknown one, and a document names one that may be it."""
        if writer.source is not None:
            return False
        silent = self._declared.get(writer.topic, frozenset()) - self._sources.keys()
        return bool(silent)

    def entity(
        self, writer: Writer, now: int, *, topic_rate: float | None, sampled: bool
    ) -> Entity:
        """Where nobody else writes the topic, the log's own rate is the writer's."""
        seen = self._seen.get(writer)
        alone = self.writers_of(writer.topic) == 1
        declared = writer.source in self._declared.get(writer.topic, ())
        rate = topic_rate
        if not alone:
            rate = None if seen is None or sampled else seen.events.rate()
        silent_for = None if seen is None or seen.at is None else now - seen.at
        return {
            "kind": "writes",
            "from": writer.node,
            "to": topic_node(writer.topic),
            "topic": writer.topic,
            "certainty": certainty(writer, observed=seen is not None, declared=declared),
            "count": seen.events.total if seen is not None and seen.counted else None,
            "rate": quantised(rate),
            "seen_at": None if seen is None else seen.at,
            "dim": silent_for is not None and silent_for >= DIM_AFTER_SECONDS * 1000,
        }


def certainty(writer: Writer, *, observed: bool, declared: bool) -> Certainty:
    if writer.source is None:
        return "unknown"
    if observed:
        return "observed"
    return "declared" if declared else "unknown"
