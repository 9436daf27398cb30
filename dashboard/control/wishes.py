"""Writes wishes to flowviz.control: always the whole wish, made from the newest there is.

Other programs may write wishes too. So before one is made from a wish that we neither sent nor
read, the topic is read again: nothing that somebody else asked is undone by accident.
"""

from __future__ import annotations

import contextlib
import logging
import threading
import time
import uuid
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace

from confluent_kafka import KafkaError, KafkaException, Message, Producer, TopicPartition

from dashboard.cluster.answers import error_of, in_words
from dashboard.cluster.connection import Connection
from dashboard.cluster.offsets import at_time
from dashboard.picture.actions import STARTING_OVER
from dashboard.picture.observations import Partition
from flowviz.kit.wish import CONTROL_TOPIC, Wish, WishError, parse

ANSWER_SECONDS = 8.5
"""Within this a wish is taken or given up: the page waits 10 s for what came of a button."""
SEND_SECONDS = 3.5
"""A wish that no broker took within this time is given up: later it could surprise."""
GIVING_UP_SECONDS = 1.0
"""The client looks once a second for what it has to give up."""
READ_SECONDS = 5.0
MAX_KNOWN_IDS = 1000

logger = logging.getLogger(__name__)

Change = Callable[[Wish], Wish]
"""From the newest wish for a service, under its new id, to what is wanted now; service, by and at
are filled in."""


class NotTaken(Exception):
    """No broker took the wish, or gave the newest ones. Its text is one sentence for the person."""


NO_ANSWER = "The cluster does not answer. Try again when it does."


