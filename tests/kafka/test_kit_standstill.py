"""What the client lost in silence is put right: a partition that should be read and gives nothing.

The tests do to the client what its lost step leaves behind, where the kit does not see it.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from confluent_kafka import Consumer as PlainConsumer
from confluent_kafka import KafkaError, Producer, TopicPartition

from flowviz.kit import Consumer, positions, reading, standstill
from flowviz.kit.wish import Rate
from tests.kafka.conftest import MakeTopic
from tests.kafka.kit_world import PROTOCOLS, World, fresh
from tests.waiting import PATIENCE_SECONDS, until

WORK_FOR_MINUTES = 4_000
"""At 20 a second."""


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, seconds in {
        "SILENT_SECONDS": 0.2,
        "MOST_SECONDS": 0.8,
        "GRACE_SECONDS": 0.1,
        "LOOK_SECONDS": 0.05,
        "TURNS": 3,
    }.items():
        monkeypatch.setattr(standstill, name, seconds)


def no_resume(consumer: Consumer, place: TopicPartition) -> None:
    """The resume did not come to pass."""
    PlainConsumer.pause(consumer, [place])


def no_start(consumer: Consumer, place: TopicPartition) -> None:
    """It is assigned, and is not read."""
    PlainConsumer.seek(consumer, TopicPartition(place.topic, place.partition, 1_000_000))

    def given_up() -> bool:
        message = PlainConsumer.poll(consumer, 1)
        error = None if message is None else message.error()
        return error is not None and error.code() == KafkaError._AUTO_OFFSET_RESET

    until(given_up, "the client has given it up")


def held_for_a_moment(consumer: Consumer) -> None:
    """As it is held and released for each event at a slow speed."""
    with consumer.reader.lock:
        consumer.reader.partitions.hold(True)
        consumer.reader.partitions.hold(False)


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("protocol", ["consumer", "classic eager"])
@pytest.mark.parametrize("lose", [no_resume, no_start])
def test_a_partition_that_the_client_forgot_to_read_is_read_again(
    world: World,
    make_topic: MakeTopic,
    caplog: pytest.LogCaptureFixture,
    lose: Callable[[Consumer, TopicPartition], None],
    protocol: str,
) -> None:
    topic, name = make_topic(2), fresh("quality")
    place = TopicPartition(topic, 0)
    conf = {**world.conf, **PROTOCOLS[protocol], "group.id": name, "auto.offset.reset": "earliest"}
    world.send(topic, 2)  # first, so that the broker knows of the topic when it is asked for it
    with Consumer(conf, service=name) as consumer:
        consumer.subscribe([topic])
        seen: list[tuple[int | None, int | None]] = []

        def read(count: int) -> bool:
            message = consumer.poll(1)
            if message is not None:
                assert message.error() is None
                seen.append((message.partition(), message.offset()))
            return len(seen) >= count

        until(lambda: read(2), "it reads")
        held_for_a_moment(consumer)
        lose(consumer, place)
        world.send(topic, 4)
        until(lambda: read(6), f"it reads all, not only {seen}")
        assert sorted(seen) == [(p, at) for p in (0, 1) for at in range(3)], "nothing twice"
        consumer.handled()
        world.until_total(name, topic, done=6, lost=0, skipped=0, gaps=0)
    assert f"{topic} [0]: gave nothing for" in caplog.text


@pytest.mark.usefixtures("impatient")
def test_in_a_service_that_is_slowed_down_a_partition_is_not_forgotten_over_the_others(
    world: World, make_topic: MakeTopic, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "HOLD_FROM_SECONDS", 0.01)
    monkeypatch.setattr(standstill, "GRACE_SECONDS", 1.0)  # it is released for less at a time
    topic, name = make_topic(2), fresh("quality")
    conf = {**world.conf, "group.id": name, "auto.offset.reset": "earliest"}
    world.send(topic, 2)
    with Consumer(conf, service=name) as consumer:
        consumer.subscribe([topic])
        seen: list[tuple[int | None, int | None]] = []

        def slowed() -> bool:
            message = consumer.poll(0.1)
            if message is not None:
                assert message.error() is None, message.error()
                seen.append((message.partition(), message.offset()))
                world.wish(name, rate=Rate(20))
            wish = consumer.reader.wish()
            return len(seen) >= 2 and wish is not None and wish.rate is not None

        until(slowed, "it is slowed down")
        assert sorted(seen) == [(0, 0), (1, 0)]
        held_for_a_moment(consumer)
        no_start(consumer, TopicPartition(topic, 0))
        for _ in range(WORK_FOR_MINUTES):
            world.producer.produce(topic, "{}", partition=1)
        world.producer.produce(topic, "{}", partition=0)
        assert world.producer.flush(PATIENCE_SECONDS) == 0

        def fetched() -> bool:
            consumer.poll(1)
            return positions.known_end(consumer, topic, 0) == 2

        until(fetched, "it is fetched again, and not after all the others only")


@pytest.mark.usefixtures("impatient")
def test_the_mark_of_a_transaction_at_the_end_of_a_log_is_no_event_that_is_waited_for(
    world: World, make_topic: MakeTopic, caplog: pytest.LogCaptureFixture
) -> None:
    topic, name = make_topic(), fresh("quality")
    writer = Producer(world.conf | {"transactional.id": name, "log_level": 0})
    writer.init_transactions(PATIENCE_SECONDS)

    def write(value: str) -> None:
        writer.begin_transaction()
        writer.produce(topic, value)
        writer.commit_transaction(PATIENCE_SECONDS)

    write("first")
    conf = {**world.conf, "group.id": name, "auto.offset.reset": "earliest"}
    with Consumer(conf, service=name) as consumer:
        consumer.subscribe([topic])
        first = until(lambda: consumer.poll(1), "it reads")
        held_for_a_moment(consumer)
        (watch,) = consumer.reader.partitions.standstill._watched.values()

        def at_rest() -> bool:
            assert consumer.poll(0.2) is None
            return watch.patience == standstill.MOST_SECONDS

        until(at_rest, "it asks seldom")
        assert (watch.tried_to, watch.tries) == (2, standstill.TRIES)
        assert topic not in caplog.text, "nothing was amiss"
        write("second")
        second = until(lambda: consumer.poll(1), "it reads on")
        assert (first.offset(), second.offset()) == (0, 2)
