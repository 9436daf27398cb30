"""The loop of a service: one thread that handles, makes, retries, gives up, and obeys."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from confluent_kafka import KafkaException, Message

from flowviz.kit import cause, dead_letters, headers, instants, link, tail
from flowviz.kit.consumer import Consumer
from flowviz.kit.event import Event, event_of, place_of
from flowviz.kit.known_ids import KnownIds
from flowviz.kit.outbox import Letter, Outbox, Value, as_bytes
from flowviz.kit.outside import Outside
from flowviz.kit.polling import SLICE_SECONDS
from flowviz.kit.producer import CANNOT_REWIND, Producer
from flowviz.kit.status import Phase, Report
from flowviz.kit.wish import Option, Wish

if TYPE_CHECKING:
    from flowviz.kit.service import Service

_log = logging.getLogger("flowviz.kit")

MAKE_SECONDS = 0.02
"""How long sources that are behind are called before wishes are looked at again."""
FIRST_RETRY_SECONDS = 0.2
"""After the first failed try of an event; each further wait is twice as long."""
MAX_RETRY_SECONDS = 5.0
DEAD_LETTER_RETRY_SECONDS = 0.5
LAST_FLUSH_SECONDS = 5.0
DEFAULT_MAX_BYTES = 1_000_000
HEADERS_BYTES = 1_024
"""Room left for the headers in the largest event."""


class ServiceError(Exception):
    """The service can not go on; `str(error)` is one sentence that says why."""


class Running:
    """One run of a service. As a part of its instance it speaks for the sources and handlers;
    its Consumer and its Producer speak for themselves.
    """

    def __init__(self, service: Service, stopping: threading.Event) -> None:
        self._service = service
        self._stopping = stopping
        self._name, self._instance = service.name, service.instance
        self._known = KnownIds() if service.dedupe else None
        self._consumer: Consumer | None = None
        self._letters: list[Letter] | None = None
        self._parked = False
        self._obeyed: Wish | None = None
        self._reason: str | None = None
        self._failed = 0
        self._whole = False
        """All of it is made: from `join` on, the link's thread asks how it is."""
        self._begun = False
        self._closing = False
        # Before the Producer, which alone would say that nothing here can be paused.
        self._link = link.join(service.conf, self._name, self._instance, self)
        self.outside = Outside(self._link, stopping, service.called)
        link.join(service.conf, self._name, self._instance, self.outside)
        self._producer = Producer(
            service.producer_conf, service=self._name, instance=self._instance
        )
        self._outbox = Outbox(self._producer, stopping.is_set)
        self._whole = True

    def run(self) -> None:
        """Until `stopping` is set. Raises ServiceError or KafkaException when it can not go on."""
        try:
            for first in self._service.starters:
                first()
            self._begun = True
            if self._service.handlers:
                self._consumer = self._reading()
            while not self._stopping.is_set():
                self._turn()
        finally:
            self._close()

    def _reading(self) -> Consumer:
        consumer = Consumer(
            self._service.consumer_conf, service=self._name, instance=self._instance
        )
        consumer.reader.commits.outputs_safe = self._outbox.settle
        consumer.reader.partitions.opening.give_up = self._stopping.is_set
        consumer.reader.partitions.from_beginning = self._service.from_beginning
        if self._known is not None:
            # After these, an event that comes again is wanted again.
            partitions = consumer.reader.partitions
            partitions.on_lost = partitions.rewinding.on_rewind = self._known.clear
        topics = sorted(self._service.handlers)
        consumer.subscribe(topics)
        _log.info("%s: reads %s.", self._instance, ", ".join(topics))
        return consumer

    def _turn(self) -> None:
        self._check()
        wait = min(SLICE_SECONDS, self._service.sources.seconds_left(time.monotonic()))
        if self._consumer is not None:
            message = self._consumer.poll(wait)
            if given := self._consumer.reader.partitions.take_given():
                for take_on in self._service.takers:
                    take_on(given)
            if message is not None:
                self._got(self._consumer, message)
        elif wait > 0:
            self._stopping.wait(wait)
        self._make()

    def _check(self) -> None:
        outages = [self._producer.outage] + ([self._consumer.outage] if self._consumer else [])
        fatal = next((outage.fatal for outage in outages if outage.fatal), None)
        if fatal or self._outbox.hopeless:
            raise ServiceError(fatal or self._outbox.hopeless)

    @property
    def options(self) -> Mapping[str, Option]:
        wish = self._link.wish
        return {} if wish is None else wish.options

    def partitions(self) -> list[tuple[str, int]]:
        """See Service.partitions."""
        return [] if self._consumer is None else self._consumer.reader.holdings.places()

    def lately(self, topic: str) -> list[Event]:
        """See Service.lately."""
        try:
            return tail.lately(
                self._service.conf, self._instance, topic, self._stopping.is_set, self._troubled
            )
        finally:
            self._reason = None

    def _troubled(self, reason: str) -> None:
        self._reason = reason

    def waiting(self) -> int | None:
        """See Service.waiting."""
        return None if self._consumer is None else self._consumer.reader.waiting()

    # What it makes

    def _make(self) -> None:
        # In this order: a wish looked at before it is settled would be none.
        settled = self._link.settled
        wish, now = self._link.wish, self._link.now()
        stand = not settled or (wish is not None and wish.paused_at(now))
        self._outbox.offer_again()
        safe = self._outbox.settle(SLICE_SECONDS if stand and self._outbox.waiting else 0)
        # Standing still because nothing is known yet is starting, and no pause.
        self._parked, self._obeyed = settled and stand and safe, wish
        if stand:
            # Else the next one stays overdue, and the loop would never wait.
            self._service.sources.hold(time.monotonic())
            return
        if not len(self._service.sources):
            return
        until = time.monotonic() + MAKE_SECONDS
        while due := self._service.sources.take(time.monotonic(), wish, now):
            for make in due:
                if self._stopping.is_set():
                    return
                self._call(make)
            if time.monotonic() >= until:
                return

    def _call(self, make: Callable[[], object]) -> None:
        cause.become(None)
        try:
            self._sending(make)
        except (KafkaException, ServiceError):
            raise
        except Exception as error:
            if isinstance(error, BufferError) and self._stopping.is_set():
                return  # asked to stop while the queue was full
            self._failed += 1
            _log.exception("%s: %s failed; going on.", self._instance, _called(make))

    def _sending(self, work: Callable[[], object]) -> None:
        """Does the work, then sends what it published; nothing, when it raises."""
        letters: list[Letter] = []
        self._letters = letters
        try:
            work()
        finally:
            self._letters = None
        for letter in letters:
            self._outbox.send(letter)

    def publish(
        self,
        topic: str,
        value: Value,
        key: str | bytes | None,
        type: str,
        partition: int | None = None,
    ) -> None:
        """See Service.publish."""
        body = as_bytes(value)
        size = len(body or b"") + len(key or b"") + HEADERS_BYTES
        most = int(self._service.producer_conf.get("message.max.bytes", DEFAULT_MAX_BYTES))
        if size > most:
            raise ValueError(
                f"An event for {topic} has {size} bytes with its headers, over {most}."
            )
        because = cause.current()
        if because is None:
            made = headers.stamp(self._name, type, instants.now_ms())
        else:
            made = headers.stamp(
                self._name,
                type,
                instants.now_ms(),
                id=headers.caused_id(self._name, because.key, because.next_ordinal()),
                cause_id=because.id,
                traceparent=because.traceparent,
            )
        letter = Letter(topic, body, key, list(made.items()), partition=partition)
        if self._letters is None:
            self._outbox.send(letter)
        else:
            self._letters.append(letter)

    # What it reads

    def _got(self, consumer: Consumer, message: Message) -> None:
        error = message.error()
        if error is not None:
            consumer.outage.saw(error)
            return
        event = event_of(message, consumer.reader.topic_id_of(message))
        id = None if event.id is None else (event.source, event.id)
        if self._known is not None and id is not None and id in self._known:
            consumer.handled("skipped")
            return
        failure = self._try(consumer, message, event)
        if failure is not None:
            self._give_up(consumer, message, failure)
        if self._known is not None and id is not None and consumer.reader.finished:
            self._known.add(id)

    def _try(self, consumer: Consumer, message: Message, event: Event) -> Exception | None:
        """Handles the event, several times if need be. Returns why it could not be handled."""
        handler, wait = self._service.handlers[event.topic], FIRST_RETRY_SECONDS
        # `poll` has made it the cause already.
        because = cause.current() or cause.of(*place_of(message), message.headers())
        for left in range(self._service.tries - 1, -1, -1):
            cause.become(because.afresh())
            try:
                self._sending(lambda: handler(event))
            except Exception as error:
                if isinstance(error, BufferError) and self._stopping.is_set():
                    break  # asked to stop while the queue was full
                self._failed += 1
                place = f"{event.topic} [{event.partition}] @ {event.offset}"
                _log.exception("%s: could not handle %s.", self._instance, place)
                if left == 0:
                    return error
            else:
                consumer.handled()
                return None
            consumer.wait(wait)
            wait = min(2 * wait, MAX_RETRY_SECONDS)
            if self._stopping.is_set() or not consumer.reader.holds(message):
                break
        consumer.reader.let_go()
        return None

    def _give_up(self, consumer: Consumer, message: Message, failure: Exception) -> None:
        """Writes the dead letter, and goes on only when the brokers have it."""
        letter = dead_letters.letter_of(message, self._name, failure)
        self._reason = f"writes a dead letter to {letter.topic}"
        dead_letters.make_topic(self._service.conf, self._instance, letter.topic)
        self._outbox.send(letter)
        while not self._outbox.settle(SLICE_SECONDS):
            self._check()
            consumer.wait(DEAD_LETTER_RETRY_SECONDS)
            if self._stopping.is_set() or not consumer.reader.holds(message):
                consumer.reader.let_go()
                break
        else:
            consumer.handled("dead")
            _log.warning("%s: gave up on an event; it is in %s.", self._instance, letter.topic)
        self._reason = None

    # What it says, and the end

    def tick(self) -> bool:
        """Nothing of it waits for the link's thread."""
        return False

    def report(self) -> Report:
        """The sources' phase, what failed, and the facts. A lone writer can not rewind."""
        if not self._whole:
            return Report(phase="starting")
        wish = self._link.wish
        phase: Phase | None = None
        if self._closing or self._stopping.is_set():
            phase = "stopping"
        elif not self._begun:
            phase = "starting"
        elif len(self._service.sources) or not self._service.handlers:
            phase = self._phase_of_sources(wish)
        elif self._consumer is None:
            phase = "starting"
        lone = not self._service.handlers and wish is not None and wish.rewind is not None
        return Report(
            phase=phase,
            obeyed=None if self._obeyed is None else self._obeyed.id,
            refusal=CANNOT_REWIND if lone else None,
            reason=self._reason or self._outbox.trouble,
            failed=self._failed,
            facts=dict(self._service.facts),
        )

    def _phase_of_sources(self, wish: Wish | None) -> Phase:
        if not self._link.settled:
            return "starting"
        if wish is not None and wish.paused_at(self._link.now()):
            return "paused" if self._parked else "pausing"
        return "paused" if self._parked else "running"

    def _close(self) -> None:
        self._closing = True
        try:
            self._producer.flush(LAST_FLUSH_SECONDS)
            if left := self._outbox.waiting:
                _log.warning("%s: %d events were not written in time.", self._instance, left)
            self._link.last_word()
            if self._consumer is not None:
                self._consumer.close()
        finally:
            self._producer.leave()
            link.leave(self._link, self.outside)
            link.leave(self._link, self)
        _log.info("%s: stopped.", self._instance)


def _called(make: Callable[[], object]) -> str:
    return getattr(make, "__name__", repr(make))
