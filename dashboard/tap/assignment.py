"""Which partitions the reader reads now, and how far it has come: follows topics as they change."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable, Mapping

from confluent_kafka import Consumer, KafkaException, TopicPartition
from confluent_kafka.admin import AdminClient

from dashboard.cluster.answers import REQUEST_SECONDS
from dashboard.cluster.topics import TopicSeen
from dashboard.picture.observations import Partition
from dashboard.tap.places import Place, places
from dashboard.tap.topic_filter import OWN_TOPICS

MAX_PARTITIONS = 10_000
"""Partitions read; a cluster with more needs FLOWVIZ_TOPICS."""

MAX_REMEMBERED = 20_000
"""Places kept of topics that went out of sight, in case they come back with the same id."""

log = logging.getLogger(__name__)


class Assignment:
    """The partitions assigned to one client. Only the reader's thread touches it."""

    def __init__(self, client: Consumer, admin: AdminClient, places_kept: PlacesKept) -> None:
        self._client = client
        self._admin = admin
        self._kept = places_kept
        self._topics: dict[str, str | None] = {}
        self._partitions: set[Partition] = set()
        self.left_out = 0
        """Partitions beyond MAX_PARTITIONS, which are not read."""

    @property
    def partitions(self) -> frozenset[Partition]:
        return frozenset(self._partitions)

    def follow(
        self, topics: Mapping[str, TopicSeen], missing: Collection[str], now: int
    ) -> Mapping[Partition, Place]:
        """Drops what is gone, begins what is new; returns where the new ones begin.

        A topic whose id changed was deleted and made anew: it is dropped and begun afresh. A
        partition without a leader is begun once it has one.
        """
        self._drop(
            partition
            for partition in list(self._partitions)
            if not self._is_same(topics.get(partition[0]), partition)
        )
        self._topics = {name: topic.topic_id for name, topic in topics.items()}
        if self._kept.old is None:
            self._kept.old = frozenset(
                self._key((name, number))
                for name, topic in topics.items()
                for number in topic.partitions
            )
        wanted = [
            (name, number)
            for name, topic in topics.items()
            if name not in missing
            for number in topic.partitions
            if number not in topic.leaderless and (name, number) not in self._partitions
        ]
        wanted.sort(key=lambda one: one[0] not in OWN_TOPICS)
        room = max(0, MAX_PARTITIONS - len(self._partitions))
        left_out = max(0, len(wanted) - room)
        if left_out and not self.left_out:
            log.warning("More than %d partitions: some are not read.", MAX_PARTITIONS)
        self.left_out, wanted = left_out, wanted[:room]
        known = {one: at for one in wanted if (at := self._kept.get(self._key(one))) is not None}
        old = {one for one in wanted if self._key(one) in self._kept.old}
        begun = places(self._admin, wanted, known=known, old=old, now=now)
        if begun:
            # Tried: a client that already knows the leaders begins at once, else after a second.
            self._client.list_topics(timeout=REQUEST_SECONDS)
            assigned = [TopicPartition(*one, place.offset) for one, place in begun.items()]
            self._client.incremental_assign(assigned)
            # Tried: one that was paused when it was let go is still paused when it comes again.
            self._client.resume(assigned)
            self._partitions |= begun.keys()
            for one, place in begun.items():
                self._kept.put(self._key(one), place.offset)
        return begun

    def position(self, partition: Partition) -> int | None:
        """The next offset to read; None for a partition that is not read."""
        return self._kept.get(self._key(partition)) if partition in self._partitions else None

    def passed(self, partition: Partition, offset: int) -> None:
        """The record at this offset was read."""
        self._kept.put(self._key(partition), offset + 1)

    def drop(self, partition: Partition) -> None:
        """Stops reading one partition; it is begun again at the next look."""
        self._drop([partition])

    def _drop(self, partitions: Iterable[Partition]) -> None:
        gone = [one for one in partitions if one in self._partitions]
        if not gone:
            return
        try:
            self._client.incremental_unassign([TopicPartition(*one) for one in gone])
        except KafkaException:
            # The client has let go of it by itself already.
            log.debug("unassign", exc_info=True)
        self._partitions.difference_update(gone)

    def _is_same(self, topic: TopicSeen | None, partition: Partition) -> bool:
        if topic is None or partition[1] not in topic.partitions:
            return False
        return self._topics.get(topic.name) == topic.topic_id

    def _key(self, partition: Partition) -> Key:
        return (self._topics.get(partition[0]) or partition[0], partition[1])


Key = tuple[str, int]
"""A topic's id, or its name where there are no ids, and a partition's number."""


class PlacesKept:
    """How far each partition was read. Outlives the client: the next one goes on from there."""

    def __init__(self) -> None:
        self.old: frozenset[Key] | None = None
        """The partitions that the very first look found; None before it."""
        self._places: dict[Key, int] = {}

    def get(self, key: Key) -> int | None:
        return self._places.get(key)

    def put(self, key: Key, offset: int) -> None:
        if key not in self._places and len(self._places) >= MAX_REMEMBERED:
            self._places.pop(next(iter(self._places)))
        self._places[key] = offset
