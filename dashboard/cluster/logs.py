"""Where the log of each partition of one topic begins and ends."""

from __future__ import annotations

from dataclasses import dataclass

from confluent_kafka import KafkaException

from dashboard.cluster import offsets, topics
from dashboard.cluster.answers import error_of, in_words
from dashboard.cluster.connection import Connection


class LogsError(Exception):
    """The cluster did not say; the message is one sentence for the user."""


@dataclass(frozen=True, slots=True)
class Log:
    """`start`: the first offset that is there; `end`: the one that the next record gets."""

    partition: int
    start: int | None
    end: int | None
    leader: bool
    """Without one nothing of the partition can be read, and nothing is known of it."""


def of_topic(connection: Connection, topic: str) -> list[Log]:
    """One for each partition; empty where there is no such topic. Raises LogsError."""
    admin = connection.admin("logs")
    try:
        found = topics.look(admin, lambda name: name == topic).topics.get(topic)
    except KafkaException as failure:
        raise LogsError(
            f"Kafka did not say where the logs of {topic} begin and end: "
            f"{in_words(error_of(failure))}."
        ) from failure
    if found is None:
        return []
    led = [(topic, number) for number in found.partitions if number not in found.leaderless]
    starts, ends = offsets.starts_and_ends(admin, led)
    return [
        Log(number, starts.get(place), ends.get(place), number not in found.leaderless)
        for number in found.partitions
        for place in [(topic, number)]
    ]
