from __future__ import annotations

from confluent_kafka import KafkaError, TopicPartition

from dashboard.cluster.offsets import commits_of
from dashboard.picture.observations import Commit


class Refused(TopicPartition):
    """As the client hands out a partition of which the broker told an error."""

    error = KafkaError(KafkaError.TOPIC_AUTHORIZATION_FAILED)


def test_a_partition_with_an_error_is_unknown_and_one_without_a_commit_is_not_there() -> None:
    found = commits_of(
        [
            TopicPartition("parts", 0, 7),
            TopicPartition("parts", 1, -1001),
            Refused("parts", 2, -1001),
            Refused("parts", 3, 5),
        ]
    )
    assert found.known == {("parts", 0): Commit(7)}
    assert found.unknown == {
        ("parts", 2): "this user may not read the topic",
        ("parts", 3): "this user may not read the topic",
    }
