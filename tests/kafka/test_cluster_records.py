import json
from threading import Event, Thread
from time import monotonic

import pytest
from confluent_kafka import TopicPartition
from confluent_kafka.admin import AdminClient

from dashboard.cluster import records
from dashboard.cluster.connection import Connection
from dashboard.cluster.records import NoSuchRecord, RecordError, newest, read_one
from tests.kafka.conftest import MakeTopic
from tests.kafka.watching import delivered, producer, write

PATIENCE_SECONDS = 90.0


def test_one_record_is_read_decoded_and_masked(bootstrap: str, make_topic: MakeTopic) -> None:
    topic = make_topic(partitions=2)
    writing = producer(bootstrap)
    writing.produce(
        topic,
        b'{"part": 7, "card": {"number": "4111"}}',
        key=b"p-7",
        partition=1,
        headers=[("ce_source", b"scanner"), ("authorization", b"Bearer abc")],
        on_delivery=delivered,
    )
    writing.flush()
    record = read_one(Connection(bootstrap), topic, 1, 0)
    assert (record.topic, record.partition, record.offset, record.key) == (topic, 1, 0, "p-7")
    assert json.loads(record.text or "") == {"part": 7, "card": "•••"}
    assert record.headers == (("ce_source", "scanner"), ("authorization", "•••"))
    assert record.at is not None


def test_odd_payloads_are_shown_as_what_they_are(bootstrap: str, make_topic: MakeTopic) -> None:
    topic = make_topic()
    write(bootstrap, topic, None, b"", b"\xff\xfe", b"x" * 1_000_000)
    found = newest(Connection(bootstrap), topic)
    assert [record.form for record in found] == ["none", "text", "bytes", "text"]
    assert [record.size for record in found] == [0, 0, 2, 1_000_000]
    assert [record.truncated for record in found] == [False, False, False, True]
    assert found[3].notes == ("cut here: it has 1\u202f000\u202f000 bytes",)


def test_the_newest_over_all_partitions_come_oldest_first(
    bootstrap: str, make_topic: MakeTopic
) -> None:
    topic = make_topic(partitions=3)
    writing = producer(bootstrap)
    for number in range(30):
        writing.produce(
            topic, str(number), partition=number % 2, timestamp=1_700_000_000_000 + number
        )
    writing.flush()
    found = newest(Connection(bootstrap), topic, limit=4)
    assert [record.text for record in found] == ["26", "27", "28", "29"]


def test_the_newest_are_told_at_once_while_more_are_written(
    bootstrap: str, make_topic: MakeTopic, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each fetch brings an event more: that the partition is at its end is never told."""
    topic = make_topic()
    write(bootstrap, topic, b"1", b"2", b"3")
    monkeypatch.setattr(records, "READ_SECONDS", 2 * PATIENCE_SECONDS)
    told, in_vain = Event(), Event()

    def go_on_writing() -> None:
        writing = producer(bootstrap)
        end = monotonic() + PATIENCE_SECONDS
        while not told.wait(0.02) and not in_vain.is_set():
            writing.produce(topic, b"more")
            writing.flush()
            if monotonic() > end:
                in_vain.set()

    writer = Thread(target=go_on_writing)
    writer.start()
    try:
        found = newest(Connection(bootstrap), topic, limit=2)
    finally:
        told.set()
        writer.join()
    assert not in_vain.is_set(), "it waited until nothing more was written"
    assert len(found) == 2


def test_an_empty_topic_has_no_newest(bootstrap: str, make_topic: MakeTopic) -> None:
    assert newest(Connection(bootstrap), make_topic()) == []


def test_what_is_not_there_is_refused_with_the_reason(
    bootstrap: str, make_topic: MakeTopic
) -> None:
    topic, connection = make_topic(), Connection(bootstrap)
    write(bootstrap, topic, b"1", b"2", b"3")
    admin = AdminClient({"bootstrap.servers": bootstrap})
    admin.delete_records([TopicPartition(topic, 0, 2)])[TopicPartition(topic, 0)].result(20)
    with pytest.raises(NoSuchRecord, match="has been removed: the log begins at offset 2"):
        read_one(connection, topic, 0, 1)
    with pytest.raises(NoSuchRecord, match="has not been written: the log ends at offset 3"):
        read_one(connection, topic, 0, 3)
    with pytest.raises(NoSuchRecord, match="has no partition 7"):
        read_one(connection, topic, 7, 0)
    with pytest.raises(NoSuchRecord, match="no such topic"):
        read_one(connection, f"{topic}.never", 0, 0)
    with pytest.raises(NoSuchRecord, match="no such topic"):
        newest(connection, f"{topic}.never")
    assert read_one(connection, topic, 0, 2).text == "3"


def test_kafkas_own_topics_are_not_shown(bootstrap: str) -> None:
    with pytest.raises(NoSuchRecord, match="belongs to Kafka itself"):
        newest(Connection(bootstrap), "__consumer_offsets")


def test_a_cluster_that_is_away_is_told_in_one_sentence() -> None:
    with pytest.raises(RecordError, match="Kafka did not give the record"):
        newest(Connection("127.0.0.1:1"), "parts")
