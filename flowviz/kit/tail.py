"""The newest events of a topic: how a service finds out where it was, from what it wrote itself."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from typing import Any

from confluent_kafka import Consumer, KafkaError, KafkaException, Message, TopicPartition

from flowviz.kit import clients
from flowviz.kit.event import Event, event_of

_log = logging.getLogger("flowviz.kit")

LOOK_BACK_OFFSETS = 100
"""How far before the end events are looked for; markers of transactions may stand last."""
READ_SECONDS = 10.0
QUESTION_SECONDS = 5.0
PAUSE_SECONDS = 0.5


def lately(
    conf: Mapping[str, Any],
    instance: str,
    topic: str,
    give_up: Callable[[], bool],
    tell: Callable[[str], None],
) -> list[Event]:
    """What stands at the ends of the partitions of `topic`, at most LOOK_BACK_OFFSETS of each, in
    their order; none where the topic is missing.

    Reads by assign(): no consumer group, no commit. Asks again while the cluster does not answer,
    and tells what it waits for, as a sentence; raises KafkaException when `give_up` says so.
    """
    said = False
    client = Consumer(
        clients.beside(conf, instance, "tail")
        | {
            "group.id": f"{instance}-flowviz-tail",
            "enable.auto.commit": False,
            "enable.partition.eof": True,
            "allow.auto.create.topics": False,
        }
    )
    try:
        while True:
            try:
                return _read(client, topic)
            except KafkaException as error:
                if give_up():
                    raise
                reason = f"waits to read the end of {topic}: {error.args[0].str()}"
                _log.log(logging.DEBUG if said else logging.WARNING, "%s: %s.", instance, reason)
                said = True
                tell(reason)
                time.sleep(PAUSE_SECONDS)
    finally:
        client.close()


def _read(client: Consumer, topic: str) -> list[Event]:
    about = client.list_topics(topic, timeout=QUESTION_SECONDS).topics[topic]
    if about.error is not None and about.error.code() == KafkaError.UNKNOWN_TOPIC_OR_PART:
        return []
    if about.error is not None:
        raise KafkaException(about.error)
    wanted: list[TopicPartition] = []
    for partition in about.partitions:
        tp = TopicPartition(topic, partition)
        low, high = client.get_watermark_offsets(tp, timeout=QUESTION_SECONDS)
        if high > low:
            wanted.append(TopicPartition(topic, partition, max(low, high - LOOK_BACK_OFFSETS)))
    found: dict[int, list[Message]] = {tp.partition: [] for tp in wanted}
    left = {tp.partition for tp in wanted}
    client.assign(wanted)
    until = time.monotonic() + READ_SECONDS
    while left:
        message = client.poll(QUESTION_SECONDS)
        if time.monotonic() >= until:
            raise KafkaException(KafkaError(KafkaError._TIMED_OUT))
        if message is None:
            continue
        error, partition = message.error(), message.partition()
        if error is None and partition is not None:
            found[partition].append(message)
        elif error is not None and error.code() == KafkaError._PARTITION_EOF:
            left.discard(-1 if partition is None else partition)
        elif error is not None:
            raise KafkaException(error)
    return [event_of(message) for partition in sorted(found) for message in found[partition]]
