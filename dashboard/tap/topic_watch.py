"""Topics that come and go, seen twice before they are believed to be gone."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace

from confluent_kafka.admin import AdminClient

from dashboard.cluster.topics import ClusterTopics, TopicSeen, look

MISSED_BEFORE_GONE = 2
"""A broker that has just started may leave topics out of an answer; reading them anew from their
beginning because of that would show everything twice."""


class TopicWatch:
    """Looks at the topics of a cluster; a topic missing in one look is kept for that look."""

    def __init__(
        self, admin: AdminClient, shows: Callable[[str], bool], always: Collection[str] = ()
    ) -> None:
        """Of too many topics those in `always` are kept."""
        self._admin = admin
        self._shows = shows
        self._always = always
        self._missed: dict[str, int] = {}
        self._known: dict[str, TopicSeen] = {}
        self.missing: frozenset[str] = frozenset()
        """Topics that the last look did not find and that are not believed to be gone yet."""

    def look(self, timeout: float) -> ClusterTopics:
        """Raises KafkaException when the cluster does not answer within `timeout` seconds."""
        seen = look(self._admin, self._shows, timeout, always=self._always)
        topics = dict(seen.topics)
        for name, topic in self._known.items():
            if name in topics:
                topics[name] = _with_known_id(topics[name], topic)
            elif self._missed.get(name, 0) + 1 < MISSED_BEFORE_GONE:
                topics[name] = topic
        self._missed = {
            name: self._missed.get(name, 0) + 1 for name in topics if name not in seen.topics
        }
        self.missing = frozenset(self._missed)
        self._known = topics
        return replace(seen, topics=topics)


def _with_known_id(now: TopicSeen, before: TopicSeen) -> TopicSeen:
    """An id that was not told this time is the one told before."""
    if now.topic_id is not None or before.topic_id is None:
        return now
    return TopicSeen(now.name, before.topic_id, now.partitions, now.leaderless)
