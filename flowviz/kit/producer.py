"""confluent_kafka's Producer that says who wrote an event, and because of which other.

It has the same methods and settings; see flowviz/kit/README.md.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Any

from confluent_kafka import KafkaError, Message
from confluent_kafka import Producer as PlainProducer

from flowviz.kit import cause, clients, headers, instants, link
from flowviz.kit.outage import Outage
from flowviz.kit.status import MAX_ACKED, Report

Delivered = Callable[[KafkaError | None, Message], None]

CANNOT_PAUSE = "A Producer cannot be paused: it writes when its program does."
CANNOT_SLOW = "A Producer cannot be slowed: it writes when its program does."
CANNOT_REWIND = "Nothing to read again: this service reads nothing."


class Producer(PlainProducer):
    """Stamps every event with CloudEvents and trace headers, and tells what was acknowledged.

    The cause of an event is the one that the kit's Consumer returned last in the same thread;
    after `consume(n > 1)`, and after a `poll` that returned nothing, it is not known.
    """

    def __init__(
        self,
        conf: Mapping[str, Any],
        *,
        service: str,
        instance: str | None = None,
        **kwargs: Any,
    ) -> None:
        """`conf` as the original takes it; `instance` as for the kit's Consumer."""
        self.service = service
        self.acked: dict[tuple[str, int], int] = {}
        """The last offset acknowledged of each partition written; the newest MAX_ACKED."""
        self._instance = clients.instance_name(service, instance)
        self.outage = Outage(self._instance)
        self._closing = False
        ours = dict(conf)
        ours.setdefault("error_cb", self.outage.saw)
        super().__init__(ours, **kwargs)
        self._link: link.Link | None = link.join(conf, service, self._instance, self)

    def produce(
        self,
        topic: str,
        value: str | bytes | None = None,
        key: str | bytes | None = None,
        partition: int = -1,
        callback: Delivered | None = None,
        on_delivery: Delivered | None = None,
        timestamp: int = 0,
        headers: headers.Headers = None,
    ) -> None:
        """As the original; headers that are given are kept and win over the kit's."""
        super().produce(
            topic,
            value,
            key,
            partition,
            on_delivery=self._watching(on_delivery or callback),
            timestamp=timestamp,
            headers=self._stamped(topic, headers),
        )

    def produce_batch(
        self,
        topic: str,
        messages: list[dict[str, Any]],
        partition: int = -1,
        callback: Delivered | None = None,
        on_delivery: Delivered | None = None,
    ) -> int:
        """As the original, but one by one, so that each gets its own headers and report."""
        told = on_delivery or callback
        for count, message in enumerate(messages):
            given = {name: given for name, given in message.items() if name != "_error"}
            try:
                self.produce(topic, **({"partition": partition, "callback": told} | given))
            except BufferError:
                message["_error"] = KafkaError(KafkaError._QUEUE_FULL)
                return count
        return len(messages)

    def _stamped(self, topic: str, given: headers.Headers) -> list[tuple[str, str | bytes | None]]:
        own = headers.pairs(given)
        names = {name for name, _ in own}
        if names >= headers.OF_EVERY_EVENT:
            return own
        because = cause.current()
        if because is None or headers.ID in names:
            made = headers.stamp(self.service, topic, instants.now_ms())
        else:
            made = headers.stamp(
                self.service,
                topic,
                instants.now_ms(),
                id=headers.caused_id(self.service, because.key, because.next_ordinal()),
                cause_id=because.id,
                traceparent=because.traceparent,
            )
        return [*((name, text) for name, text in made.items() if name not in names), *own]

    def _watching(self, told: Delivered | None) -> Delivered:
        def delivered(error: KafkaError | None, message: Message) -> None:
            topic, partition, offset = message.topic(), message.partition(), message.offset()
            if error is None and topic is not None and partition is not None:
                self.outage.over()
                self._acknowledged(topic, partition, -1 if offset is None else offset)
            if told is not None:
                told(error, message)

        return delivered

    def _acknowledged(self, topic: str, partition: int, offset: int) -> None:
        """With acks=0 the brokers tell no offset; then the partition is only named as written."""
        if (topic, partition) not in self.acked and len(self.acked) >= MAX_ACKED:
            self.acked.pop(next(iter(self.acked)))
        self.acked[topic, partition] = offset

    def tick(self) -> bool:
        """Nothing of a Producer waits for the link's thread."""
        return False

    def report(self) -> Report:
        """What is written; and that it can not be paused, which counts where nothing else can."""
        refusal = None
        wish = None if self._link is None else self._link.wish
        if self._link is not None and wish is not None:
            now = self._link.now()
            if wish.paused_at(now):
                refusal = CANNOT_PAUSE
            elif wish.ms_per_event or wish.per_second_at(now) is not None:
                refusal = CANNOT_SLOW
            elif wish.rewind is not None:
                refusal = CANNOT_REWIND
        acked = dict(self.acked)
        return Report(
            phase="stopping" if self._closing else None,
            refusal=refusal,
            writes=tuple(sorted({topic for topic, _ in acked})),
            acked={place: offset for place, offset in acked.items() if offset >= 0},
        )

    def leave(self) -> None:
        """Says a last word. What is still in the queue is not touched."""
        line, self._link = self._link, None
        if line is not None:
            self._closing = True
            link.leave(line, self)

    def close(self) -> bool:
        """As the original: flushes, then closes."""
        closed = super().close()
        self.leave()
        return closed

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        exc_traceback: TracebackType | None,
    ) -> None:
        self.close()
