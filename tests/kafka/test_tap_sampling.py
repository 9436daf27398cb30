"""A flood that the budget does not cover: sampled while it lasts, then followed again."""

import threading

from dashboard.cluster.connection import Connection
from dashboard.cluster.making_topics import TopicSpec, delete, ensure
from dashboard.picture.observations import EventsSeen, Observation, SamplingSeen
from dashboard.tap.budget import Budget
from dashboard.tap.reader import Reader
from dashboard.tap.topic_filter import TopicFilter
from tests.kafka.conftest import MakeTopic
from tests.kafka.watching import Told, producer, running, write
from tests.waiting import until

SMALL = Budget(events_per_second=500, bytes_per_second=1_000_000)
AT_ONCE = 500
AT_LEAST = 20_000
MOST_AT_ONCE = 400
"""At most 200,000 events: a bound for the test, far above what is needed."""


class Flood:
    """Writes more than the budget allows, until the topic is sampled."""

    def __init__(self, bootstrap: str, topic: str, told: Told) -> None:
        self._writing = producer(bootstrap)
        self._topic = topic
        self._told = told
        self.written = 0

    def sampled(self) -> frozenset[str] | None:
        seen = self._told.of(SamplingSeen)
        return seen[-1].topics if seen else None

    def until_sampled(self) -> None:
        def more() -> bool:
            for _ in range(AT_ONCE if self.written < AT_ONCE * MOST_AT_ONCE else 0):
                self._writing.produce(self._topic, b"x" * 100)
                self.written += 1
            self._writing.flush(10)
            sampled = self.sampled() == frozenset({self._topic})
            return sampled and self.written > AT_LEAST and self._passed_over()

        until(more, "the flooded topic sampled")

    def _passed_over(self) -> bool:
        """Told is sampled as soon as it is decided: the flood goes on until it is seen to be."""
        offsets = self._told.offsets(self._topic)
        return bool(offsets) and len(offsets) <= offsets[-1]

    def until_followed(self) -> None:
        until(lambda: self.sampled() == frozenset(), "the flood over and all followed again")


def test_a_flood_is_sampled_while_it_lasts_and_the_quiet_topic_is_followed(
    bootstrap: str, make_topic: MakeTopic
) -> None:
    flooded, quiet, told = make_topic(), make_topic(), Told()
    topics = TopicFilter.parse(f"{flooded},{quiet}")
    reader = Reader(Connection(bootstrap), told.observe, topics=topics, budget=SMALL)
    flood = Flood(bootstrap, flooded, told)
    with running(reader.run):
        write(bootstrap, quiet, b"1")
        told.event(quiet, 0)
        flood.until_sampled()
        write(bootstrap, quiet, b"2")
        told.event(quiet, 1)
        flood.until_followed()
        write(bootstrap, flooded, b"after the flood")
        told.event(flooded, flood.written)

    offsets = told.offsets(flooded)
    assert offsets == sorted(set(offsets))
    assert len(offsets) < flood.written
    assert told.offsets(quiet) == [0, 1]


def test_a_sampled_topic_that_is_made_anew_is_read_from_its_beginning(
    bootstrap: str, make_topic: MakeTopic
) -> None:
    topic, told = make_topic(), Told()
    connection = Connection(bootstrap)
    reader = Reader(connection, told.observe, topics=TopicFilter.parse(topic), budget=SMALL)
    flood = Flood(bootstrap, topic, told)
    with running(reader.run):
        flood.until_sampled()
        delete(connection, [topic])
        until(lambda: ensure(connection, {topic: TopicSpec(1)}), "the topic made anew")
        write(bootstrap, topic, b"1", b"2")
        until(lambda: told.offsets(topic)[-2:] == [0, 1], "the events of the new topic")


def test_a_reader_that_falls_behind_samples_whatever_it_is_allowed(
    bootstrap: str, make_topic: MakeTopic
) -> None:
    """As where the flood itself leaves it no processor: too much is what it is late with."""
    topic, told, slow = make_topic(), Told(), threading.Event()

    def observe(observation: Observation) -> None:
        told.observe(observation)
        if isinstance(observation, EventsSeen):
            slow.wait(0.5)

    boundless = Budget(events_per_second=1e9, bytes_per_second=1e12)
    topics = TopicFilter.parse(topic)
    reader = Reader(Connection(bootstrap), observe, topics=topics, budget=boundless)
    flood = Flood(bootstrap, topic, told)
    with running(reader.run):
        write(bootstrap, topic, b"1")
        told.event(topic, 0)
        flood.written += 1
        flood.until_sampled()
        slow.set()
        flood.until_followed()
        write(bootstrap, topic, b"after the flood")
        told.event(topic, flood.written)
    assert len(told.offsets(topic)) < flood.written
