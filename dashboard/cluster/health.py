"""Whether the cluster answers, and what it says of itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from confluent_kafka import KafkaError, KafkaException
from confluent_kafka.admin import AdminClient, ConfigResource, ResourceType

from dashboard.cluster.answers import REQUEST_SECONDS, collect, in_words

FIRST_SEEN_IN = (("4.0 or newer", "group.coordinator.cached.buffer.max.bytes"),)
"""Settings by which a broker shows its age, newest first. No answer carries the version."""

CHECK_SETTINGS = "Check KAFKA_BOOTSTRAP_SERVERS and the other KAFKA_ settings."
"""Said of a cluster that is somebody's own and has never answered."""


def no_answer(bootstrap: str, error: KafkaError) -> str:
    """One sentence for the page: what does not answer, why, and what to look at."""
    return f"No answer from Kafka at {bootstrap}: {in_words(error)}."


def version(admin: AdminClient, broker: int) -> str | None:
    """The broker's version as far as its settings tell it; None where they do not."""
    if broker < 0:
        return None
    resource = ConfigResource(ResourceType.BROKER, str(broker))
    answers = admin.describe_configs([resource], request_timeout=REQUEST_SECONDS)
    try:
        settings: Mapping[str, Any] = collect(answers[resource])
    except KafkaException:
        return None
    protocol = settings.get("inter.broker.protocol.version")
    if protocol is not None and protocol.value:
        return str(protocol.value).partition("-")[0]
    return _by_settings(settings)


def _by_settings(names: Iterable[str]) -> str | None:
    known = set(names)
    return next((release for release, name in FIRST_SEEN_IN if name in known), None)
