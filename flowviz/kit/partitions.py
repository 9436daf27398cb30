"""The partitions of a reader as they come, go, move, and stand still.

Used by the thread that polls, with the reader's lock held.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable

from confluent_kafka import (
    OFFSET_BEGINNING,
    OFFSET_END,
    OFFSET_INVALID,
    OFFSET_STORED,
    Consumer,
    IsolationLevel,
    KafkaError,
    KafkaException,
    Message,
    TopicPartition,
)

from flowviz.kit import positions
from flowviz.kit.book import Book
from flowviz.kit.committing import Committing
from flowviz.kit.event import place_of
from flowviz.kit.holdings import Holdings, Place
from flowviz.kit.log_changes import LogChanges
from flowviz.kit.opening import Opened, Opening
from flowviz.kit.rewinding import Rewinding
from flowviz.kit.standstill import Standstill
from flowviz.kit.topic_ids import TopicIds

_log = logging.getLogger("flowviz.kit")


class Partitions:
    """What one Consumer of the kit is assigned, and where it reads on."""

    def __init__(
        self,
        client: Consumer,
        holdings: Holdings,
        commits: Committing,
        ids: TopicIds,
        *,
        reset: positions.Reset,
        isolation: IsolationLevel,
        cooperative: bool,
        instance: str,
    ) -> None:
        self.holdings, self.cooperative = holdings, cooperative
        self.held = False
        """Whether all of them stand still."""
        self.paused: set[Place] = set()
        """Those that the service paused itself."""
        self.stash: deque[Message] = deque()
        """Fetched and not handed out, because everything was to stand still just then."""
        self.in_hand: list[Message] = []
        """Handed out, and not dealt with yet."""
        self.from_beginning = False
        """Whether new partitions are read from their beginning, whatever was committed."""
        self.opening = Opening(client, ids, reset, instance)
        self.on_lost: Callable[[], None] = lambda: None
        self.rewinding = Rewinding(self, client, commits, instance)
        self.log_changes = LogChanges(self, client, ids, reset, instance)
        self.standstill = Standstill(self, client, ids, isolation, instance)
        self._client, self._commits, self._instance = client, commits, instance
        self._given: list[Place] = []

    def hold(self, still: bool) -> None:
        """Pauses or resumes the partitions; those that the service paused itself stay paused."""
        if still == self.held:
            return
        self.held = still
        places = [p for p in self.holdings.places() if p not in self.paused]
        partitions = [TopicPartition(*place) for place in places]
        if partitions:
            (Consumer.pause if still else Consumer.resume)(self._client, partitions)
        if still:
            self.standstill.stopped()
        else:
            self.standstill.released(places)

    def open(self, partitions: list[TopicPartition]) -> list[TopicPartition]:
        """Opens the books of these; returns them with the offsets to read from. Those that the
        cluster does not tell of are opened later: they are to stand still until then.
        """
        self.opening.want([self._from(tp) for tp in partitions])
        self._take_in(self.opening.ask(positions.QUESTION_SECONDS))
        return [self._to_read(tp) for tp in partitions]

    def take_given(self) -> list[Place]:
        """Those that were opened since the last call and are still held."""
        given, self._given = self._given, []
        return [place for place in given if place in self.holdings]

    def _from(self, tp: TopicPartition) -> TopicPartition:
        """With the place it is to be read from, where that is not the last commit."""
        if self.from_beginning and tp.offset == OFFSET_INVALID:
            return TopicPartition(tp.topic, tp.partition, OFFSET_BEGINNING)
        return tp

    def _take_in(self, opened: list[Opened]) -> None:
        for place, book, as_committed, strange in opened:
            if book is not None:
                self.holdings.open(place, book, as_committed=as_committed)
                self.rewinding.opened(place, strange=strange)
                self._given.append(place)

    def _to_read(self, wanted: TopicPartition) -> TopicPartition:
        place = (wanted.topic, wanted.partition)
        book = self.holdings.book(place)
        return wanted if book is None else TopicPartition(*place, book.position)

    def open_late(self) -> None:
        """Asks again for those that wait to be opened, and reads those that are answered."""
        if not self.opening.due():
            return
        opened = self.opening.ask_again()
        self._take_in(opened)
        for place, book, _, _ in opened:
            target = TopicPartition(*place, OFFSET_STORED if book is None else book.position)
            try:
                if book is None:
                    self.assign_again(target)  # no seek goes to what was stored
                else:
                    self.move(place, target.offset)
            except KafkaException as error:
                _log.debug("%s: %s [%d]: %s", self._instance, *place, error)
                self.holdings.drop(place)
                self.opening.want([target])
                continue
            if not self.stands(place):
                Consumer.resume(self._client, [target])
            _log.info("%s: %s [%d]: reads now.", self._instance, *place)

    def places(self) -> list[Place]:
        """All that are assigned, opened or not."""
        return [*self.holdings.places(), *self.opening.places()]

    def close_books(self, partitions: list[TopicPartition], *, commit: bool) -> None:
        """These partitions are given away, or (without `commit`) already somebody else's."""
        places = [(p.topic, p.partition) for p in partitions]
        if commit:
            self._commits.now(places)
        self._given = [place for place in self._given if place not in places]
        for place in places:
            self.holdings.drop(place)
            self.paused.discard(place)
            self.log_changes.forget(place)
            self.opening.forget(place)
            self.rewinding.forget(place)
            self.standstill.forget(place)
            self.unstash(place)
        self.standstill.keep_watching(self.holdings.places())
        # Should they come back, what was in hand is read again with them.
        self.in_hand = [m for m in self.in_hand if place_of(m)[:2] not in places]
        if not commit:
            self.on_lost()

    def unstash(self, place: Place) -> None:
        """Forgets what was fetched of a partition and not handed out."""
        self.stash = deque(m for m in self.stash if place_of(m)[:2] != place)

    def take_over(self, opened: list[TopicPartition], *, adding: bool) -> None:
        """Reads these from the offsets given. Without the assign, a pause would do nothing;
        without the pause, a held reader reads; and the client remembers a pause of partitions
        that it gave away: hence the resume.
        """
        opened = [self.opening.parked(tp) for tp in opened]
        if adding:
            Consumer.incremental_assign(self._client, opened)
        else:
            Consumer.assign(self._client, opened)
        still = [tp for tp in opened if self.stands((tp.topic, tp.partition))]
        free = [tp for tp in opened if tp not in still]
        if still:
            Consumer.pause(self._client, still)
        if free:
            Consumer.resume(self._client, free)
        self.standstill.watch([(tp.topic, tp.partition) for tp in opened])
        self.standstill.keep_watching(self.holdings.places())

    def stands(self, place: Place) -> bool:
        """Whether nothing may be read of it now."""
        return self.held or place in self.paused or place in self.opening

    def move(self, place: Place, offset: int) -> None:
        """Reads on from `offset`. Raises KafkaException."""
        self.unstash(place)
        target = TopicPartition(*place, offset)
        try:
            Consumer.seek(self._client, target)
        except KafkaException as error:
            # After "offset out of range" the client has given the partition up: no seek helps.
            if error.args[0].code() != KafkaError._STATE:
                raise
            self.assign_again(target)
        self.standstill.watch([place])

    def assign_again(self, target: TopicPartition) -> None:
        """Gives the partition up and takes it again, from that offset on. Raises KafkaException."""
        if self.cooperative:
            self.unstash((target.topic, target.partition))
            Consumer.incremental_unassign(self._client, [target])
            self.take_over([target], adding=True)
            return
        self.stash.clear()
        places = {place: self.next_offset(place) for place in self.holdings.places()}
        places[target.topic, target.partition] = target.offset
        everything = [TopicPartition(*place, offset) for place, offset in places.items()]
        late = [TopicPartition(*place) for place in self.opening.places()]
        self.take_over([*everything, *late], adding=False)

    def next_offset(self, place: Place) -> int:
        """What to hand out next of a partition, after what is in hand."""
        book = self.holdings.book(place)
        in_hand = [place_of(m)[2] + 1 for m in self.in_hand if place_of(m)[:2] == place]
        return max([0 if book is None else book.position, *in_hand])

    def seek(self, place: Place, offset: int) -> None:
        """The service goes elsewhere by itself: what it passes is skipped, back is a new pass."""
        if place in self.opening:
            self.opening.want([TopicPartition(*place, offset)])
            return
        book = self.holdings.book(place)
        if offset in (OFFSET_BEGINNING, OFFSET_END):
            offset = positions.ends_of(self._client, *place)[offset == OFFSET_END]
        if book is None and not self._assigned(place):
            # Not ours: what the client says to that, it says to the service.
            Consumer.seek(self._client, TopicPartition(*place, offset))
        self.move(place, offset)
        if book is None:
            self.holdings.open(place, Book(offset), as_committed=False)
        elif offset < book.position:
            book.start_over(offset)
            self.rewinding.on_rewind()
        else:
            book.skip_to(offset)
        self.holdings.moved(place)

    def _assigned(self, place: Place) -> bool:
        return any((tp.topic, tp.partition) == place for tp in Consumer.assignment(self._client))

    def ask_again(self) -> None:
        """Puts the questions again that the cluster did not answer, and those that are due."""
        self.open_late()
        self.log_changes.look()
        self.standstill.look()
