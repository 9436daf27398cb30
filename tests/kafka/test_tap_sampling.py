"""A flood that the budget does not cover: sampled while it lasts, then followed again."""

from dashboard.cluster.connection import Connection
from dashboard.picture.observations import SamplingSeen
from dashboard.tap.budget import Budget
from dashboard.tap.reader import Reader
from dashboard.tap.topic_filter import TopicFilter
from tests.kafka.conftest import MakeTopic
from tests.kafka.watching import Told, producer, running, write
from tests.waiting import until

SMALL = Budget(events_per_second=500, bytes_per_second=1_000_000)
AT_ONCE = 500
MOST_AT_ONCE = 400
"""At most 200,000 events: a bound for the test, far above what is needed."""


def test_a_flood_is_sampled_while_it_lasts_and_the_quiet_topic_is_followed(
    bootstrap: str, make_topic: MakeTopic
) -> None:
    flooded, quiet, told = make_topic(), make_topic(), Told()
    topics = TopicFilter.parse(f"{flooded},{quiet}")
    reader = Reader(Connection(bootstrap), told.observe, topics=topics, budget=SMALL)
    writing = producer(bootstrap)
    written = 0

    def sampled() -> frozenset[str] | None:
        seen = told.of(SamplingSeen)
        return seen[-1].topics if seen else None

    def flood_until_sampled() -> bool:
        nonlocal written
        for _ in range(AT_ONCE if written < AT_ONCE * MOST_AT_ONCE else 0):
            writing.produce(flooded, b"x" * 100)
            written += 1
        writing.flush(10)
        return sampled() == frozenset({flooded}) and written > 20_000

    with running(reader.run):
        write(bootstrap, quiet, b"1")
        told.event(quiet, 0)
        until(flood_until_sampled, "the flooded topic sampled")
        write(bootstrap, quiet, b"2")
        told.event(quiet, 1)
        until(lambda: sampled() == frozenset(), "the flood over and all followed again")
        write(bootstrap, flooded, b"after the flood")
        told.event(flooded, written)

    offsets = told.offsets(flooded)
    assert offsets == sorted(set(offsets))
    assert len(offsets) < written
    assert told.offsets(quiet) == [0, 1]
