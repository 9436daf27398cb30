import threading
from typing import Any

import pytest
from confluent_kafka import TopicPartition
from confluent_kafka.admin import AdminClient

from dashboard.cluster.connection import Connection
from dashboard.cluster.making_topics import TopicSpec, delete, ensure
from dashboard.picture.observations import SamplingSeen, StatusSeen, WishCleared, WishSeen
from dashboard.tap.reader import Reader
from dashboard.tap.topic_filter import TopicFilter
from flowviz.kit.wish import Wish
from tests.kafka.conftest import MakeTopic
from tests.kafka.watching import Told, delivered, producer, running, write
from tests.waiting import until

YEAR_2100 = 4_102_444_800_000


def reader(bootstrap: str, told: Told, pattern: str) -> Reader:
    return Reader(Connection(bootstrap), told.observe, topics=TopicFilter.parse(pattern))


def test_history_fills_the_tape_at_once_and_what_comes_after_is_live(
    bootstrap: str, make_topic: MakeTopic
) -> None:
    topic, told = make_topic(), Told()
    write(bootstrap, topic, *[b"old"] * 100)
    with running(reader(bootstrap, told, topic).run):
        told.event(topic, 99)
        write(bootstrap, topic, b"new")
        told.event(topic, 100)
    assert told.offsets(topic) == list(range(40, 101))
    assert [event.live for event in told.events(topic)] == [False] * 60 + [True]


def test_history_of_several_partitions_is_told_in_the_order_of_time(
    bootstrap: str, make_topic: MakeTopic
) -> None:
    topic, told = make_topic(partitions=2), Told()
    writing = producer(bootstrap)
    for number in range(20):
        writing.produce(topic, b"x", partition=number % 2, timestamp=1_700_000_000_000 + number)
    writing.flush()
    with running(reader(bootstrap, told, topic).run):
        until(lambda: len(told.events(topic)) == 20, "twenty events")
    times = [event.event_at for event in told.events(topic)]
    assert times == [1_700_000_000_000 + number for number in range(20)]


def test_nothing_that_anyone_writes_stops_it(bootstrap: str, make_topic: MakeTopic) -> None:
    topic, told = make_topic(message_timestamp_after_max_ms=2**62), Told()
    records: list[dict[str, Any]] = [
        {"key": b"deleted"},
        {"value": b"x" * 1_000_000},
        {"value": b"\xff\xfe", "key": b"\xc3\x28"},
        {"value": b"x", "timestamp": YEAR_2100},
        {"value": b"x", "headers": [("ce_id", b"1"), ("ce_id", b"2"), ("traceparent", b"?")]},
        {"value": b"x", "headers": [("ce_source", b"\xff" * 5), ("ce_type", None)]},
        {"value": b"x", "headers": [("ce_id", b"9" * 500_000)]},
        {"value": b"x", "headers": [(f"h{n}", b"v") for n in range(1_000)]},
        {"value": b"x", "headers": [("ce_id", b"last"), ("ce_source", b"s")]},
    ]
    with running(reader(bootstrap, told, topic).run):
        writing = producer(bootstrap)
        for record in records:
            writing.produce(topic, on_delivery=delivered, **record)
            assert writing.flush(10) == 0
        last = told.event(topic, 8)
    notes = {event.offset: event.note for event in told.events(topic)}
    assert (last.id, last.source, last.note) == ("last", "s", None)
    assert notes[0] == "no value"
    assert notes[1] == "large: 1\u202f000\u202f000 bytes"
    assert notes[2] is None
    assert told.event(topic, 2).key == "c3 28 (2 bytes)"
    assert "from the future" in (notes[3] or "")
    assert told.event(topic, 3).event_at == YEAR_2100
    assert notes[4] == "ce_id twice; malformed traceparent"
    assert notes[5] == "ce_source is not UTF-8"
    assert "ce_id is too long" in (notes[6] or "")
    assert notes[7] == "more than 200 headers"
    assert sorted(told.offsets(topic)) == list(range(9))


def test_topics_come_and_go_while_it_runs(bootstrap: str, make_topic: MakeTopic) -> None:
    first, told = make_topic(), Told()
    newcomer = f"{first}.newcomer"
    connection = Connection(bootstrap)
    with running(reader(bootstrap, told, f"{first}*").run):
        write(bootstrap, first, b"1")
        told.event(first, 0)
        ensure(connection, {newcomer: TopicSpec(2)})
        write(bootstrap, newcomer, b"1", b"2")
        told.event(newcomer, 1)
        delete(connection, [newcomer])
        write(bootstrap, first, b"2")
        told.event(first, 1)
    assert told.offsets(newcomer) == [0, 1]
    assert all(event.live for event in told.events(newcomer))


def test_a_topic_made_anew_is_read_afresh(bootstrap: str, make_topic: MakeTopic) -> None:
    keeper, told = make_topic(), Told()
    again = f"{keeper}.again"
    connection = Connection(bootstrap)
    ensure(connection, {again: TopicSpec(1)})
    with running(reader(bootstrap, told, f"{keeper}*").run):
        write(bootstrap, again, b"1", b"2", b"3")
        told.event(again, 2)
        delete(connection, [again])
        until(lambda: ensure(connection, {again: TopicSpec(1)}), "the topic made anew")
        write(bootstrap, again, b"first of the new")
        until(lambda: told.offsets(again) == [0, 1, 2, 0], "the first event of the new topic")
        write(bootstrap, again, b"second of the new")
        until(lambda: told.offsets(again) == [0, 1, 2, 0, 1], "the second event of the new topic")
    delete(connection, [again])


