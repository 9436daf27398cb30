"""All events of a topic, by a client that knows nothing of Flowviz."""

from __future__ import annotations

from collections.abc import Iterator

from confluent_kafka import OFFSET_BEGINNING, Consumer, KafkaError, TopicPartition

from bench.parts.script import CannotMeasure

SILENT_SECONDS = 20.0


def ids_and_causes(bootstrap: str, topic: str) -> Iterator[tuple[str, str]]:
    """The id of each event and that of its cause; empty where there is none."""
    consumer = Consumer(
        {
            "bootstrap.servers": bootstrap,
            "group.id": "bench-joins-no-group",
            "enable.auto.commit": False,
            "enable.partition.eof": True,
            "log_level": 0,
        }
    )
    try:
        about = consumer.list_topics(topic, timeout=SILENT_SECONDS).topics[topic]
        left = set(about.partitions)
        consumer.assign([TopicPartition(topic, one, OFFSET_BEGINNING) for one in left])
        while left:
            message = consumer.poll(SILENT_SECONDS)
            if message is None:
                raise CannotMeasure(f"{topic} cannot be read to its end.")
            error = message.error()
            if error is None:
                headers = dict(message.headers() or [])
                yield _text(headers.get("ce_id")), _text(headers.get("ce_causationid"))
            elif error.code() == KafkaError._PARTITION_EOF:
                left.discard(message.partition() or 0)
    finally:
        consumer.close()


def _text(value: str | bytes | None) -> str:
    return value.decode() if isinstance(value, bytes) else value or ""
