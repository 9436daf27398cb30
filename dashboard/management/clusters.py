"""What the environment says of the cluster to look at; raises Failure with a sentence."""

from __future__ import annotations

from django.conf import settings

from dashboard.cluster.connection import Connection
from dashboard.cluster.health import CHECK_SETTINGS
from dashboard.cluster.reach import (
    UnreachableError,
    UnusableSettingsError,
    check_settings,
    count_brokers,
)
from dashboard.management.session import Failure
from dashboard.tap.topic_filter import TopicFilter, TopicFilterError


def own_cluster() -> Connection:
    config = settings.CONFIG
    if config.bootstrap_servers is None:
        near = config.near_bootstrap_servers
        though = f", though {near} is" if near else ""
        raise Failure(
            f"KAFKA_BOOTSTRAP_SERVERS is not set{though}; name your cluster with it, such as "
            "KAFKA_BOOTSTRAP_SERVERS=localhost:9092."
        )
    connection = Connection(config.bootstrap_servers, config.security)
    try:
        check_settings(connection)
    except UnusableSettingsError as failure:
        raise Failure(str(failure)) from None
    return connection


def answering(connection: Connection) -> Connection:
    """The same one, where it answers."""
    try:
        count_brokers(connection)
    except UnreachableError as failure:
        raise Failure(f"{failure} {CHECK_SETTINGS}") from None
    return connection


def shown_topics() -> TopicFilter:
    try:
        return TopicFilter.parse(settings.CONFIG.topics)
    except TopicFilterError as failure:
        raise Failure(str(failure)) from None