def test_a_second_run_goes_on_where_the_first_ended(bootstrap: str, make_topic: MakeTopic) -> None:
    topic, told = make_topic(), Told()
    reading = reader(bootstrap, told, topic)
    with running(reading.run):
        write(bootstrap, topic, b"1")
        told.event(topic, 0)
    write(bootstrap, topic, b"2", b"3")
    with running(reading.run):
        told.event(topic, 2)
    assert told.offsets(topic) == [0, 1, 2]
    assert all(event.live for event in told.events(topic)[1:])


def test_what_retention_removed_before_it_was_read_is_counted(
    bootstrap: str, make_topic: MakeTopic
) -> None:
    topic, told = make_topic(), Told()
    reading = reader(bootstrap, told, topic)
    with running(reading.run):
        write(bootstrap, topic, b"1")
        told.event(topic, 0)
    write(bootstrap, topic, *[b"never read"] * 9)
    admin = AdminClient({"bootstrap.servers": bootstrap})
    admin.delete_records([TopicPartition(topic, 0, 8)])[TopicPartition(topic, 0)].result(20)
    with running(reading.run):
        told.event(topic, 9)
        until(lambda: [s.missed for s in told.of(SamplingSeen)] == [7], "seven missed")
    assert told.offsets(topic) == [0, 8, 9]
    assert told.event(topic, 8).note == "7 before it were removed unread"


def test_wishes_and_statuses_are_told_and_not_shown_as_events(bootstrap: str) -> None:
    told = Told()
    connection = Connection(bootstrap)
    ensure(
        connection,
        {
            "flowviz.control": TopicSpec(1, {"cleanup.policy": "compact"}),
            "flowviz.status": TopicSpec(1),
        },
    )
    wish = Wish("w-tap", "tap-test", "paused", by="presenter")
    writing = producer(bootstrap)
    writing.produce("flowviz.control", b"no wish at all", key=b"tap-test")
    writing.produce("flowviz.control", wish.encode(), key=b"tap-test")
    writing.produce("flowviz.status", b"\xff")
    status = b'{"v":1,"service":"tap-test","instance":"tap-test-1","phase":"paused"}'
    writing.produce("flowviz.status", status)
    writing.flush()

    def statuses() -> list[bool]:
        """Of each that was told, whether it came while we read."""
        return [one.live for one in told.of(StatusSeen) if one.instance == "tap-test-1"]

    with running(reader(bootstrap, told, "none.of.these").run):
        until(lambda: "w-tap" in [one.id for one in told.of(WishSeen)], "the wish")
        until(statuses, "the status")
        assert statuses() == [False], "it was there before"
        writing.produce("flowviz.status", status)
        writing.produce("flowviz.control", None, key=b"tap-test")
        writing.flush()
        until(lambda: "tap-test" in [one.service for one in told.of(WishCleared)], "it taken back")
        until(lambda: statuses() == [False, True], "the status of now")
    assert told.events("flowviz.control") == told.events("flowviz.status") == []


def test_partitions_that_are_too_many_are_counted_and_flowvizs_own_are_read(
    bootstrap: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dashboard.tap.assignment.MAX_PARTITIONS", 2)
    connection, told, first = Connection(bootstrap), Told(), "a.topic.that.comes.first"
    own = {"flowviz.control": TopicSpec(1), "flowviz.status": TopicSpec(1)}
    ensure(connection, own | {first: TopicSpec(3)})
    status = b'{"v":1,"service":"cap-test","instance":"cap-test-1","phase":"paused"}'
    with running(reader(bootstrap, told, first).run):
        until(lambda: told.of(SamplingSeen), "what is left out")
        assert told.of(SamplingSeen)[-1].partitions_left_out == 3
        write(bootstrap, "flowviz.status", status)
        until(lambda: "cap-test-1" in [one.instance for one in told.of(StatusSeen)], "the status")
    delete(connection, [first])


def test_it_joins_no_group_and_makes_no_topic(bootstrap: str, make_topic: MakeTopic) -> None:
    topic, told = make_topic(), Told()
    admin = AdminClient({"bootstrap.servers": bootstrap})
    write(bootstrap, topic, b"1")

    def groups() -> set[str]:
        listed = admin.list_consumer_groups(request_timeout=10).result(20).valid
        return {group.group_id for group in listed if "flowviz" in group.group_id}

    topics = set(admin.list_topics(timeout=10).topics)
    with running(reader(bootstrap, told, topic).run):
        told.event(topic, 0)
        assert groups() == set()
    assert groups() == set()
    assert set(admin.list_topics(timeout=10).topics) - topics <= {"__consumer_offsets"}


def test_it_stops_soon_when_the_cluster_is_away() -> None:
    stop, told = threading.Event(), Told()
    away = Reader(Connection("127.0.0.1:1"), told.observe, topics=TopicFilter())
    with running(away.run):
        stop.wait(0.1)
    assert told.observations == []
