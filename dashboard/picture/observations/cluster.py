"""What the cluster says of itself: whether it answers, and which topics it has."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ClusterSeen:
    """What the cluster says of itself, or that it does not answer."""

    at: int
    reachable: bool
    bootstrap: str
    brokers: int | None = None
    kafka: str | None = None
    """The version as far as it can be told."""
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class TopicFacts:
    topic_id: str | None
    """Kafka's id: a topic deleted and made anew keeps its name and gets another id."""
    partitions: int
    leaderless: int = 0
    compacted: bool = False


@dataclass(frozen=True, slots=True)
class TopicsSeen:
    """All topics that are shown; one that is missing here has been deleted."""

    at: int
    topics: Mapping[str, TopicFacts]
    left_out: int = 0
    """More than can be looked at."""
