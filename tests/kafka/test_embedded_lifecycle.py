"""The embedded broker from start to stop."""

from __future__ import annotations

from confluent_kafka import Producer

from tests.kafka.conftest import MakeTopic


def test_it_serves_and_takes_an_event(bootstrap: str, make_topic: MakeTopic) -> None:
    producer = Producer({"bootstrap.servers": bootstrap})
    producer.produce(make_topic(), b"a part")
    assert producer.flush(30) == 0
