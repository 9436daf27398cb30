"""What the tests of the kit see of the world: a real broker, wishes sent, statuses heard."""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import threading
import time
from collections.abc import Iterator, Mapping
from typing import Any

from confluent_kafka import (
    OFFSET_BEGINNING,
    Consumer,
    KafkaException,
    Producer,
    TopicPartition,
)
from confluent_kafka.admin import AdminClient, NewTopic

from dashboard.management.own_topics import OWN_TOPICS
from flowviz.kit import Service, ledger
from flowviz.kit.headers import pairs
from flowviz.kit.ledger import LedgerEntry
from flowviz.kit.status import STATUS_TOPIC
from flowviz.kit.wish import CONTROL_TOPIC, Wish
from tests.waiting import PATIENCE_SECONDS, until

NAMES = itertools.count(1)


def fresh(what: str) -> str:
    """A name that nobody else uses."""
    return f"{what}-{os.getpid()}-{next(NAMES)}"


class World:
    """One broker with Flowviz's topics, seen from outside the kit."""

    def __init__(self, bootstrap: str, *, flowviz_topics: bool = True) -> None:
        self.bootstrap = bootstrap
        self.conf = {"bootstrap.servers": bootstrap}
        quiet: dict[str, Any] = self.conf | {"log_level": 0}
        self.admin = AdminClient(quiet)
        self.producer = Producer(quiet | {"linger.ms": 1})
        self._askers: dict[str, Consumer] = {}
        self.statuses: list[dict[str, Any]] = []
        self._ending = threading.Event()
        self._listener = threading.Thread(target=self._listen, daemon=True)
        if flowviz_topics:
            self.make_flowviz_topics()
            self._listener.start()

    def make_flowviz_topics(self) -> None:
        for name, spec in OWN_TOPICS.items():
            topic = NewTopic(name, spec.partitions, 1, config=dict(spec.config))
            with contextlib.suppress(KafkaException):  # it may be there already
                self.admin.create_topics([topic])[name].result(30)

    def close(self) -> None:
        self._ending.set()
        for asker in self._askers.values():
            asker.close()
        if self._listener.is_alive():
            self._listener.join()

    # What people do

    def send(self, topic: str, count: int, **headers: str) -> None:
        """`count` events, written in turn to the partitions, acknowledged."""
        partitions = len(self.partitions(topic))
        for number in range(count):
            self.producer.produce(
                topic,
                json.dumps({"number": number}),
                partition=number % partitions,
                headers=dict(headers) or None,
            )
        assert self.producer.flush(30) == 0

    def wish(self, service: str, **want: Any) -> str:
        """Sends a wish, acknowledged; returns its id."""
        head = {"id": fresh("w"), "by": "test", "at": now_ms()}
        wish = Wish(service=service, **{**head, **want})
        self.producer.produce(CONTROL_TOPIC, wish.encode(), key=service)
        assert self.producer.flush(30) == 0
        return wish.id

    # What can be seen

    def partitions(self, topic: str) -> list[int]:
        """The topic's partitions, as soon as the brokers know of it."""

        def look() -> list[int]:
            return sorted(self.admin.list_topics(topic, timeout=10).topics[topic].partitions)

        return until(look, f"{topic} is there")

    def status(self, service: str, instance: str | None = None) -> dict[str, Any]:
        """The newest status of an instance; empty when there is none."""
        name = instance or f"{service}-1"
        heard = [s for s in self.statuses if (s["service"], s["instance"]) == (service, name)]
        return heard[-1] if heard else {}

    def until_status(
        self, service: str, instance: str | None = None, **like: Any
    ) -> dict[str, Any]:
        """Waits for a status that has these fields."""

        def seen() -> dict[str, Any]:
            status = self.status(service, instance)
            return status if status and like.items() <= status.items() else {}

        return until(seen, f"{instance or service} says {like}; it says {self.status(service)}")

    def ledger(self, group: str, topic: str) -> dict[int, tuple[int, LedgerEntry]]:
        """Partition -> commit and ledger entry, of the partitions that have both.

        Asked by a reader that never joins: the AdminClient's question ends the process while
        the group's coordinator is being found (librdkafka issue 5040).
        """
        if group not in self._askers:
            asker = {"group.id": group, "enable.auto.commit": False, "log_level": 0}
            self._askers[group] = Consumer(self.conf | asker)
        asked = [TopicPartition(topic, number) for number in self.partitions(topic)]
        found = {}
        try:
            answers = self._askers[group].committed(asked, timeout=10)
        except KafkaException:  # the coordinator is not there yet, or away
            return {}
        for tp in answers:
            entry = ledger.parse(tp.metadata)
            if entry is not None:
                found[tp.partition] = (tp.offset, entry)
        return found

    def total(self, group: str, topic: str) -> LedgerEntry:
        """All partitions summed up; every one must add up by itself."""
        entries = self.ledger(group, topic).values()
        for committed, entry in entries:
            assert entry.unaccounted(committed) == 0, (committed, entry)
        names = ("base", "done", "dead", "skipped", "gaps", "lost")
        return LedgerEntry(**{n: sum(getattr(e, n) for _, e in entries) for n in names})

    def until_total(self, group: str, topic: str, **like: int) -> LedgerEntry:
        """Waits for these sums in the ledger."""

        def seen() -> LedgerEntry | None:
            total = self.total(group, topic)
            return total if all(getattr(total, n) == v for n, v in like.items()) else None

        found = until(seen, f"the ledger of {group} has {like}; it has {self.total(group, topic)}")
        assert found is not None
        return found

    def groups(self) -> set[str]:
        return {g.group_id for g in self.admin.list_consumer_groups().result(30).valid}

    def read(self, topic: str) -> list[tuple[Any, dict[str, str]]]:
        """All events of a topic: value and headers."""
        reader = Consumer(
            self.conf
            | {"group.id": "nobody", "enable.auto.commit": False, "enable.partition.eof": True}
        )
        partitions = self.partitions(topic)
        reader.assign([TopicPartition(topic, p, OFFSET_BEGINNING) for p in partitions])
        found, left = [], len(partitions)
        while left:
            message = reader.poll(PATIENCE_SECONDS)
            assert message is not None, f"{topic} is read to its end"
            if message.error() is not None:
                left -= 1
                continue
            headers = {name: _text(value) for name, value in pairs(message.headers())}
            found.append((json.loads(message.value() or b"null"), headers))
        reader.close()
        return found

    def _listen(self) -> None:
        reader = Consumer(
            self.conf | {"group.id": "nobody", "enable.auto.commit": False, "log_level": 0}
        )
        reader.assign([TopicPartition(STATUS_TOPIC, 0, OFFSET_BEGINNING)])
        while not self._ending.is_set():
            message = reader.poll(0.1)
            if message is not None and message.error() is None:
                self._hear(message.value())
        reader.close()

    def _hear(self, value: bytes | None) -> None:
        """Keeps a status. Others test with records that are none: those are nobody's word."""
        try:
            status = json.loads(value or b"null")
        except (ValueError, RecursionError):
            return
        if isinstance(status, dict) and {"service", "instance"} <= status.keys():
            self.statuses.append(status)


@contextlib.contextmanager
def running(*services: Service) -> Iterator[None]:
    """These services run, each in a thread of its own, and are stopped in the end."""
    codes: list[int] = []
    threads = [
        threading.Thread(target=lambda s=s: codes.append(s.run()), daemon=True) for s in services
    ]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        for service in services:
            service.stop()
        for thread in threads:
            thread.join(PATIENCE_SECONDS)
    assert codes == [0] * len(services)


def now_ms() -> int:
    return time.time_ns() // 1_000_000


def _text(value: str | bytes | None) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)


PROTOCOLS: Mapping[str, Mapping[str, str]] = {
    "consumer": {"group.protocol": "consumer"},
    "classic eager": {"group.protocol": "classic", "partition.assignment.strategy": "range"},
    "classic cooperative": {
        "group.protocol": "classic",
        "partition.assignment.strategy": "cooperative-sticky",
    },
}
