"""How an event is handled: several times if need be, and in the end as a dead letter."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING

from confluent_kafka import Message

from flowviz.kit import cause, dead_letters
from flowviz.kit.consumer import Consumer
from flowviz.kit.event import Event, event_of, place_of
from flowviz.kit.known_ids import KnownIds
from flowviz.kit.polling import SLICE_SECONDS
from flowviz.kit.publishing import Publishing

if TYPE_CHECKING:
    from flowviz.kit.service import Service

_log = logging.getLogger("flowviz.kit")

FIRST_RETRY_SECONDS = 0.2
"""After the first failed try of an event; each further wait is twice as long."""
MAX_RETRY_SECONDS = 5.0
DEAD_LETTER_RETRY_SECONDS = 0.5


class Handling:
    """The handlers of one run, called in the thread that runs the service."""

    def __init__(
        self,
        service: Service,
        publishing: Publishing,
        stopping: Callable[[], bool],
        check: Callable[[], None],
    ) -> None:
        """`check` raises where the service cannot go on."""
        self._service, self._instance = service, service.instance
        self._publishing = publishing
        self._stopping = stopping
        self._check = check
        self.known = KnownIds() if service.dedupe else None
        self.failed = 0
        self.reason: str | None = None
        """What it waits for, as a sentence."""

    def forget_known(self) -> None:
        """What comes again from now on is wanted again."""
        if self.known is not None:
            self.known.clear()

    def take(self, consumer: Consumer, message: Message) -> None:
        """Handles what `consumer` has read just now."""
        error = message.error()
        if error is not None:
            consumer.outage.saw(error)
            return
        event = event_of(message, consumer.reader.topic_id_of(message))
        id = None if event.id is None else (event.source, event.id)
        if self.known is not None and id is not None and id in self.known:
            consumer.handled("skipped")
            return
        failure = self._try(consumer, message, event)
        if failure is not None:
            self._give_up(consumer, message, failure)
        if self.known is not None and id is not None and consumer.reader.finished:
            self.known.add(id)

    def _try(self, consumer: Consumer, message: Message, event: Event) -> Exception | None:
        """Handles the event, several times if need be. Returns why it could not be handled."""
        handler, wait = self._service.handlers[event.topic], FIRST_RETRY_SECONDS
        # `poll` has made it the cause already.
        because = cause.current() or cause.of(*place_of(message), message.headers())
        for left in range(self._service.tries - 1, -1, -1):
            cause.become(because.afresh())
            try:
                self._publishing.sending(lambda: handler(event))
            except Exception as error:
                if isinstance(error, BufferError) and self._stopping():
                    break  # asked to stop while the queue was full
                self.failed += 1
                place = f"{event.topic} [{event.partition}] @ {event.offset}"
                _log.exception("%s: could not handle %s.", self._instance, place)
                if left == 0:
                    return error
            else:
                consumer.handled()
                return None
            consumer.wait(wait)
            wait = min(2 * wait, MAX_RETRY_SECONDS)
            if self._stopping() or not consumer.reader.holds(message):
                break
        consumer.reader.let_go()
        return None

    def _give_up(self, consumer: Consumer, message: Message, failure: Exception) -> None:
        """Writes the dead letter, and goes on only when the brokers have it."""
        outbox = self._publishing.outbox
        letter = dead_letters.letter_of(message, self._service.name, failure)
        self.reason = f"writes a dead letter to {letter.topic}"
        self._publishing.make_topic(letter.topic)
        outbox.send(letter)
        while not outbox.settle(SLICE_SECONDS):
            self._check()
            consumer.wait(DEAD_LETTER_RETRY_SECONDS)
            consumer.reader.attend_in_wait()
            if self._stopping() or not consumer.reader.holds(message):
                consumer.reader.let_go()
                break
        else:
            consumer.handled("dead")
            _log.warning("%s: gave up on an event; it is in %s.", self._instance, letter.topic)
        self.reason = None
