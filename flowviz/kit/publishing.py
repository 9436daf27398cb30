"""What handlers and sources publish: it goes out when they return, and not at all when they raise.

An event that its topic never takes goes to a topic of dead letters, as one does that could not be
handled: neither the service nor the event is to end by a setting of a topic.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING

from confluent_kafka import KafkaError

from flowviz.kit import cause, dead_letters, headers, instants
from flowviz.kit.letter import Letter
from flowviz.kit.outbox import Outbox
from flowviz.kit.producer import Producer
from flowviz.kit.value import Value, as_bytes

if TYPE_CHECKING:
    from flowviz.kit.service import Service

_log = logging.getLogger("flowviz.kit")

DEFAULT_MAX_BYTES = 1_000_000
HEADERS_BYTES = 1_024
"""Room left for the headers in the largest event."""


class Publishing:
    """The way out of one run of a service. Call it in the thread that runs the service."""

    def __init__(self, service: Service, stopping: Callable[[], bool]) -> None:
        self._service, self.instance = service, service.instance
        self._letters: list[Letter] | None = None
        self._dead_topics = dead_letters.Topics(service.conf, service.instance)
        self.given_up = 0
        """Events that became dead letters because their topic does not take them."""
        producer = Producer(service.producer_conf, service=service.name, instance=service.instance)
        self.outbox = Outbox(producer, stopping, self)

    def sending(self, work: Callable[[], object]) -> None:
        """Does the work, then sends what it published; nothing, when it raises."""
        letters: list[Letter] = []
        self._letters = letters
        try:
            work()
        finally:
            self._letters = None
        for letter in letters:
            self.outbox.send(letter)

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
        made = self._stamp(type)
        letter = Letter(topic, body, key, list(made.items()), partition=partition)
        if self._letters is None:
            self.outbox.send(letter)
        else:
            self._letters.append(letter)

    def _stamp(self, type: str) -> dict[str, bytes]:
        because, name = cause.current(), self._service.name
        if because is None:
            return headers.stamp(name, type, instants.now_ms())
        return headers.stamp(
            name,
            type,
            instants.now_ms(),
            id=headers.caused_id(name, because.key, because.next_ordinal()),
            cause_id=because.id,
            traceparent=because.traceparent,
        )

    # What the outbox needs: see outbox.Post

    def one_by_one(self) -> Producer:
        conf = {**self._service.producer_conf, "batch.num.messages": 1, "linger.ms": 0}
        return Producer(conf, service=self._service.name, instance=self._service.instance)

    def dead_letter(self, letter: Letter, error: KafkaError) -> Letter | None:
        service = self._service
        try:
            dead = dead_letters.letter_instead_of(letter, service.name, error.str())
        except ValueError:
            return None
        self.given_up += 1
        _log.warning(
            "%s: an event of %d bytes is more than %s takes; it is in %s.",
            *(service.instance, len(letter.value or b""), letter.topic, dead.topic),
        )
        return dead

    def make_topic(self, topic: str) -> None:
        self._dead_topics.make(topic)
