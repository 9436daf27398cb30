"""A partition that should be read, and gives nothing although its log goes on.

Kafka's client does a pause, a resume, a seek and the start of reading in two steps, and what two
threads do at once may lose one of them without a word (librdkafka issue 5591): the partition then
stands still for good, while all looks well. So each is watched from when it begins to be read until
it gives its first event; what has given one since is being read, and costs nothing more.

Used by the thread that polls, and by no other. No question is waited for.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from confluent_kafka import Consumer, IsolationLevel, KafkaError, KafkaException, TopicPartition
from confluent_kafka.admin import OffsetSpec

from flowviz.kit import positions
from flowviz.kit.holdings import Place
from flowviz.kit.topic_ids import TopicIds

if TYPE_CHECKING:
    from flowviz.kit.partitions import Partitions

_log = logging.getLogger("flowviz.kit")

SILENT_SECONDS = 30.0
"""How long a partition may give nothing before the cluster is asked how far its log goes: well over
the 10 s that a client takes at most to come back to a broker."""
MOST_SECONDS = 600.0
"""Each answer after which nothing was given doubles the wait for the next, up to here."""
GRACE_SECONDS = 5.0
"""From hearing that there is more to doing anything: what is on its way comes meanwhile."""
ANSWER_SECONDS = 10.0
LOOK_SECONDS = 1.0
TURNS = 10
"""In a service that is slowed down: between two events all of it stands still, and the client
fetches anew after each. One of which so many turns told it nothing new is not being read."""
TRIES = 2
"""For the same end of the log. What is there then is no event: where a transaction ends a mark
stands, which no reader is given."""


_LAST_WORDS = frozenset({KafkaError._PARTITION_EOF, KafkaError._AUTO_OFFSET_RESET})
"""All of it is read; or it is read no more until somebody says from where."""


@dataclass(slots=True)
class _Watch:
    since: float
    look_at: float
    patience: float
    fresh: bool
    """The client has never fetched from it."""
    known: int | None = None
    """The end that the client knew of when the cluster was asked."""
    end: int | None = None
    """The end beyond our position that the cluster told; None: not asked, or there is no more."""
    heard_at: float = 0.0
    turns: int = 0
    """How often all was released since then."""
    tries: int = 0
    tried_to: int = -1
    """The end for which it was last put to its place again."""


class Standstill:
    """The partitions of one reader that have given nothing since they began to be read."""

    def __init__(
        self,
        partitions: Partitions,
        client: Consumer,
        ids: TopicIds,
        isolation: IsolationLevel,
        instance: str,
    ) -> None:
        self._partitions, self._client, self._ids = partitions, client, ids
        self._isolation, self._instance = isolation, instance
        self._watched: dict[Place, _Watch] = {}
        self._asked: dict[Place, Future[Any]] = {}
        self._look_at = 0.0
        self._idle_at = 0.0
        self._stopped_at = self._released_at = float("-inf")

    def watch(self, places: Iterable[Place]) -> None:
        """They begin to be read, or something was done to them that may have gone wrong."""
        now = time.monotonic()
        for place in places:
            fresh = positions.known_end(self._client, *place) is None
            self._watched[place] = _Watch(now, now + SILENT_SECONDS, SILENT_SECONDS, fresh)

    def keep_watching(self, places: Iterable[Place]) -> None:
        """Something was done that may have gone wrong. For those that are watched already nothing
        begins anew: done again and again, it would keep them from ever being looked at.
        """
        soon = time.monotonic() + SILENT_SECONDS
        for place in places:
            watch = self._watched.get(place)
            if watch is None:
                self.watch([place])
            else:
                watch.patience, watch.look_at = SILENT_SECONDS, min(watch.look_at, soon)

    def stopped(self) -> None:
        """All stand still from now on."""
        self._stopped_at = time.monotonic()

    def released(self, places: Iterable[Place]) -> None:
        """All stood still, and these are read on. A pause does not count as silence; the moments
        between the events of a service that is slowed down do, or it would take hours there."""
        now = self._released_at = time.monotonic()
        for watch in self._watched.values():
            watch.turns += 1
            stood = now - max(self._stopped_at, watch.since)
            if stood >= GRACE_SECONDS:
                watch.since, watch.look_at = watch.since + stood, watch.look_at + stood
        self.keep_watching(places)

    def gave(self, place: Place, offset: int) -> None:
        """An event came from it: it is read."""
        watch = self._watched.pop(place, None)
        if watch is not None and offset < watch.tried_to:
            said = "%s: %s [%d]: gave nothing for %d s though there was more; it is read again."
            _log.warning(said, self._instance, *place, time.monotonic() - watch.since)

    def told(self, place: Place, code: int) -> None:
        """The client says itself how it is with it. What only passes is no reason to forget it."""
        if code in _LAST_WORDS:
            self.forget(place)
        else:
            self.watch([place])

    def forget(self, place: Place) -> None:
        """It is not to be read, or given away."""
        self._watched.pop(place, None)

    def idle(self) -> None:
        """The client had nothing to give: nothing of a partition waits behind other events. That it
        gives nothing of what stands still, and for a moment after that, says nothing."""
        now = time.monotonic()
        if not self._partitions.held and now - self._released_at >= GRACE_SECONDS:
            self._idle_at = now

    def look(self) -> None:
        """Asks about those that are silent too long, and puts to their place again those that
        should have given something. While all stand still nobody owes anything.
        """
        now = time.monotonic()
        if not self._watched or self._partitions.held or now < self._look_at:
            return
        self._look_at = now + LOOK_SECONDS
        for place in list(self._watched):
            if self._partitions.stands(place) or place not in self._partitions.holdings:
                del self._watched[place]
        self._hear(now)
        self._ask(now)
        for place, watch in list(self._watched.items()):
            # Put back, or begun anew, by what was done for one before it.
            if self._watched.get(place) is watch and watch.end is not None:
                self._judge(place, watch, watch.end, now)

    def _ask(self, now: float) -> None:
        silent = [place for place, watch in self._watched.items() if watch.end is None]
        due = [place for place in silent if now >= self._watched[place].look_at]
        if self._asked or not due:
            return
        asked = [TopicPartition(*place) for place in due]
        latest = OffsetSpec.latest()  # type: ignore[no-untyped-call]
        answers = self._ids.client.list_offsets(
            dict.fromkeys(asked, latest),
            isolation_level=self._isolation,
            request_timeout=ANSWER_SECONDS,
        )
        for place in due:
            self._watched[place].known = positions.known_end(self._client, *place)
        self._asked = {(tp.topic, tp.partition): answer for tp, answer in answers.items()}

    def _hear(self, now: float) -> None:
        if not all(answer.done() for answer in self._asked.values()):
            return
        asked, self._asked = self._asked, {}
        for place, answer in asked.items():
            watch = self._watched.get(place)
            if watch is None or now < watch.look_at:
                continue  # read meanwhile, or begun anew
            end = _end_in(answer)
            if end is None:
                watch.look_at = now + SILENT_SECONDS  # its broker is away: that is why
            elif end > self._partitions.next_offset(place):
                watch.end, watch.heard_at, watch.look_at = end, now, now + GRACE_SECONDS
                watch.turns = 0
            else:
                _later(watch, now)

    def _judge(self, place: Place, watch: _Watch, end: int, now: float) -> None:
        if now < watch.look_at:
            return
        known = positions.known_end(self._client, *place)
        behind = known is None or known < end
        if self._idle_at < watch.heard_at and not (behind and watch.turns >= TURNS):
            return
        if not behind and (watch.fresh or known != watch.known):
            del self._watched[place]  # it is fetched: what is there is no event
        elif end > watch.tried_to or watch.tries < TRIES:
            self._put_back(place, watch, end, stuck=behind)
        else:
            _later(watch, now)

    def _put_back(self, place: Place, watch: _Watch, end: int, *, stuck: bool) -> None:
        """`stuck`: beyond doubt, for the client does not know how far the log goes."""
        target = TopicPartition(*place, self._partitions.next_offset(place))
        if stuck and watch.tries:
            said = "%s: %s [%d]: gives nothing though its log goes on to %d; trying again."
            _log.warning(said, self._instance, *place, end)
        try:
            if watch.tries:
                self._partitions.assign_again(target)
            else:
                self._partitions.move(place, target.offset)
            Consumer.resume(self._client, [target])
        except KafkaException as error:
            _log.debug("%s: %s [%d]: %s", self._instance, *place, error)
        watch.tries, watch.tried_to = watch.tries + 1, end
        _later(watch, time.monotonic())
        self._watched[place] = watch


def _later(watch: _Watch, now: float) -> None:
    watch.end, watch.patience = None, min(2 * watch.patience, MOST_SECONDS)
    watch.look_at = now + watch.patience


def _end_in(answer: Future[Any]) -> int | None:
    """None: no answer. So is an offset below 0, which the client gives without an error."""
    try:
        offset = int(answer.result(0).offset)
    except (KafkaException, TimeoutError):
        return None
    return offset if offset >= 0 else None
