"""Flowviz's own two topics, as they must be made."""

from __future__ import annotations

from dashboard.cluster.topics import TopicSpec

STATUS_KEPT_MS = 3_600_000

OWN_TOPICS = {
    # Compacted: the newest wish of each service is kept for ever, for a service that starts.
    "flowviz.control": TopicSpec(1, {"cleanup.policy": "compact"}),
    "flowviz.status": TopicSpec(
        1, {"cleanup.policy": "delete", "retention.ms": str(STATUS_KEPT_MS)}
    ),
}
