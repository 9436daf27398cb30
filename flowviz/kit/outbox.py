"""What a service publishes: kept until the brokers have it, through an outage of any length."""

from __future__ import annotations

import logging
import time
from collections import deque
from collections.abc import Callable
from dataclasses import replace
from typing import Protocol

from confluent_kafka import KafkaError, KafkaException, Message

from flowviz.kit.letter import Letter
from flowviz.kit.narrow import CROWDED, Narrow
from flowviz.kit.producer import Delivered, Producer
from flowviz.kit.refusals import Refusals
from flowviz.kit.unwritten import Unwritten

_log = logging.getLogger("flowviz.kit")

AGAIN_SECONDS = 1.0
"""Before an event that was turned down is offered again."""
OFFER_SECONDS = 0.2
"""How long those turned down are offered in one go; the others wait for the next."""
FULL_WAIT_SECONDS = 0.1
CROWD_SECONDS = 1.0
"""How long an event waits for those that go one by one before it."""
MAX_TURNED_DOWN = 10_000
"""Events that wait to be offered again; with more, the service ends and is started anew."""

MISSING = frozenset({KafkaError._UNKNOWN_TOPIC, KafkaError._UNKNOWN_PARTITION})
TOO_LARGE = frozenset({KafkaError.MSG_SIZE_TOO_LARGE, KafkaError.RECORD_LIST_TOO_LARGE})
"""Said of a whole batch, and of each event in it: a topic's `max.message.bytes` is about batches,
and librdkafka does not split them (its issue 488)."""
HOPELESS = TOO_LARGE | frozenset(
    {
        KafkaError.INVALID_RECORD,
        KafkaError.INVALID_MSG,
        KafkaError.INVALID_TIMESTAMP,
        KafkaError.POLICY_VIOLATION,
    }
)
"""Why an event will never be taken, however often it is offered."""


class Post(Protocol):
    """What the outbox needs of the service, beside its client."""

    instance: str

    def one_by_one(self) -> Producer:
        """Another client of the same service, which puts each event in a batch of its own."""

    def dead_letter(self, letter: Letter, error: KafkaError) -> Letter | None:
        """What goes out in place of an event that its topic never takes; None: nothing can."""

    def make_topic(self, topic: str) -> None:
        """Never raises; may wait for a moment, but does not for each letter of a topic."""


