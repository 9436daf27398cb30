"""Whether a cluster answers at all, asked once: for a person who has just named it."""

from __future__ import annotations

from confluent_kafka import KafkaError, KafkaException

from dashboard.cluster.answers import error_of
from dashboard.cluster.connection import Connection
from dashboard.cluster.health import no_answer

REACH_SECONDS = 5.0
"""Enough for a name to be resolved, and for TLS and a login, over a slow line."""

_VAGUE = (KafkaError._TRANSPORT, KafkaError._TIMED_OUT, KafkaError._ALL_BROKERS_DOWN)


class UnreachableError(Exception):
    """The cluster does not answer; the message is one sentence for the user."""


def count_brokers(connection: Connection, seconds: float = REACH_SECONDS) -> int:
    """How many brokers the cluster has. Raises UnreachableError within about `seconds`."""
    told: list[KafkaError] = []
    try:
        admin = connection.admin("reach", on_error=told.append)
    except KafkaException as failure:
        raise _unreachable(connection, error_of(failure)) from failure
    try:
        return len(admin.list_topics(timeout=seconds).brokers)
    except KafkaException as failure:
        # The call itself only says that nobody answered; why is handed over by poll.
        admin.poll(0)
        why = next((error for error in told if error.code() not in _VAGUE), error_of(failure))
        raise _unreachable(connection, why) from failure


def _unreachable(connection: Connection, why: KafkaError) -> UnreachableError:
    return UnreachableError(no_answer(connection.bootstrap_servers, why))
