"""Flowviz's own two topics, as they must be made."""

from __future__ import annotations

from dashboard.cluster.making_topics import TopicSpec

STATUS_KEPT_MS = 3_600_000

# By the broker's clock a service knows how old a wish is, though its own clock may be wrong.
BROKERS_TIME = {"message.timestamp.type": "LogAppendTime"}

OWN_TOPICS = {
    # Compacted: the newest wish of each service is kept for ever, for a service that starts.
    "flowviz.control": TopicSpec(1, {"cleanup.policy": "compact", **BROKERS_TIME}),
    "flowviz.status": TopicSpec(
        1, {"cleanup.policy": "delete", "retention.ms": str(STATUS_KEPT_MS), **BROKERS_TIME}
    ),
}
