"""Consumer groups without members that come and go: commits alone make them."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future
from typing import Any

from confluent_kafka import ConsumerGroupTopicPartitions, KafkaException, Producer, TopicPartition
from confluent_kafka.admin import AdminClient

from bench.parts.script import CannotMeasure
from dashboard.picture.observations import Partition

AT_ONCE = 100
"""Groups made before the first answer is waited for."""
TRIES = 5
MAKE_SECONDS = 5.0
EVENTS = 50
"""In each log that the groups are to read."""


def fill(bootstrap: str, partitions: Sequence[Partition]) -> None:
    """EVENTS of them in each log, and one more in each partition after the first."""
    producer = Producer({"bootstrap.servers": bootstrap})
    for topic, number in partitions:
        for _ in range(EVENTS + number):
            producer.produce(topic, b"x", partition=number)
    if producer.flush(2 * MAKE_SECONDS):
        raise CannotMeasure("Kafka did not take what the groups are to read.")


def make(admin: AdminClient, names: Sequence[str], partitions: Sequence[Partition]) -> None:
    """Groups with a commit on each partition, somewhere in EVENTS; no two neighbours alike.

    Made again where Kafka did not: in a new Kafka the first question after a group only has it
    make the topic in which commits are kept, and then goes unanswered.
    """
    missing = list(names)
    for attempt in range(TRIES):
        # The first time one alone, which wakes Kafka.
        asked = missing if attempt else missing[:1]
        for first in range(0, len(asked), AT_ONCE):
            batch = asked[first : first + AT_ONCE]
            answers = {name: _commit(admin, name, partitions) for name in batch}
            made = {name for name, answer in answers.items() if _was_made(answer)}
            missing = [name for name in missing if name not in made]
        if not missing:
            return
    raise CannotMeasure(f"{len(missing)} groups could not be made.")


def _commit(admin: AdminClient, name: str, partitions: Sequence[Partition]) -> Future[Any]:
    first = sum(name.encode())
    commits = [
        TopicPartition(topic, number, (first + number) % (EVENTS + 1))
        for topic, number in partitions
    ]
    request = [ConsumerGroupTopicPartitions(name, commits)]
    answers = admin.alter_consumer_group_offsets(request, request_timeout=MAKE_SECONDS)
    answer: Future[Any] = answers[name]
    return answer


def _was_made(answer: Future[Any]) -> bool:
    try:
        return all(one.error is None for one in answer.result(2 * MAKE_SECONDS).topic_partitions)
    except KafkaException:
        return False


def forget(admin: AdminClient, names: Sequence[str]) -> None:
    answers = admin.delete_consumer_groups(list(names), request_timeout=30)
    for answer in answers.values():
        answer.exception(60)  # one that was never made is as good
