"""Which partitions are watched until they give an event, and what says nothing of them.

That they are put right on a broker: tests/kafka/test_kit_standstill.py.
"""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from confluent_kafka import Consumer, KafkaError, TopicPartition

from flowviz.kit import standstill
from flowviz.kit.book import Book
from flowviz.kit.partitions import Partitions
from flowviz.kit.reading import Reader

NOBODY = {"bootstrap.servers": "127.0.0.1:9", "group.id": "nobody", "log_level": 0}
HERE, THERE = ("parts", 0), ("parts", 1)


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    clock = [1_000.0]
    monkeypatch.setattr(standstill, "time", SimpleNamespace(monotonic=lambda: clock[0]))
    return clock


@pytest.fixture
def partitions(now: list[float]) -> Partitions:
    """Of a reader that reads both, and of a cluster that is not there."""
    assert now
    client = Consumer(NOBODY)
    reader = Reader(
        client, NOBODY, auto_commit=True, auto_store=True, cooperative=True, instance="quality-1"
    )
    for place in (HERE, THERE):
        reader.holdings.open(place, Book(0), as_committed=True)
    opened = [TopicPartition(*place, 0) for place in (HERE, THERE)]
    reader.partitions.take_over(opened, adding=True)
    return reader.partitions


def watch(partitions: Partitions) -> standstill._Watch:
    return partitions.standstill._watched[HERE]


def one_turn(partitions: Partitions, now: list[float], seconds: float) -> None:
    """As between two events of a service that is slowed down."""
    partitions.hold(True)
    partitions.standstill.look()
    now[0] += seconds
    partitions.hold(False)


def test_it_comes_to_a_look_also_where_all_stands_still_between_two_events(
    partitions: Partitions, now: list[float]
) -> None:
    due_at = watch(partitions).look_at
    while now[0] < due_at:
        one_turn(partitions, now, 1)
    assert watch(partitions).look_at == due_at
    partitions.standstill.look()
    assert HERE in partitions.standstill._asked


def test_a_pause_is_no_silence(partitions: Partitions, now: list[float]) -> None:
    now[0] += 10
    one_turn(partitions, now, 3_600)
    assert watch(partitions).look_at == now[0] + standstill.SILENT_SECONDS - 10
    one_turn(partitions, now, 3_600)
    partitions.hold(True)
    now[0] += 10
    partitions.standstill.watch([HERE])  # as when it is rewound meanwhile
    now[0] += 3_600
    partitions.hold(False)
    assert watch(partitions).look_at == now[0] + standstill.SILENT_SECONDS


def test_that_nothing_came_says_nothing_while_all_stands_still_and_just_after(
    partitions: Partitions, now: list[float]
) -> None:
    told = partitions.standstill
    partitions.hold(True)
    told.idle()
    partitions.hold(False)
    told.idle()
    assert told._idle_at == 0
    now[0] += standstill.GRACE_SECONDS
    told.idle()
    assert told._idle_at == now[0]


def test_a_passing_error_begins_the_wait_anew_and_a_last_word_ends_it(
    partitions: Partitions, now: list[float]
) -> None:
    now[0] += 10
    partitions.standstill.told(HERE, KafkaError.TOPIC_AUTHORIZATION_FAILED)
    assert watch(partitions).look_at == now[0] + standstill.SILENT_SECONDS
    for word in (KafkaError._PARTITION_EOF, KafkaError._AUTO_OFFSET_RESET):
        partitions.standstill.watch([HERE])
        partitions.standstill.told(HERE, word)
        assert list(partitions.standstill._watched) == [THERE]


def test_one_that_is_taken_again_keeps_no_other_from_its_look(
    partitions: Partitions, now: list[float]
) -> None:
    before = watch(partitions)
    now[0] += 10
    partitions.assign_again(TopicPartition(*THERE, 0))
    assert watch(partitions) is before
    assert before.look_at == now[0] + standstill.SILENT_SECONDS - 10
    assert partitions.standstill._watched[THERE].since == now[0]


def test_one_that_is_given_away_is_forgotten_also_in_a_pause(partitions: Partitions) -> None:
    partitions.hold(True)
    partitions.close_books([TopicPartition(*HERE)], commit=False)
    assert list(partitions.standstill._watched) == [THERE]
