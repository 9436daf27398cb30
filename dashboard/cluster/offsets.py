"""How far groups have committed, and where logs begin and end.

Ask for the commits first and for the ends after: so lag is never understated (lag.md, case 1).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from concurrent.futures import Future
from typing import Any

from confluent_kafka import ConsumerGroupTopicPartitions, KafkaException, TopicPartition
from confluent_kafka.admin import AdminClient, OffsetSpec

from dashboard.cluster.answers import REQUEST_SECONDS, collect, error_of, in_words
from dashboard.picture.observations import Commit, Partition

Committed = Mapping[Partition, Commit] | str
"""A group's commits; or, as a short reason, why they are not known."""


def committed(admin: AdminClient, groups: Iterable[str]) -> dict[str, Committed]:
    """What each group has committed. A partition without a commit is not there.

    All questions are on their way before the first answer is waited for.
    """
    pending: dict[str, Future[Any]] = {}
    for group in groups:
        request = [ConsumerGroupTopicPartitions(group)]
        pending |= admin.list_consumer_group_offsets(request, request_timeout=REQUEST_SECONDS)
    found: dict[str, Committed] = {}
    for group, answer in pending.items():
        try:
            partitions: list[TopicPartition] = collect(answer).topic_partitions or []
        except KafkaException as failure:
            found[group] = in_words(error_of(failure))
            continue
        found[group] = {
            (one.topic, one.partition): Commit(one.offset, one.metadata or None)
            for one in partitions
            if one.error is None and one.offset >= 0
        }
    return found


def starts_and_ends(
    admin: AdminClient, partitions: Iterable[Partition]
) -> tuple[dict[Partition, int | None], dict[Partition, int | None]]:
    """The first offset of each log, and the one its next record will get.

    Leave out partitions without a leader: they take the whole timeout. None: no answer. An
    offset below 0 is no answer either, for the client gives one without an error (seen after a
    broker died).
    """
    asked = [TopicPartition(topic, number) for topic, number in partitions]
    if not asked:
        return {}, {}
    firsts = _send(admin, asked, OffsetSpec.earliest())  # type: ignore[no-untyped-call]
    lasts = _send(admin, asked, OffsetSpec.latest())  # type: ignore[no-untyped-call]
    return _offsets(firsts), _offsets(lasts)


def at_time(
    admin: AdminClient, partitions: Iterable[Partition], at: int
) -> dict[Partition, int | None]:
    """The first offset whose record is from `at` (Unix ms) or later; None where there is none."""
    asked = [TopicPartition(topic, number) for topic, number in partitions]
    return _offsets(_send(admin, asked, OffsetSpec.for_timestamp(at))) if asked else {}


def _send(
    admin: AdminClient, asked: list[TopicPartition], spec: OffsetSpec
) -> dict[TopicPartition, Future[Any]]:
    return admin.list_offsets(dict.fromkeys(asked, spec), request_timeout=REQUEST_SECONDS)


def _offsets(answers: Mapping[TopicPartition, Future[Any]]) -> dict[Partition, int | None]:
    found: dict[Partition, int | None] = {}
    for one, answer in answers.items():
        try:
            offset = collect(answer).offset
        except KafkaException:
            offset = -1
        found[(one.topic, one.partition)] = offset if offset >= 0 else None
    return found
