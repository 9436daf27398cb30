"""What a reader of the kit does beside reading: obeys wishes, keeps the books, commits, reports.

Everything but `report` and `tick` runs in the thread that polls. `report` takes no lock.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from typing import Any

from confluent_kafka import (
    OFFSET_BEGINNING,
    OFFSET_END,
    Consumer,
    KafkaError,
    KafkaException,
    Message,
    TopicPartition,
)

from flowviz.kit import cause, ledger, link, positions
from flowviz.kit.book import Book, Verdict
from flowviz.kit.committing import Committing
from flowviz.kit.event import place_of
from flowviz.kit.holdings import Holdings, Place
from flowviz.kit.pace import Pace
from flowviz.kit.status import Phase, Reading, Report
from flowviz.kit.wish import Rewind, Wish

_log = logging.getLogger("flowviz.kit")

HOLD_FROM_SECONDS = 0.2
"""Longer waits between two events are spent polling with the partitions paused."""
TROUBLE_SECONDS = 1.0
"""Before a question that the cluster did not answer is put again."""
WAITS = "waits for its partitions"


class Reader:
    """The state of one Consumer of the kit."""

    def __init__(
        self,
        client: Consumer,
        conf: Mapping[str, Any],
        *,
        auto_commit: bool,
        auto_store: bool,
        cooperative: bool,
        instance: str,
    ) -> None:
        self.client, self.instance = client, instance
        self.link: link.Link | None = None
        self.lock = threading.RLock()
        self.holdings = Holdings(stored_by_hand=not auto_store)
        self.commits = Committing(client, self.holdings, instance, by_itself=auto_commit)
        self.reset = positions.reset_of(conf.get("auto.offset.reset", "largest"))
        self.cooperative = cooperative
        self.topics: tuple[str, ...] = ()
        self.in_hand: list[Message] = []
        self.stash: deque[Message] = deque()
        self.paused: set[Place] = set()
        """Partitions that the service paused itself."""
        self.closing = False
        self.polling = False
        """Whether the client is being polled; it then commits by itself."""
        self.finished = False
        """Whether what was handed out last was dealt with, rather than let go."""
        self.give_up: Callable[[], bool] = lambda: self.closing
        """Whether questions to a cluster that does not answer should end."""
        self.on_lost: Callable[[], None] = lambda: None
        self.on_rewind: Callable[[], None] = lambda: None
        self._group = str(conf.get("group.id"))
        self._member: str | None = None
        self._held = False
        self._pace = Pace()
        self._handed_at = 0.0
        self._parked = False
        self._obeyed: Wish | None = None
        self._rewound: Rewind | None = None
        self._troubled: dict[Place, float] = {}
        self._rewind_again_at = 0.0

    # What was handed out

    def hand_out(self, messages: list[Message]) -> None:
        """These are in hand from now on."""
        with self.lock:
            self.in_hand, self.finished = messages, False
            self._handed_at = time.monotonic()
        if len(messages) == 1:
            place = place_of(messages[0])
            cause.become(cause.of(*place, messages[0].headers()))
        else:
            cause.become(None)

    def finish(self, verdict: Verdict = "done", below: Mapping[Place, int] | None = None) -> None:
        """What is in hand is dealt with; with `below`, only what stands before those offsets."""
        if not self.in_hand:
            return
        with self.lock:
            kept: list[Message] = []
            for message in self.in_hand:
                topic, partition, offset = place_of(message)
                if below is not None and offset >= below.get((topic, partition), -1):
                    kept.append(message)
                else:
                    self.holdings.finish((topic, partition), offset, verdict)
            finished = len(self.in_hand) - len(kept)
            self.in_hand, self.finished = kept, not kept
            self._pace.took(self._handed_at, finished)
        if not kept:
            cause.become(None)

    def let_go(self) -> None:
        """What is in hand was not dealt with: it is not counted, and will be read again."""
        with self.lock:
            self.in_hand = []
        cause.become(None)

    def holds(self, message: Message) -> bool:
        """Whether the message is still this reader's to handle and to count."""
        return message in self.in_hand and place_of(message)[:2] in self.holdings

    # One turn of polling

    def attend(self) -> None:
        """Obeys the newest wish, commits what is due, and puts again what was not answered."""
        with self.lock:
            wish = self.wish()
            if wish is not None and wish.rewind is not None:
                self._rewind(wish.rewind)
            for place in [p for p, at in self._troubled.items() if time.monotonic() >= at]:
                self.go_on_from_the_log(place)
            stand = self.stands(wish)
            self.commits.go_on(patience_seconds=HOLD_FROM_SECONDS)
            self.hold(stand or self.pace_left() > HOLD_FROM_SECONDS)
            self._parked = stand and not self.in_hand and self.commits.settled
            self._obeyed = wish
            if self._member is None and len(self.holdings):
                self._member = Consumer.memberid(self.client)

    def stands(self, wish: Wish | None) -> bool:
        """Whether nothing may be handed out: so it is wished, or the wish is not known yet."""
        settled = self.link is not None and self.link.settled
        return not settled or (wish is not None and wish.paused_at(link.now_ms()))

    def wish(self) -> Wish | None:
        return None if self.link is None else self.link.wish

    @property
    def held(self) -> bool:
        return self._held

    def pace_left(self) -> float:
        """Seconds until the next event may be handed out at the wished speed."""
        return self._pace.left(time.monotonic(), self.wish(), link.now_ms())

    def hold(self, still: bool) -> None:
        """Pauses or resumes the partitions; those that the service paused itself stay paused."""
        if still == self._held:
            return
        self._held = still
        places = [p for p in self.holdings.places() if p not in self.paused]
        partitions = [TopicPartition(*place) for place in places]
        if partitions:
            (Consumer.pause if still else Consumer.resume)(self.client, partitions)

    # Partitions come, go, and move

    def open(self, partitions: list[TopicPartition]) -> list[TopicPartition]:
        """Opens the books of these; returns them with the offsets to read from.

        Raises KafkaException when the cluster does not say where the group stands.
        """
        if not partitions:
            return []
        opened = positions.patiently(lambda: self._open(partitions), self.give_up)
        self._rewound = None
        return opened

    def _open(self, partitions: list[TopicPartition]) -> list[TopicPartition]:
        committed = positions.ask_committed(self.client, partitions)
        opened = []
        for wanted in partitions:
            place = (wanted.topic, wanted.partition)
            commit = committed[place]
            book = positions.open_book(self.client, wanted, commit, self.reset)
            if book is None:
                opened.append(wanted)
                continue
            entry = ledger.parse(commit.metadata)
            left_as = book.position == commit.offset
            same = left_as and entry is not None and entry.number == book.number
            self.holdings.open(place, book, as_committed=same)
            opened.append(TopicPartition(*place, book.position))
        return opened

    def close_books(self, partitions: list[TopicPartition], *, commit: bool) -> None:
        """These partitions are given away, or (without `commit`) already somebody else's."""
        places = [(p.topic, p.partition) for p in partitions]
        if commit:
            self.commits.now(places)
        for place in places:
            self.holdings.drop(place)
            self.paused.discard(place)
            self._troubled.pop(place, None)
            self.unstash(place)
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
        if adding:
            Consumer.incremental_assign(self.client, opened)
        else:
            Consumer.assign(self.client, opened)
        still = [tp for tp in opened if self._held or (tp.topic, tp.partition) in self.paused]
        free = [tp for tp in opened if tp not in still]
        if still:
            Consumer.pause(self.client, still)
        if free:
            Consumer.resume(self.client, free)

    def move(self, place: Place, offset: int) -> None:
        """Reads on from `offset`. Raises KafkaException."""
        self.unstash(place)
        self.holdings.moved(place)
        target = TopicPartition(*place, offset)
        try:
            Consumer.seek(self.client, target)
        except KafkaException as error:
            # After "offset out of range" the client has given the partition up: no seek helps.
            if error.args[0].code() != KafkaError._STATE:
                raise
            self._assign_again(target)

    def _assign_again(self, target: TopicPartition) -> None:
        if self.cooperative:
            Consumer.incremental_unassign(self.client, [target])
            self.take_over([target], adding=True)
            return
        self.stash.clear()
        places = {place: self._next_offset(place) for place in self.holdings.places()}
        places[target.topic, target.partition] = target.offset
        everything = [TopicPartition(*place, offset) for place, offset in places.items()]
        self.take_over(everything, adding=False)

    def _next_offset(self, place: Place) -> int:
        """What to hand out next of a partition, after what is in hand."""
        book = self.holdings.book(place)
        in_hand = [place_of(m)[2] + 1 for m in self.in_hand if place_of(m)[:2] == place]
        return max([0 if book is None else book.position, *in_hand])

    def seek(self, place: Place, offset: int) -> None:
        """The service goes elsewhere by itself: what it passes is skipped, back is a new pass."""
        book = self.holdings.book(place)
        if offset in (OFFSET_BEGINNING, OFFSET_END):
            offset = positions.ends_of(self.client, *place)[offset == OFFSET_END]
        if book is None:
            self.holdings.open(place, Book(offset), as_committed=False)
        elif offset < book.position:
            book.start_over(offset)
            self.on_rewind()
        else:
            book.skip_to(offset)
        self.move(place, offset)

    def go_on_from_the_log(self, place: Place) -> bool:
        """After "offset out of range": books why, and reads on from where the log has something.

        False: the service itself wants to hear of it.
        """
        book = self.holdings.book(place)
        self._troubled.pop(place, None)
        if book is None:
            return False
        before = book.position
        try:
            low, high = positions.ends_of(self.client, *place)
            target = positions.out_of_range(book, low, high, self.reset)
            if target is None:
                return False
            self.move(place, target)
        except KafkaException as error:
            _log.debug("%s: %s [%d]: %s", self.instance, *place, error)
            self._troubled[place] = time.monotonic() + TROUBLE_SECONDS
            return True
        said = "%s: %s [%d]: the log no longer holds offset %d; going on from %d."
        _log.warning(said, self.instance, *place, before, target)
        return True

    def _rewind(self, rewind: Rewind) -> None:
        if rewind == self._rewound or time.monotonic() < self._rewind_again_at:
            return
        try:
            for place in self.holdings.places():
                self._rewind_one(place, rewind)
            self._rewound = rewind
        except KafkaException as error:
            _log.warning("%s: could not rewind (%s); trying again.", self.instance, error)
            self._rewind_again_at = time.monotonic() + TROUBLE_SECONDS

    def _rewind_one(self, place: Place, rewind: Rewind) -> None:
        book = self.holdings.book(place)
        if book is None or book.rw == rewind.id:
            return
        target = positions.rewind_target(self.client, *place, rewind)
        if target is None:
            return
        book.start_over(target, rewind.id)
        self.on_rewind()
        self.move(place, target)
        self.commits.these([self.holdings.commit_of(place, target)])
        _log.info("%s: %s [%d]: reading again from %d.", self.instance, *place, target)

    # What the client tells

    def answered(self, error: KafkaError | None, offsets: list[TopicPartition]) -> None:
        with self.lock:
            self.commits.answered(error, offsets)

    def tick(self) -> None:
        """From the link's thread: commits what was handled while the service is busy elsewhere."""
        if not self.lock.acquire(blocking=False):
            return
        try:
            if not self.polling and not self.closing and self.holdings.unsent():
                self.commits.go_on(patience_seconds=0, unanswered=True)
        finally:
            self.lock.release()

    def report(self) -> Report:
        """What this reader says of itself now, from whichever thread asks."""
        obeyed, busy, there = self._obeyed, bool(self.in_hand), len(self.holdings) > 0
        wish = self.wish()
        phase: Phase = "running"
        if self.closing:
            phase = "stopping"
        elif self.link is None or not self.link.settled:
            phase = "starting"
        elif self._parked:
            phase = "paused"
        elif wish is not None and wish.paused_at(link.now_ms()):
            phase = "pausing"
        elif not there:
            phase = "starting"
        return Report(
            phase=phase,
            obeyed=None if obeyed is None else obeyed.id,
            reason=WAITS if phase == "starting" and not there else None,
            groups=(Reading(self._group, self._member, self.topics),) if self.topics else (),
            handling_for_seconds=time.monotonic() - self._handed_at if busy else None,
            assigned=there,
        )
