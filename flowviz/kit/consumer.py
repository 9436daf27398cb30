"""confluent_kafka's Consumer that can be paused, slowed and rewound by a wish, and keeps a ledger.

It has the same methods and settings; what differs is written in flowviz/kit/README.md.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Any

from confluent_kafka import Consumer as PlainConsumer
from confluent_kafka import KafkaError, KafkaException, Message, TopicPartition

from flowviz.kit import clients, link
from flowviz.kit.book import Verdict
from flowviz.kit.event import place_of
from flowviz.kit.outage import Outage
from flowviz.kit.polling import Polling
from flowviz.kit.reading import Reader

Rebalanced = Callable[[PlainConsumer, list[TopicPartition]], None]


class Consumer(PlainConsumer):
    """Reads as a member of a consumer group, and obeys the wishes for `service` inside `poll`.

    What `poll` returned counts as handled when `poll` is called again; `close` does not count it.
    Raises ValueError for settings that make no sense, KafkaException as the original does.
    """

    def __init__(
        self,
        conf: Mapping[str, Any],
        *,
        service: str,
        instance: str | None = None,
        **kwargs: Any,
    ) -> None:
        """`conf` as the original takes it: group, security, client id. `instance` is the name of
        this process, which must stay the same over restarts: without it FLOWVIZ_INSTANCE, else
        "<service>-1".
        """
        name = clients.instance_name(service, instance)
        strategy = str(conf.get("partition.assignment.strategy", ""))
        self.reader = Reader(
            self,
            conf,
            auto_commit=_on(conf.get("enable.auto.commit", True)),
            auto_store=_on(conf.get("enable.auto.offset.store", True)),
            cooperative=conf.get("group.protocol") == "consumer" or "cooperative" in strategy,
            instance=name,
        )
        self.outage = Outage(name)
        self._polling = Polling(self, self.reader, self.outage)
        self._user_on_commit = conf.get("on_commit")
        self._callbacks: dict[str, Rebalanced | None] = {}
        self._answered = False
        self._closed = False
        ours = dict(conf) | {
            "enable.auto.commit": False,
            "enable.auto.offset.store": False,
            "auto.offset.reset": "error",
            "on_commit": self._on_commit,
        }
        ours.setdefault("error_cb", self.outage.saw)
        super().__init__(ours, **kwargs)
        self.reader.link = link.join(conf, service, name, self.reader)

    # Reading

    def poll(self, timeout: float = -1) -> Message | None:
        """The next message, or None after `timeout` seconds (< 0: never) or while paused."""
        got = self._polling.next(1, timeout)
        return got[0] if got else None

    def consume(self, num_messages: int = 1, timeout: float = -1) -> list[Message]:
        """Up to `num_messages`; all of them count as handled at the next call."""
        return self._polling.next(num_messages, timeout)

    def handled(self, verdict: Verdict = "done") -> None:
        """What was returned last is dealt with, without waiting for the next `poll`."""
        self.reader.finish(verdict)

    def wait(self, seconds: float) -> None:
        """Stays in the group for so long with the event in hand, reading no other."""
        self._polling.wait(seconds)

    # Committing

    def commit(self, *args: Any, **kwargs: Any) -> Any:
        """As the original: (message=None, offsets=None, asynchronous=True). What is committed
        counts as handled; the ledger goes along as metadata, unless an offset has its own.
        """
        return self._commit(*args, **kwargs)

    def _commit(
        self,
        message: Message | None = None,
        offsets: list[TopicPartition] | None = None,
        asynchronous: bool = True,
    ) -> list[TopicPartition] | None:
        reader = self.reader
        with reader.lock:
            if message is not None:
                topic, partition, offset = place_of(message)
                offsets = [TopicPartition(topic, partition, offset + 1)]
            if offsets is None:
                reader.finish()
                marked = reader.holdings.unsaved()
                if not marked:
                    raise KafkaException(KafkaError(KafkaError._NO_OFFSET))
            else:
                reader.finish(below={(tp.topic, tp.partition): tp.offset for tp in offsets})
                marked = [
                    reader.holdings.commit_of((tp.topic, tp.partition), tp.offset, tp.metadata)
                    for tp in offsets
                ]
            reader.holdings.sent(marked)
            if asynchronous:
                super().commit(offsets=marked, asynchronous=True)
                return None
            answers = super().commit(offsets=marked, asynchronous=False)
            for tp in answers:
                if tp.error is None:
                    reader.holdings.confirmed(tp)
            return answers

    def store_offsets(
        self, message: Message | None = None, offsets: list[TopicPartition] | None = None
    ) -> None:
        """As the original, with `enable.auto.offset.store` off: what may be committed."""
        if message is not None:
            topic, partition, offset = place_of(message)
            offsets = [TopicPartition(topic, partition, offset + 1)]
        reader = self.reader
        with reader.lock:
            reader.finish(below={(tp.topic, tp.partition): tp.offset for tp in offsets or []})
            for tp in offsets or []:
                reader.holdings.store((tp.topic, tp.partition), tp.offset)

    def _on_commit(self, error: KafkaError | None, offsets: list[TopicPartition]) -> None:
        self.reader.answered(error, offsets)
        if self._user_on_commit is not None:
            self._user_on_commit(error, offsets)

    # Partitions

    def subscribe(
        self,
        topics: list[str],
        on_assign: Rebalanced | None = None,
        on_revoke: Rebalanced | None = None,
        on_lost: Rebalanced | None = None,
    ) -> None:
        """As the original; the callbacks may call `assign` and `unassign` but need not."""
        self.reader.topics = tuple(topics)
        self._callbacks = {"assign": on_assign, "revoke": on_revoke, "lost": on_lost or on_revoke}
        super().subscribe(
            topics,
            on_assign=self._on_assign,
            on_revoke=lambda _self, gone: self._on_gone(gone, "revoke"),
            on_lost=lambda _self, gone: self._on_gone(gone, "lost"),
        )

    def _on_assign(self, _client: PlainConsumer, partitions: list[TopicPartition]) -> None:
        reader, callback = self.reader, self._callbacks.get("assign")
        with reader.lock:
            opened = reader.partitions.open(partitions)
            self._answered = False
            if callback is not None:
                callback(self, opened)
            if not self._answered:
                reader.partitions.take_over(opened, adding=reader.partitions.cooperative)

    def _on_gone(self, partitions: list[TopicPartition], how: str) -> None:
        reader, callback = self.reader, self._callbacks.get(how)
        with reader.lock:
            reader.partitions.close_books(partitions, commit=how == "revoke")
            self._answered = False
            if callback is not None:
                callback(self, partitions)
            if self._answered:
                return
            if reader.partitions.cooperative:
                super().incremental_unassign(partitions)
            else:
                super().unassign()

    def assign(self, partitions: list[TopicPartition]) -> None:
        """As the original; an offset given here that differs from the commit is booked."""
        self._answered = True
        with self.reader.lock:
            gone = [TopicPartition(*place) for place in self.reader.partitions.places()]
            self.reader.partitions.close_books(gone, commit=True)
            self.reader.partitions.take_over(self.reader.partitions.open(partitions), adding=False)

    def incremental_assign(self, partitions: list[TopicPartition]) -> None:
        """As the original."""
        self._answered = True
        with self.reader.lock:
            self.reader.partitions.take_over(self.reader.partitions.open(partitions), adding=True)

    def unassign(self) -> None:
        """As the original."""
        self._answered = True
        with self.reader.lock:
            gone = [TopicPartition(*place) for place in self.reader.partitions.places()]
            self.reader.partitions.close_books(gone, commit=True)
            super().unassign()

    def incremental_unassign(self, partitions: list[TopicPartition]) -> None:
        """As the original."""
        self._answered = True
        with self.reader.lock:
            self.reader.partitions.close_books(partitions, commit=True)
            super().incremental_unassign(partitions)

    def pause(self, partitions: list[TopicPartition]) -> None:
        """As the original; no wish resumes what the service paused itself."""
        self.reader.partitions.paused |= {(p.topic, p.partition) for p in partitions}
        super().pause(partitions)

    def resume(self, partitions: list[TopicPartition]) -> None:
        """As the original; while a wish holds the reader, it takes effect after that."""
        self.reader.partitions.paused -= {(p.topic, p.partition) for p in partitions}
        stands = self.reader.partitions.stands
        free = [tp for tp in partitions if not stands((tp.topic, tp.partition))]
        if free:
            super().resume(free)
            self.reader.partitions.standstill.watch((tp.topic, tp.partition) for tp in free)

    def seek(self, partition: TopicPartition) -> None:
        """As the original. A step ahead counts as skipped, a step back begins a new pass."""
        reader, place = self.reader, (partition.topic, partition.partition)
        with reader.lock:
            reader.finish()
            reader.partitions.seek(place, partition.offset)

    # The end

    def close(self) -> None:
        """Commits what was handled, leaves the group, says a last word, and closes. What is in
        hand is not counted: it will be read again.
        """
        if self._closed:
            return
        self._closed = True
        reader = self.reader
        reader.let_go()
        with reader.lock:
            reader.closing = True
            reader.commits.now(reader.holdings.places())
        reader.ids.close()
        try:
            super().close()
        finally:
            if reader.link is not None:
                link.leave(reader.link, reader)

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        exc_traceback: TracebackType | None,
    ) -> None:
        self.close()


def _on(setting: object) -> bool:
    """A setting as librdkafka reads booleans."""
    return setting if isinstance(setting, bool) else str(setting).lower() in ("true", "t", "1")
