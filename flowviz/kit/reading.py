"""What a reader of the kit does beside reading: obeys wishes, keeps the books, commits, reports.

Everything but `report` and `tick` runs in the thread that polls. `report` takes no lock.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from typing import Any

from confluent_kafka import Consumer, KafkaError, Message, TopicPartition

from flowviz.kit import cause, instants, link, positions
from flowviz.kit.book import Verdict
from flowviz.kit.committing import Committing
from flowviz.kit.event import place_of
from flowviz.kit.holdings import Holdings, Place
from flowviz.kit.pace import Pace
from flowviz.kit.partitions import Partitions
from flowviz.kit.status import Phase, Reading, Report
from flowviz.kit.topic_ids import TopicIds
from flowviz.kit.wish import Wish

COMMIT_PATIENCE_SECONDS = 0.2
"""How long a commit that is due waits for what its events caused to be acknowledged."""
HOLD_FROM_SECONDS = 1.0
"""Longer waits between two events are spent polling with the partitions paused, so that the group
is answered meanwhile. A pause drops what the client has fetched: with one between all events, what
comes first in a fetch would always come first, and a partition wait behind the backlog of another.
"""
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
        self.ids = TopicIds(conf, instance)
        self.partitions = Partitions(
            client,
            self.holdings,
            self.commits,
            self.ids,
            reset=positions.reset_of(conf.get("auto.offset.reset", "largest")),
            isolation=positions.isolation_of(conf.get("isolation.level")),
            cooperative=cooperative,
            instance=instance,
        )
        self.topics: tuple[str, ...] = ()
        self.closing = False
        self.polling = False
        """Whether the client is being polled; it then commits by itself."""
        self.finished = False
        """Whether what was handed out last was dealt with, rather than let go."""
        self._group = str(conf.get("group.id"))
        self._member: str | None = None
        self._pace = Pace()
        self._handed_at = 0.0
        self._parked = False
        self._obeyed: Wish | None = None
        self.waits_to_write: Callable[[], bool] = lambda: False
        """Whether what its events caused cannot be written for now."""

    # What was handed out

    def hand_out(self, messages: list[Message]) -> None:
        """These are in hand from now on."""
        with self.lock:
            self.partitions.in_hand, self.finished = messages, False
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
            self.partitions.in_hand, self.finished = kept, not kept
            self._pace.took(self._handed_at, finished)
        if not kept:
            cause.become(None)

    def let_go(self) -> None:
        """What is in hand was not dealt with: it is not counted, and will be read again."""
        with self.lock:
            self.partitions.in_hand = []
        cause.become(None)

    def holds(self, message: Message) -> bool:
        """Whether the message is still this reader's to handle and to count."""
        return message in self.in_hand and place_of(message)[:2] in self.holdings

    def topic_id_of(self, message: Message) -> str | None:
        """Kafka's id of the topic that the message is of, as far as it is known."""
        book = self.holdings.book(place_of(message)[:2])
        return None if book is None else book.topic_id

    # One turn of polling

    def attend(self) -> None:
        """Obeys the newest wish, commits what is due, and puts again what was not answered."""
        with self.lock:
            wish = self.wish()
            # Standing still because nothing is known yet is starting, and no pause.
            settled = self.link is not None and self.link.settled
            if settled:
                wish = self.wish()
                self.partitions.rewinding.obey(wish)
            self.partitions.ask_again()
            stand = self.stands(wish)
            self.commits.go_on(patience_seconds=COMMIT_PATIENCE_SECONDS)
            self.partitions.hold(stand or self.pace_left() > HOLD_FROM_SECONDS)
            # What cannot be written may wait for ever: it takes no more events, and says what for.
            at_rest = self.commits.settled or self.waits_to_write()
            self._parked = settled and stand and not self.in_hand and at_rest
            self._obeyed = wish
            if self._member is None and len(self.holdings):
                self._member = Consumer.memberid(self.client)

    def attend_in_wait(self) -> None:
        """Looks at the newest wish while the event in hand waits for its dead letter alone."""
        with self.lock:
            wish = self.wish()
            settled = self.link is not None and self.link.settled
            self._parked = settled and self.stands(wish) and self.waits_to_write()
            self._obeyed = wish

    def stands(self, wish: Wish | None) -> bool:
        """Whether nothing may be handed out: so it is wished, or the wish is not known yet."""
        settled = self.link is not None and self.link.settled
        return not settled or (wish is not None and wish.paused_at(self.now()))

    def wish(self) -> Wish | None:
        return None if self.link is None else self.link.wish

    def now(self) -> int:
        """Unix ms, to be compared with the instants in the wish."""
        return instants.now_ms() if self.link is None else self.link.now()

    @property
    def in_hand(self) -> list[Message]:
        """Handed out, and not dealt with yet."""
        return self.partitions.in_hand

    def pace_left(self) -> float:
        """Seconds until the next event may be handed out at the wished speed."""
        return self._pace.left(time.monotonic(), self.wish(), self.now())

    def waiting(self) -> int | None:
        """Events after those in hand that wait in the partitions held, at least: as many as the
        client knew of when it last fetched. None: it has not fetched from all of them yet.
        """
        if self.partitions.opening.places():
            return None
        places = self.holdings.places()
        ends = [positions.known_end(self.client, *place) for place in places]
        if not places or None in ends:
            return None
        nexts = [self.partitions.next_offset(place) for place in places]
        return sum(max(0, end - at) for end, at in zip(ends, nexts, strict=True) if end is not None)

    # What the client tells

    def answered(self, error: KafkaError | None, offsets: list[TopicPartition]) -> None:
        with self.lock:
            self.commits.answered(error, offsets)

    def tick(self) -> bool:
        """From the link's thread: commits what was handled while the service is busy elsewhere.
        Whether an event is in hand, or something waits for its commit.
        """
        if not self.lock.acquire(blocking=False):
            return True
        try:
            unsent = self.holdings.unsent()
            if not self.polling and not self.closing and unsent:
                self.commits.go_on(patience_seconds=0, unanswered=True)
            return unsent or bool(self.in_hand)
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
        elif wish is not None and wish.paused_at(self.now()):
            phase = "pausing"
        elif not there:
            phase = "starting"
        return Report(
            phase=phase,
            obeyed=None if obeyed is None else obeyed.id,
            refusal=self.partitions.rewinding.refusal(wish),
            reason=self.partitions.opening.trouble
            or (WAITS if phase == "starting" and not there else None),
            groups=(Reading(self._group, self._member, self.topics),) if self.topics else (),
            handling_for_seconds=time.monotonic() - self._handed_at if busy else None,
            assigned=there,
        )
