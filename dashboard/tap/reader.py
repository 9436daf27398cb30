"""Reads every topic, event by event or in samples. Joins no consumer group and commits nothing."""

from __future__ import annotations

import logging
import threading
from collections.abc import Mapping
from dataclasses import replace

from confluent_kafka import Consumer, KafkaError, KafkaException, Message

from dashboard.cluster.answers import REQUEST_SECONDS
from dashboard.cluster.connection import Connection
from dashboard.picture.observations import (
    Event,
    EventsSeen,
    Observe,
    Partition,
    SamplingSeen,
)
from dashboard.tap.assignment import Assignment, PlacesKept
from dashboard.tap.budget import Budget
from dashboard.tap.clock import elapsing, now, wall
from dashboard.tap.events import CLOCKS_MAY_DIFFER_MS, shown_event
from dashboard.tap.history import History
from dashboard.tap.own_topics import heard
from dashboard.tap.pace import Pace
from dashboard.tap.places import Place
from dashboard.tap.sampler import Sampler
from dashboard.tap.topic_filter import OWN_TOPICS, TopicFilter
from dashboard.tap.topic_watch import TopicWatch
from flowviz.kit.waits import Waits
from flowviz.numbers import count

BATCH = 500
"""Events told at once, at most."""

POLL_SECONDS = 0.05
"""How long to wait for a first message: also how exactly the turns of sampling are kept."""
QUIET_EVERY_SECONDS = 0.02
"""After so long without one, the next is seen so late at most (flowviz/kit/waits.py says why)."""

LOOK_EVERY_SECONDS = 1.0
LOOK_SHARE = 10
"""Looking for topics takes at most one part in this many of the reader's time."""

LOOK_AT_MOST_SECONDS = 10.0
LOOK_SOON_SECONDS = 0.2
"""After an error that a look may explain; not at once, for errors come in swarms."""

CLIENT_SETTINGS = {
    "enable_partition_eof": True,
    # Tried: with the default of 1000 the client stands still for a second when its queue is full.
    "fetch_queue_backoff_ms": 10,
    "fetch_wait_max_ms": 100,
    "fetch_error_backoff_ms": 100,
    "queued_max_messages_kbytes": 32_768,
    "topic_metadata_refresh_interval_ms": 10_000,
}

log = logging.getLogger(__name__)


class Reader:
    """Tells EventsSeen, SamplingSeen, WishSeen and StatusSeen."""

    def __init__(
        self,
        connection: Connection,
        observe: Observe,
        *,
        topics: TopicFilter,
        budget: Budget | None = None,
    ) -> None:
        self._connection = connection
        self._observe = observe
        self._topics = topics
        self._budget = budget or Budget()
        self._kept = PlacesKept()
        self.moved_at: float | None = None
        """When a step of it ended last (`time.monotonic()`); None while it does not run."""

    def run(self, stop: threading.Event) -> None:
        """Reads until `stop` is set. A second run goes on where the one before ended.

        Raises KafkaException when the client can go on no more. A cluster that is away is no
        reason: the client waits, and goes on by itself.
        """
        self.moved_at = elapsing()
        client = self._connection.reader("reader", **CLIENT_SETTINGS)
        admin = self._connection.admin("reader-topics")
        try:
            watch = TopicWatch(admin, self._topics.reads, OWN_TOPICS)
            assignment = Assignment(client, admin, self._kept)
            reading = _Reading(client, watch, assignment, self._budget, self._observe)
            while not stop.is_set():
                reading.step()
                self.moved_at = elapsing()
        finally:
            client.close()
            self.moved_at = None