class Outbox:
    """What the service's main thread sends. Any thread may ask `settle(0)` and read the rest."""

    def __init__(self, producer: Producer, stopping: Callable[[], bool], post: Post) -> None:
        self._producer = producer
        self._stopping = stopping
        self._post = post
        self._single: Producer | None = None
        self._narrow = Narrow()
        self._refused: deque[Letter] = deque()
        """Too large, and now to go by itself or as something smaller: at once."""
        self._turned_down: deque[tuple[Letter, float]] = deque()
        """To be offered again, and when."""
        self._unwritten = Unwritten()
        self.refusals = Refusals(post.instance)
        self.hopeless: str | None = None
        """Why something will never go out; the service can not go on."""

    def send(self, letter: Letter) -> None:
        """Hands the event to the client; waits while its queue is full.

        Raises KafkaException when the client will not take it at all (too large, and there is
        nothing to send in its place).
        """
        if self._narrow.holds(letter.topic) or len(self._refused) >= MAX_TURNED_DOWN:
            self._wait_for_those_before(letter.topic)
        self._send(letter, patient=True)

    def _wait_for_those_before(self, topic: str) -> None:
        """Those of a batch that was too large come before what is written next."""
        self.offer_again()
        while self._refused and self.hopeless is None and not self._stopping():
            (self._single or self._producer).poll(FULL_WAIT_SECONDS)
            self.offer_again()
        ends_at, left = time.monotonic() + CROWD_SECONDS, self._narrow.crowd(topic)
        if left < CROWDED:
            return
        while left and time.monotonic() < ends_at and not self._stopping():
            self._alone().poll(FULL_WAIT_SECONDS)
            before, left = left, self._narrow.crowd(topic)
            if left >= before:
                return  # an outage: it is not waited out here

    def _send(self, letter: Letter, *, patient: bool) -> None:
        # Counted before the client has it: its answer may come in another thread, at once.
        self._unwritten.add(letter.topic)
        try:
            self._produce(letter, patient)
        except (BufferError, KafkaException):
            self._unwritten.drop(letter.topic)
            raise
        self._poll()

    def _produce(self, letter: Letter, patient: bool) -> None:
        joins = not letter.alone and self._narrow.holds(letter.topic)
        if joins:
            letter = self._apart(letter)
        try:
            self._give(letter, patient)
        except (BufferError, KafkaException):
            if joins:
                self._narrow.through(letter.topic, large=False)
            raise

    def _give(self, letter: Letter, patient: bool) -> None:
        """Raises BufferError when the client is full: when it may not wait, or is to stop."""
        client = self._alone() if letter.alone else self._producer
        while True:
            try:
                return client.produce(
                    letter.topic,
                    letter.value,
                    letter.key,
                    partition=-1 if letter.partition is None else letter.partition,
                    headers=letter.headers,
                    on_delivery=self._watch(letter),
                )
            except BufferError:
                if not patient or self._stopping():
                    raise
                client.poll(FULL_WAIT_SECONDS)
            except KafkaException as error:
                # What it says at once of a topic that was missing a moment ago: it may be made.
                code = error.args[0].code()
                smaller = code in TOO_LARGE and letter.instead is not None
                if code not in MISSING and not smaller:
                    raise
                if smaller and not letter.alone:
                    letter = self._apart(letter)  # it was the event itself: there was no batch yet
                return self._turn_down(letter, error.args[0])

    def _apart(self, letter: Letter) -> Letter:
        self._narrow.apart(letter.topic)
        return replace(letter, alone=True)

    def _alone(self) -> Producer:
        self._single = self._single or self._post.one_by_one()
        return self._single

    def _poll(self) -> None:
        self._producer.poll(0)
        if self._single is not None:
            self._single.poll(0)

    @property
    def waiting(self) -> int:
        """Events that the brokers have not acknowledged."""
        return self._unwritten.count

    @property
    def waits_for(self) -> str | None:
        """What keeps it from writing, as a sentence: something was turned down, or the brokers have
        taken nothing for a while, as the client does not tell (too few replicas, no leader)."""
        # Who is busy may only not have looked at the answers yet.
        why = self.refusals.newest
        if why is not None or not self._unwritten.stands() or self.settle(0):
            return why
        topics = self._unwritten.stands()
        return f"waits to write to {', '.join(topics)}" if topics else None

    def settle(self, seconds: float) -> bool:
        """Whether everything is acknowledged, waiting for so long at most; with 0 it only looks."""
        if seconds > 0:
            ends_at = time.monotonic() + seconds
            self.offer_again()
            self.flush(max(0.0, ends_at - time.monotonic()))
        else:
            self._poll()
        return self.waiting == 0

    def flush(self, seconds: float) -> None:
        """Waits so long for what the clients have."""
        ends_at = time.monotonic() + seconds
        self._producer.flush(seconds)
        if self._single is not None:
            self._single.flush(max(0.0, ends_at - time.monotonic()))

    @property
    def fatal(self) -> str | None:
        """Why one of the clients can never go on."""
        clients = (self._producer, self._single)
        return next((c.outage.fatal for c in clients if c is not None and c.outage.fatal), None)

    def leave(self) -> None:
        """Says the clients' last words. What is still in their queues is not touched."""
        if self._single is not None:
            self._single.leave()
        self._producer.leave()

    def _watch(self, letter: Letter) -> Delivered:
        def delivered(error: KafkaError | None, _message: Message) -> None:
            if error is None:
                if letter.alone:
                    self._narrow.through(letter.topic, large=False)
                self._unwritten.drop(letter.topic, taken=True)
                self._took(letter.topic)
                return
            self._turn_down(letter, error)

        return delivered

    def _turn_down(self, letter: Letter, error: KafkaError) -> None:
        if error.code() in TOO_LARGE and not letter.alone:
            # Each may fit by itself; there are as many of them as the client had room for.
            self._refused.append(self._apart(letter))
            return
        if error.code() in TOO_LARGE:
            self._narrow.through(letter.topic, large=True)
        if error.code() in TOO_LARGE and (smaller := self._in_place_of(letter, error)) is not None:
            self._put_in_place(letter, smaller)
            return
        if error.code() in HOPELESS or len(self._turned_down) >= MAX_TURNED_DOWN:
            self.hopeless = f"cannot write to {letter.topic}: {error.str()}"
            return
        # Before it is told: another thread may hear meanwhile that others were taken.
        self._turned_down.append((letter, time.monotonic() + AGAIN_SECONDS))
        self.refusals.took_not(letter.topic, error)

    def _put_in_place(self, letter: Letter, smaller: Letter) -> None:
        """What goes out instead waits for another topic, and the first one for nothing of it."""
        self._unwritten.add(smaller.topic)
        self._unwritten.drop(letter.topic)
        if not self._is_turned_down(letter.topic):
            self.refusals.forget(letter.topic)
        self._refused.appendleft(smaller)

    def _took(self, topic: str) -> None:
        if topic in self.refusals and not self._is_turned_down(topic):
            self.refusals.takes(topic)

    def _is_turned_down(self, topic: str) -> bool:
        return any(one.topic == topic for one, _ in tuple(self._turned_down))

    def _in_place_of(self, letter: Letter, error: KafkaError) -> Letter | None:
        if letter.instead is not None or letter.dead:
            return letter.instead
        return self._post.dead_letter(letter, error)

    def _next(self) -> Letter | None:
        """The next that is due. Only the main thread takes one out."""
        if self._refused:
            return self._refused.popleft()
        if self._turned_down and self._turned_down[0][1] <= time.monotonic():
            return self._turned_down.popleft()[0]
        return None

    def offer_again(self) -> None:
        """Those turned down, in their old order. Later ones may have overtaken them.

        For OFFER_SECONDS and no longer, but for the moment in which the topic of a dead letter is
        made; what is left, or finds the client full, stays for the next time.
        """
        ends_at = time.monotonic() + OFFER_SECONDS
        while (letter := self._next()) is not None:
            if letter.dead and not self._stopping():
                self._post.make_topic(letter.topic)
            try:
                self._send(letter, patient=False)
            except BufferError:
                self._refused.appendleft(letter)
                self._poll()  # what is written makes room only when its answer is taken
                return
            except KafkaException as error:
                self.hopeless = f"cannot write to {letter.topic}: {error}"
                return
            # Only now: in between, nothing may look as if all of it were acknowledged.
            self._unwritten.drop(letter.topic)
            if time.monotonic() >= ends_at:
                return