class Wishes:
    """The one writer of flowviz.control in this process.

    Its methods block; `change` for ANSWER_SECONDS at most, with its turn, reading and sending.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._turn = threading.RLock()
        self._held_back = False
        self._times_held_back = 0
        self._producer: Producer | None = None
        self._newest: dict[str, Wish] = {}
        self._ids: OrderedDict[str, None] = OrderedDict()
        """Wishes that `_newest` has in it or has gone past."""
        self._read_once = False

    def change(
        self,
        changes: Mapping[str, Change],
        seen: Mapping[str, str | None],
        by: str,
        asked_at: float | None = None,
    ) -> dict[str, Wish]:
        """Send a new wish for each of these services; returns what was sent.

        `seen`: for each service the id of the wish that the picture shows. `asked_at`: when the
        person asked, in monotonic seconds; without it, now. Raises NotTaken unless
        all of them were taken, and WishError, with none sent, where the kit would not understand
        one: it would stay the newest, and all that is made from it would be ignored as well.
        """
        asked_at = time.monotonic() if asked_at is None else asked_at
        send_by = asked_at + ANSWER_SECONDS - SEND_SECONDS - GIVING_UP_SECONDS
        with self._its_turn(send_by):
            if not self._read_once or any(i and i not in self._ids for i in seen.values()):
                self._read(min(send_by, time.monotonic() + READ_SECONDS))
            now = int(time.time() * 1000)
            wishes = {}
            for service, change in changes.items():
                newest = self._newest.get(service) or Wish(id="", service=service)
                asked = change(replace(newest, id=str(uuid.uuid4())))
                wishes[service] = replace(asked, service=service, by=by, at=now)
            for wish in wishes.values():
                parse(wish.encode())
            if time.monotonic() > send_by:
                raise NotTaken(NO_ANSWER)
            self._send(wishes)
        return wishes

    def offsets_at(
        self, partitions: Iterable[Partition], at: int
    ) -> Mapping[Partition, int | None]:
        """Where each log was at an instant (Unix ms), for who wishes to read again from then."""
        return at_time(self._connection.admin("control"), partitions, at)

    def prepare(self) -> None:
        """Connect and read the newest wishes, so that the first button is as quick as the next.

        Where the cluster does not answer, the first wish finds out again, and says so.
        """
        with self._turn, contextlib.suppress(NotTaken, KafkaException):
            self._read(time.monotonic() + READ_SECONDS)
            self._producer = self._producer or Producer(self._settings())
            self._producer.list_topics(CONTROL_TOPIC, timeout=READ_SECONDS)

    @contextlib.contextmanager
    def held_back(self) -> Iterator[None]:
        """While the topic is made anew: what was under way has been answered before, new wishes are
        refused, those that waited for their turn as well, and afterwards all of before is
        forgotten. A wish that came through would hold on the new topic.
        """
        self._held_back = True  # first: who looks in between waits for nothing
        self._times_held_back += 1
        try:
            with self._turn:
                try:
                    yield
                finally:
                    self._forget()  # also after a failure: the topic may be new by then
        finally:
            self._held_back = False

    def _forget(self) -> None:
        self._producer = None
        self._newest.clear()
        self._ids.clear()
        self._read_once = False

    def close(self) -> None:
        """Nothing is left to send: every call has waited for its answer. Where one still does, it
        is not waited for longer than a wish would be."""
        if self._turn.acquire(timeout=SEND_SECONDS):
            self._producer = None
            self._turn.release()

    @contextlib.contextmanager
    def _its_turn(self, send_by: float) -> Iterator[None]:
        """One wish after another; who waits behind those that nobody answers is told so as well,
        for a wish that goes out a minute after its button was pressed surprises."""
        before = self._times_held_back
        if self._held_back:
            raise NotTaken(STARTING_OVER)
        wait = max(0.0, min(SEND_SECONDS, send_by - time.monotonic()))
        if not self._turn.acquire(timeout=wait):
            raise NotTaken(STARTING_OVER if self._times_held_back != before else NO_ANSWER)
        try:
            if self._held_back or self._times_held_back != before:
                raise NotTaken(STARTING_OVER)
            yield
        finally:
            self._turn.release()

    def _send(self, wishes: Mapping[str, Wish]) -> None:
        producer = self._producer or Producer(self._settings())
        self._producer = producer
        taken: set[str] = set()
        refused: list[KafkaError] = []

        def delivered(error: KafkaError | None, message: Message) -> None:
            if error is None:
                taken.add((message.key() or b"").decode())
            else:
                refused.append(error)

        try:
            for service, wish in wishes.items():
                producer.produce(
                    CONTROL_TOPIC, key=service, value=wish.encode(), on_delivery=delivered
                )
        except (KafkaException, BufferError) as failure:
            logger.debug("A wish could not be queued", exc_info=failure)
        producer.flush(SEND_SECONDS + GIVING_UP_SECONDS)
        for service in taken:
            self._know(wishes[service])
        if len(taken) < len(wishes):
            self._read_once = False  # what the brokers made of the others is not known
            raise NotTaken(_sentence(refused))

    def _settings(self) -> dict[str, object]:
        return {
            **self._connection.client_config("control"),
            "acks": "all",
            "linger.ms": 0,
            "message.timeout.ms": int(SEND_SECONDS * 1000),
            "max.in.flight.requests.per.connection": 1,  # a retry never overtakes a newer wish
        }

    def _read(self, ends_at: float) -> None:
        """Read the topic from its beginning to the end it has now, until `ends_at` (monotonic)."""
        reader = self._connection.reader("wishes", enable_partition_eof=True)
        try:
            where = TopicPartition(CONTROL_TOPIC, 0)
            left = max(0.01, ends_at - time.monotonic())
            bounds = reader.get_watermark_offsets(where, timeout=left)
            if bounds is None:
                raise NotTaken(NO_ANSWER)
            reader.assign([TopicPartition(CONTROL_TOPIC, 0, bounds[0])])
            while not self._take(reader.poll(0.1)):
                if time.monotonic() > ends_at:
                    raise NotTaken(NO_ANSWER)
        except KafkaException as failure:
            raise NotTaken(_sentence([error_of(failure)])) from failure
        finally:
            reader.close()
        self._read_once = True

    def _take(self, message: Message | None) -> bool:
        """Learn what the record says; whether it was the end of the topic instead."""
        if message is None:
            return False
        error = message.error()
        if error is not None:
            if error.code() == KafkaError._PARTITION_EOF:
                return True
            if error.retriable():
                return False
            raise KafkaException(error)
        try:
            wish = parse(message.value() or b"")
        except WishError:
            return False
        if (message.key() or b"") == wish.service.encode():
            self._know(wish)
        return False

    def _know(self, wish: Wish) -> None:
        self._newest[wish.service] = wish
        self._ids[wish.id] = None
        while len(self._ids) > MAX_KNOWN_IDS:
            self._ids.popitem(last=False)


_UNREACHABLE = frozenset(
    {
        KafkaError._MSG_TIMED_OUT,
        KafkaError._TIMED_OUT,
        KafkaError._TRANSPORT,
        KafkaError._ALL_BROKERS_DOWN,
        KafkaError._RESOLVE,
    }
)


def _sentence(errors: list[KafkaError]) -> str:
    for error in errors:
        if error.code() not in _UNREACHABLE:
            return f"Kafka did not take it: {in_words(error)}."
    return NO_ANSWER
