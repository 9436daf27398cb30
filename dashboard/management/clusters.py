"""What the environment says of the cluster to look at; raises Failure with a sentence."""

from __future__ import annotations

from django.conf import settings

from dashboard.cluster.connection import Connection
from dashboard.management.session import Failure
from dashboard.tap.topic_filter import TopicFilter, TopicFilterError


def own_cluster() -> Connection:
    config = settings.CONFIG
    if config.bootstrap_servers is None:
        raise Failure(
            "KAFKA_BOOTSTRAP_SERVERS is not set; name your cluster with it, such as "
            "KAFKA_BOOTSTRAP_SERVERS=localhost:9092."
        )
    return Connection(config.bootstrap_servers, config.security)


def shown_topics() -> TopicFilter:
    try:
        return TopicFilter.parse(settings.CONFIG.topics)
    except TopicFilterError as failure:
        raise Failure(str(failure)) from None
