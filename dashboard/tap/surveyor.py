"""Surveys topics, groups and offsets, again and again: commits first, ends of logs after."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterable

from confluent_kafka import KafkaError, KafkaException

from dashboard.cluster import health
from dashboard.cluster.answers import REQUEST_SECONDS, error_of
from dashboard.cluster.connection import Connection
from dashboard.cluster.offsets import committed, starts_and_ends
from dashboard.cluster.topics import ClusterTopics
from dashboard.picture.observations import (
    ClusterSeen,
    Observe,
    Partition,
    SurveySeen,
    TopicFacts,
    TopicsSeen,
)
from dashboard.tap.clock import elapsing, now
from dashboard.tap.coordinator_lost import CoordinatorLost
from dashboard.tap.group_watch import GroupWatch
from dashboard.tap.pace import Pace
from dashboard.tap.policies import Policies
from dashboard.tap.topic_filter import TopicFilter
from dashboard.tap.topic_watch import TopicWatch

SHARE = 10
"""A survey rests ten times as long as surveys take: it never is a load on the cluster."""

EVERY_AT_LEAST_SECONDS = 0.25
EVERY_AT_MOST_SECONDS = 10.0

TRY_AGAIN_SECONDS = 0.5
"""After no answer."""

REPEAT_SECONDS = 5.0
"""Topics and cluster are told again after this long, even when nothing changed."""

NEW_CLIENT_SECONDS = 15.0
"""A cluster that is away for so long is asked by a new client, and again after each further time:
whether it is the cluster or the client that hangs cannot be told from outside."""

SECOND_TRY_SECONDS = 3.0
"""A broker that is merely slow gets this much more before it is called unreachable."""

log = logging.getLogger(__name__)


class Surveyor:
    """Tells ClusterSeen, TopicsSeen and SurveySeen."""

    def __init__(self, connection: Connection, observe: Observe, *, topics: TopicFilter) -> None:
        self._connection = connection
        self._observe = observe
        self._topics = topics
        # A new client has to connect first, and its surveys take long: that is not what surveys of
        # this cluster take. Tried: by them alone the second survey after an outage came 3.5 s late.
        self._pace = Pace(SHARE, EVERY_AT_LEAST_SECONDS, EVERY_AT_MOST_SECONDS)

    def run(self, stop: threading.Event) -> None:
        """Surveys until `stop` is set. A cluster that is away is told, and tried again."""
        surveying = self._begin()
        while not stop.is_set():
            rest = surveying.step()
            if surveying.astray:
                surveying = self._begin()
            stop.wait(rest)

    def _begin(self) -> _Surveying:
        return _Surveying(self._connection, self._observe, self._topics, self._pace)


class _Surveying:
    """One run: its client, and what was told last."""

    def __init__(
        self, connection: Connection, observe: Observe, topics: TopicFilter, pace: Pace
    ) -> None:
        self._bootstrap = connection.bootstrap_servers
        self._observe = observe
        self._admin = connection.admin("surveyor", self._client_error)
        self._watch = TopicWatch(self._admin, topics.shows)
        self._groups = GroupWatch(self._admin, topics)
        self._policies = Policies(self._admin)
        self._lost = CoordinatorLost()
        self._last_error: KafkaError | None = None
        self._pace = pace
        self._every = EVERY_AT_LEAST_SECONDS
        self._known_version = connection.kafka
        self._version: str | None = None
        self._version_asked = False
        self._told: dict[type, tuple[object, float]] = {}
        self._away_since: float | None = None
        self.astray = False
        """The client has lost its way to groups, or may have. A new client knows it."""
        self._patient = False
        """Wait for whoever does not answer; otherwise first look at the cluster anew."""

    def step(self) -> float:
        """One survey; returns the seconds to rest before the next."""
        began = elapsing()
        self._last_error = None
        self._admin.poll(0)
        try:
            topics = self._look()
            if self._away_since is not None:
                self.astray = True
                return 0.0
            survey = self._survey(topics, began)
            if survey is None:
                self._patient = True
                return 0.0
            self._patient = False
            self._tell_cluster(topics)
            self._tell_topics(topics)
        except KafkaException as failure:
            self._tell_unreachable(failure)
            return TRY_AGAIN_SECONDS
        self._observe(survey)
        return self._every

    def _look(self) -> ClusterTopics:
        try:
            return self._watch.look(REQUEST_SECONDS)
        except KafkaException:
            self._admin.poll(0)
            if self._last_error is not None:
                # Refused, not slow: nobody is there to be waited for.
                raise
            return self._watch.look(SECOND_TRY_SECONDS)

    def _survey(self, topics: ClusterTopics, began: float) -> SurveySeen | None:
        """None: a broker that the look at the topics found has gone since.

        Each question to it waits in vain, and one survey has five. Tried: the others' numbers stood
        still for 18 s; another look, which knows what is without a leader, makes that 4 s.
        """
        groups = self._groups.look(elapsing(), topics.coordinators, patient=self._patient)
        if groups.partial and not self._patient:
            return None
        asked_at = elapsing()
        commits = committed(self._admin, self._groups.answerable)
        unanswered = any(isinstance(one, str) for one in commits.values())
        if unanswered and elapsing() - asked_at >= REQUEST_SECONDS and not self._patient:
            return None
        self.astray = self._lost.take(commits, elapsing())
        starts, ends = self._bounds(topics)
        at = now()
        took = elapsing() - began
        self._every = self._pace.rest(took)
        return SurveySeen(
            at=at,
            took_seconds=took,
            every_seconds=self._every,
            groups=self._groups.facts(commits),
            starts=starts,
            ends=ends,
            groups_left_out=groups.left_out,
        )

    def _bounds(
        self, topics: ClusterTopics
    ) -> tuple[dict[Partition, int | None], dict[Partition, int | None]]:
        """Starts and ends of all shown partitions; those without a leader are not asked."""
        every = [(name, one) for name, topic in topics.topics.items() for one in topic.partitions]
        asked = [
            (name, one)
            for name, one in every
            if name not in self._watch.missing and one not in topics.topics[name].leaderless
        ]
        starts, ends = starts_and_ends(self._admin, asked)
        return _with_unknown(starts, every), _with_unknown(ends, every)

    def _tell_cluster(self, topics: ClusterTopics) -> None:
        if not self._version_asked:
            self._version = self._known_version or health.version(self._admin, topics.controller)
            self._version_asked = True
        content = (True, topics.brokers, self._version)
        if self._is_news(ClusterSeen, content):
            self._observe(
                ClusterSeen(
                    at=now(),
                    reachable=True,
                    bootstrap=self._bootstrap,
                    brokers=topics.brokers,
                    kafka=self._version,
                )
            )

    def _tell_unreachable(self, failure: KafkaException) -> None:
        if self._away_since is None:
            self._away_since = elapsing()
        self.astray = elapsing() - self._away_since >= NEW_CLIENT_SECONDS
        reason = health.no_answer(self._bootstrap, self._last_error or error_of(failure))
        log.debug("%s", reason)
        self._version_asked = False
        if self._is_news(ClusterSeen, reason):
            self._observe(
                ClusterSeen(at=now(), reachable=False, bootstrap=self._bootstrap, reason=reason)
            )

    def _tell_topics(self, topics: ClusterTopics) -> None:
        compacted = self._policies.of(topics.topics, elapsing())
        facts = {
            name: TopicFacts(
                topic_id=topic.topic_id,
                partitions=len(topic.partitions),
                leaderless=len(topic.leaderless),
                compacted=compacted.get(name, False),
            )
            for name, topic in topics.topics.items()
        }
        if self._is_news(TopicsSeen, (facts, topics.left_out)):
            self._observe(TopicsSeen(at=now(), topics=facts, left_out=topics.left_out))

    def _is_news(self, kind: type, content: object) -> bool:
        """Whether it differs from what was told last, or that was long ago."""
        before = self._told.get(kind)
        if before is not None and before[0] == content and elapsing() - before[1] < REPEAT_SECONDS:
            return False
        self._told[kind] = (content, elapsing())
        return True

    def _client_error(self, error: KafkaError) -> None:
        # Called from `poll`, in the surveyor's own thread. "All brokers are down" comes after each
        # refusal, and says less.
        if self._last_error is None or error.code() not in _VAGUE:
            self._last_error = error


_VAGUE = frozenset({KafkaError._ALL_BROKERS_DOWN, KafkaError._TRANSPORT, KafkaError._TIMED_OUT})


def _with_unknown(
    found: dict[Partition, int | None], every: Iterable[Partition]
) -> dict[Partition, int | None]:
    return {partition: found.get(partition) for partition in every}
