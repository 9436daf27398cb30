"""The tap at work in a test, and all that it has told so far."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TypeVar

from confluent_kafka import (
    Consumer,
    ConsumerGroupTopicPartitions,
    KafkaError,
    Message,
    Producer,
    TopicPartition,
)
from confluent_kafka.admin import AdminClient

from dashboard.cluster.connection import Connection
from dashboard.picture.observations import (
    Event,
    EventsSeen,
    GroupFacts,
    Observation,
    SurveySeen,
)
from dashboard.tap.surveyor import Surveyor
from dashboard.tap.topic_filter import TopicFilter
from tests.waiting import PATIENCE_SECONDS, until

O = TypeVar("O")  # noqa: E741


@dataclass
class Told:
    """What was told, in order; read it through `until`."""

    observations: list[Observation] = field(default_factory=list)

    def observe(self, observation: Observation) -> None:
        self.observations.append(observation)

    def of(self, kind: type[O]) -> list[O]:
        return [one for one in list(self.observations) if isinstance(one, kind)]

    def events(self, topic: str) -> list[Event]:
        return [
            event for seen in self.of(EventsSeen) for event in seen.events if event.topic == topic
        ]

    def offsets(self, topic: str) -> list[int]:
        return [event.offset for event in self.events(topic)]

    def event(self, topic: str, offset: int) -> Event:
        """Waits for one event."""

        def found() -> Event | None:
            return next((one for one in self.events(topic) if one.offset == offset), None)

        try:
            return until(found, f"the event at {topic}, offset {offset}")
        except AssertionError as vain:
            raise AssertionError(f"{vain}; told were {self.offsets(topic)[-50:]}") from None

    def survey(self, holds: Callable[[SurveySeen], bool], what: str) -> SurveySeen:
        """Waits for a survey of which something holds."""
        return until(lambda: next((s for s in self.of(SurveySeen)[::-1] if holds(s)), None), what)

    def group(self, name: str, holds: Callable[[GroupFacts], bool], what: str) -> SurveySeen:
        """Waits for a survey that has a group of which something holds."""
        return self.survey(lambda s: any(g.group == name and holds(g) for g in s.groups), what)


def of(survey: SurveySeen, group: str) -> GroupFacts:
    return next(one for one in survey.groups if one.group == group)


@contextmanager
def running(*runs: Callable[[threading.Event], None]) -> Iterator[None]:
    """Runs each in a thread of its own; whatever one raises fails the test."""
    stop = threading.Event()
    failures: list[BaseException] = []

    def guarded(run: Callable[[threading.Event], None]) -> None:
        try:
            run(stop)
        except BaseException as failure:
            failures.append(failure)

    threads = [threading.Thread(target=guarded, args=(run,)) for run in runs]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join(PATIENCE_SECONDS)
    assert not failures, failures
    assert not any(thread.is_alive() for thread in threads)


@contextmanager
def surveyed(bootstrap: str, pattern: str) -> Iterator[Told]:
    told = Told()
    surveyor = Surveyor(Connection(bootstrap), told.observe, topics=TopicFilter.parse(pattern))
    with running(surveyor.run):
        yield told


def producer(bootstrap: str) -> Producer:
    return Producer(
        {"bootstrap.servers": bootstrap, "log_level": 0, "message.max.bytes": 2_000_000}
    )


def delivered(error: KafkaError | None, _: Message) -> None:
    assert error is None, error


def write(bootstrap: str, topic: str, *values: bytes | None, partition: int = 0) -> None:
    """Writes values that are acknowledged when it returns."""
    writing = producer(bootstrap)
    for value in values:
        writing.produce(topic, value, partition=partition, on_delivery=delivered)
    assert writing.flush(PATIENCE_SECONDS) == 0


def commit(bootstrap: str, group: str, topic: str, offset: int, metadata: str = "") -> None:
    """Commits for a group without joining it."""
    client = Consumer({"bootstrap.servers": bootstrap, "group.id": group, "log_level": 0})
    place = (
        TopicPartition(topic, 0, offset, metadata) if metadata else TopicPartition(topic, 0, offset)
    )
    client.commit(offsets=[place], asynchronous=False)
    client.close()


def committed(bootstrap: str, group: str, topic: str) -> int | None:
    """What a group has committed of the topic's first partition; None: nothing."""
    admin = AdminClient({"bootstrap.servers": bootstrap, "log_level": 0})
    asked = ConsumerGroupTopicPartitions(group, [TopicPartition(topic, 0)])
    answer = admin.list_consumer_group_offsets([asked])[group].result(PATIENCE_SECONDS)
    offset = int(answer.topic_partitions[0].offset)
    return None if offset < 0 else offset
