"""How far groups have committed, and where logs begin and end.

Ask for the commits first and for the ends after: so lag is never understated (lag.md, case 1).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any

from confluent_kafka import ConsumerGroupTopicPartitions, KafkaException, TopicPartition
from confluent_kafka.admin import AdminClient, OffsetSpec

from dashboard.cluster.answers import REQUEST_SECONDS, collect, error_of, in_words
from dashboard.picture.observations import Commit, Partition


@dataclass(frozen=True, slots=True)
class Commits:
    """What one group has committed. A partition that is in neither map has no commit."""

    known: Mapping[Partition, Commit]
    unknown: Mapping[Partition, str] = field(default_factory=dict)
    """Partitions of which the cluster gave no commit, and why, as a short reason."""


Committed = Commits | str
"""A group's commits; or, as a short reason, why none of them is known."""


def committed(admin: AdminClient, groups: Iterable[str]) -> dict[str, Committed]:
    """What each group has committed.

    All questions are on their way before the first answer is waited for.
    """
    pending: dict[str, Future[Any]] = {}
    for group in groups:
        request = [ConsumerGroupTopicPartitions(group)]
        pending |= admin.list_consumer_group_offsets(request, request_timeout=REQUEST_SECONDS)
    found: dict[str, Committed] = {}
    for group, answer in pending.items():
        try:
            found[group] = commits_of(collect(answer).topic_partitions or [])
        except KafkaException as failure:
            found[group] = in_words(error_of(failure))
    return found


def commits_of(answers: Iterable[TopicPartition]) -> Commits:
    """One group's answers, one a partition. An error says nothing of what was committed; an offset
    below 0 without one says that nothing was."""
    known, unknown = {}, {}
    for one in answers:
        place = (one.topic, one.partition)
        if one.error is not None:
            unknown[place] = in_words(one.error)
        elif one.offset >= 0:
            known[place] = Commit(one.offset, one.metadata or None)
    return Commits(known, unknown)


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