class _Reading:
    """One run: what the client is assigned, and what it has read but not told yet."""

    def __init__(
        self,
        client: Consumer,
        watch: TopicWatch,
        assignment: Assignment,
        budget: Budget,
        observe: Observe,
    ) -> None:
        self._client = client
        self._waits = Waits(client)
        self._quiet = False
        """Nothing came when it was waited for last."""
        self._watch = watch
        self._assignment = assignment
        self._observe = observe
        self._sampler = Sampler(client, assignment, budget)
        self._look_at = float("-inf")
        self._pace = Pace(LOOK_SHARE, LOOK_EVERY_SECONDS, LOOK_AT_MOST_SECONDS)
        self._history: History | None = None
        self._history_until: dict[Partition, int] = {}
        self._gaps: dict[Partition, int] = {}
        self._missed = 0
        self._told = SamplingSeen(0, frozenset(), 0)

    def step(self) -> None:
        """One round: topics if it is time, messages, turns of sampling."""
        if elapsing() >= self._look_at:
            self._look()
        self._take(self._read())
        self._sampler.step(elapsing(), history=self._history is not None)
        self._tell_sampling()

    def _look(self) -> None:
        began = elapsing()
        try:
            topics = self._watch.look(REQUEST_SECONDS).topics
            begun = self._assignment.follow(topics, self._watch.missing, wall())
        except KafkaException:
            # The surveyor tells that the cluster is away; here there is nothing to read anyway.
            log.debug("No answer about topics", exc_info=True)
            self._look_at = elapsing() + LOOK_EVERY_SECONDS
            return
        rest = self._pace.rest(elapsing() - began)
        self._look_at = elapsing() + (LOOK_EVERY_SECONDS if self._watch.missing else rest)
        if begun:
            self._begin(begun)

    def _look_soon(self) -> None:
        self._look_at = min(self._look_at, elapsing() + LOOK_SOON_SECONDS)

    def _begin(self, begun: Mapping[Partition, Place]) -> None:
        is_first = not self._history_until
        for partition, place in begun.items():
            self._sampler.forget(partition)
            self._history_until[partition] = place.history_until
            if place.gap:
                self._gaps[partition] = place.gap
                self._missed += place.gap
        # Partitions that were read once and are no more must not pile up.
        for gone in self._history_until.keys() - self._assignment.partitions:
            del self._history_until[gone]
            self._gaps.pop(gone, None)
        if is_first:
            self._history = History(begun, elapsing())

    def _read(self) -> list[Message]:
        """What has come, at once when something is there: `consume` alone waits to fill up."""
        if self._quiet:
            first = self._waits.until(self._next, POLL_SECONDS, QUIET_EVERY_SECONDS)
        else:
            first = self._client.poll(POLL_SECONDS)
        self._quiet = first is None
        return [] if first is None else [first, *self._client.consume(BATCH - 1, 0)]

    def _next(self) -> Message | None:
        return self._client.poll(0)

    def _take(self, messages: list[Message]) -> None:
        """Messages of one partition come in runs. What is asked once a run is not asked for each
        event: measured, that was half of what it took to follow one, beside its headers."""
        seen_at, future = now(), wall() + CLOCKS_MAY_DIFFER_MS
        events: list[Event] = []
        run: list[Message] = []
        of: Partition = ("", 0)
        for message in messages:
            error = message.error()
            partition = (message.topic() or "", message.partition() or 0)
            if error is not None:
                # First what came before it, for it may end the reading of its partition.
                events += self._taken(of, run, seen_at, future)
                run = []
                self._hear(error, partition)
            elif partition == of:
                run.append(message)
            else:
                events += self._taken(of, run, seen_at, future)
                run, of = [message], partition
        events += self._taken(of, run, seen_at, future)
        if self._history is not None:
            self._history.hold(events)
            events = []
            if self._history.is_over(elapsing()):
                events, self._history = self._history.told(wall()), None
        for first in range(0, len(events), BATCH):
            self._observe(EventsSeen(seen_at, tuple(events[first : first + BATCH])))

    def _taken(
        self, partition: Partition, run: list[Message], seen_at: int, future: int
    ) -> list[Event]:
        """The events to be shown of a run: not Flowviz's own records, repeats and the unshown."""
        position = self._assignment.position(partition) if run else None
        if position is None:
            return []
        # Told of repeats as well: they too show that its fetches come, and count in a turn.
        self._sampler.saw(partition, sum(map(len, run)) / len(run), len(run))
        shown = self._sampler.shown(partition, len(run))
        first, last = run[0].offset() or 0, run[-1].offset() or 0
        if first < position or last - first != len(run) - 1:
            run, shown = without_repeats(run, shown, position)
            if not run:
                return []
        self._assignment.passed(partition, run[-1].offset() or 0)
        live_from = self._history_until.get(partition, 0)
        if partition[0] in OWN_TOPICS:
            self._hear_own(run, seen_at, live_from)
            return []
        events = [shown_event(one, partition, seen_at, future, live_from) for one in run[:shown]]
        if events and (gap := self._gaps.pop(partition, 0)):
            before = f"{count(gap)} before it were removed unread"
            events[0] = shown_event(run[0], partition, seen_at, future, live_from, before)
        return events

    def _hear_own(self, run: list[Message], seen_at: int, live_from: int) -> None:
        clock = wall()
        for message in run:
            live = (message.offset() or 0) >= live_from
            if (observation := heard(message, seen_at, clock, live=live)) is not None:
                self._observe(observation)

    def _hear(self, error: KafkaError, partition: Partition) -> None:
        code = error.code()
        if code == KafkaError._PARTITION_EOF:
            self._sampler.at_end(partition)
            if self._history is not None:
                self._history.at_end(partition)
        elif code in (KafkaError._AUTO_OFFSET_RESET, KafkaError.OFFSET_OUT_OF_RANGE):
            # Retention passed us: begun again at the next look, and what is missing counted.
            self._assignment.drop(partition)
            self._sampler.forget(partition)
            self._look_soon()
        elif error.fatal():
            raise KafkaException(error)
        else:
            log.debug("%s %s", partition, error)
            if code in _TOPIC_CHANGED:
                self._look_soon()

    def _tell_sampling(self) -> None:
        left_out = self._assignment.left_out
        seen = SamplingSeen(now(), self._sampler.topics, 0, self._missed, left_out)
        if seen != replace(self._told, at=seen.at):
            self._told = seen
            self._observe(seen)


def without_repeats(run: list[Message], shown: int, position: int) -> tuple[list[Message], int]:
    """The messages from `position` on, each once; and how many of them are among the first `shown`
    of the run. Offsets may have holes: compaction and transactions leave them."""
    new: list[Message] = []
    among_shown = 0
    for number, message in enumerate(run):
        offset = message.offset() or 0
        if offset >= position:
            new.append(message)
            among_shown += number < shown
            position = offset + 1
    return new, among_shown


_TOPIC_CHANGED = frozenset(
    {
        KafkaError.UNKNOWN_TOPIC_OR_PART,
        KafkaError.UNKNOWN_TOPIC_ID,
        KafkaError.INCONSISTENT_TOPIC_ID,
        KafkaError._UNKNOWN_TOPIC,
        KafkaError._UNKNOWN_PARTITION,
    }
)
