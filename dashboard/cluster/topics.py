"""Which topics there are: ids, partitions, leaders, compaction."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from confluent_kafka import KafkaError, KafkaException, TopicCollection
from confluent_kafka.admin import AdminClient, ConfigResource, ResourceType

from dashboard.cluster.answers import REQUEST_SECONDS, collect, error_of
from dashboard.cluster.coordinators import NONE_AWAY, OFFSETS_TOPIC, Coordinators
from flowviz.kit.topic_id import id_in

MAX_TOPICS = 5_000
"""More topics than this are not looked at: the picture could not show them."""


@dataclass(frozen=True, slots=True)
class TopicSeen:
    name: str
    topic_id: str | None
    """None: the cluster is too old to give ids, or did not answer for this topic."""
    partitions: tuple[int, ...]
    leaderless: frozenset[int]


@dataclass(frozen=True, slots=True)
class ClusterTopics:
    """One look at the cluster's metadata."""

    brokers: int
    controller: int
    """The id of one broker that can be asked for its settings, or -1."""
    topics: Mapping[str, TopicSeen]
    left_out: int = 0
    """Topics beyond MAX_TOPICS."""
    coordinators: Coordinators = NONE_AWAY


def look(
    admin: AdminClient,
    shows: Callable[[str], bool],
    timeout: float = REQUEST_SECONDS,
    *,
    always: Collection[str] = (),
) -> ClusterTopics:
    """The topics for which `shows(name)` holds, with their ids; those in `always` are never cut.

    Also refreshes the client's own metadata, so that offsets asked for next go to the right
    brokers. Raises KafkaException when the cluster does not answer within `timeout` seconds.
    """
    metadata = admin.list_topics(timeout=timeout)
    every = [name for name in metadata.topics if shows(name)]
    every.sort(key=lambda name: (name not in always, name))
    names = every[:MAX_TOPICS]
    ids = _ids(admin, names)
    topics = {}
    for name in names:
        found = metadata.topics[name]
        if name in ids and ids[name] is _GONE:
            continue
        topics[name] = TopicSeen(
            name=name,
            topic_id=ids.get(name),
            partitions=tuple(sorted(found.partitions)),
            leaderless=_leaderless(found),
        )
    brokers = sorted(metadata.brokers)
    controller = brokers[0] if brokers else -1
    return ClusterTopics(
        brokers=len(brokers),
        controller=controller,
        topics=topics,
        left_out=len(every) - len(names),
        coordinators=_coordinators(metadata.topics.get(OFFSETS_TOPIC)),
    )


def _coordinators(topic: Any) -> Coordinators:
    if topic is None or topic.error is not None:
        return NONE_AWAY
    return Coordinators(len(topic.partitions), _leaderless(topic))


def _leaderless(topic: Any) -> frozenset[int]:
    return frozenset(
        number for number, partition in topic.partitions.items() if partition.leader < 0
    )


_GONE = "gone"
"""In place of an id: the cluster knows no such topic."""


def _ids(admin: AdminClient, names: list[str]) -> dict[str, str]:
    if not names:
        return {}
    answers = admin.describe_topics(TopicCollection(names), request_timeout=REQUEST_SECONDS)
    ids: dict[str, str] = {}
    for name, answer in answers.items():
        try:
            topic_id = id_in(collect(answer))
        except KafkaException as failure:
            if error_of(failure).code() == KafkaError.UNKNOWN_TOPIC_OR_PART:
                ids[name] = _GONE
            continue
        if topic_id is not None:
            ids[name] = topic_id
    return ids


def compacted(admin: AdminClient, names: Iterable[str]) -> dict[str, bool]:
    """Whether each topic is compacted. Topics that may not be asked are left out."""
    resources = [ConfigResource(ResourceType.TOPIC, name) for name in names]
    if not resources:
        return {}
    answers = admin.describe_configs(resources, request_timeout=REQUEST_SECONDS)
    found: dict[str, bool] = {}
    for resource, answer in answers.items():
        try:
            entries: dict[str, Any] = collect(answer)
        except KafkaException:
            continue
        policy = entries.get("cleanup.policy")
        if policy is not None:
            found[resource.name] = "compact" in str(policy.value)
    return found
