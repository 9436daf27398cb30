"""Whether a cluster answers at all, asked once: for a person who has just named it."""

from __future__ import annotations

import re

from confluent_kafka import KafkaError, KafkaException
from confluent_kafka.admin import AdminClient

from dashboard.cluster.answers import error_of, in_words
from dashboard.cluster.connection import Connection
from dashboard.cluster.health import no_answer

REACH_SECONDS = 5.0
"""Enough for a name to be resolved, and for TLS and a login, over a slow line."""

REFUSED_WITHIN_SECONDS = 1.0
"""Whoever mistyped a password learns it then, and need not wait for the rest."""

_REFUSALS = (KafkaError._AUTHENTICATION, KafkaError.SASL_AUTHENTICATION_FAILED)
"""Said by the cluster itself: asking again with the same name and password changes nothing."""

_VAGUE = (KafkaError._TRANSPORT, KafkaError._TIMED_OUT, KafkaError._ALL_BROKERS_DOWN)


class UnreachableError(Exception):
    """The cluster does not answer; the message is one sentence for the user."""


class UnusableSettingsError(UnreachableError):
    """Kafka's client cannot be set up at all; the message is one sentence for the user."""


def check_settings(connection: Connection) -> None:
    """Raise UnusableSettingsError where no client can be made; asks no cluster."""
    try:
        connection.admin("reach")
    except KafkaException as failure:
        raise _unusable(error_of(failure)) from failure


def count_brokers(connection: Connection, seconds: float = REACH_SECONDS) -> int:
    """How many brokers the cluster has. Raises UnreachableError within about `seconds`."""
    told: list[KafkaError] = []
    try:
        admin = connection.admin("reach", on_error=told.append)
    except KafkaException as failure:
        raise _unusable(error_of(failure)) from failure
    first = min(REFUSED_WITHIN_SECONDS, seconds)
    try:
        return _brokers(connection, admin, told, first)
    except _RefusedError:
        raise
    except UnreachableError:
        if first == seconds:
            raise
    return _brokers(connection, admin, told, seconds - first)


class _RefusedError(UnreachableError):
    """It answers, and does not let us in."""


def _brokers(
    connection: Connection, admin: AdminClient, told: list[KafkaError], seconds: float
) -> int:
    try:
        return len(admin.list_topics(timeout=seconds).brokers)
    except KafkaException as failure:
        # The call itself only says that nobody answered; why is handed over by poll.
        admin.poll(0)
        if refused := next((error for error in told if error.code() in _REFUSALS), None):
            raise _RefusedError(no_answer(connection.bootstrap_servers, refused)) from failure
        why = next((error for error in told if error.code() not in _VAGUE), error_of(failure))
        raise UnreachableError(no_answer(connection.bootstrap_servers, why)) from failure


_REFUSED = re.compile(r"(?P<option>ssl\.[\w.]+) failed: (?:error:\w+:[^:]*::)?(?P<why>.+)$")
"""As in "ssl.ca.location failed: error:05800088:x509 routines::no certificate found"."""


def _unusable(error: KafkaError) -> UnusableSettingsError:
    found = _REFUSED.search(error.str())
    if found is None:
        return UnusableSettingsError(
            f"Kafka's client cannot use the settings: {in_words(error)}. Look at the KAFKA_ ones."
        )
    name = "KAFKA_" + found["option"].upper().replace(".", "_")
    return UnusableSettingsError(
        f"Kafka's client cannot use what {name} names ({found['why']}): is it the right file, in "
        "PEM, and does its password fit?"
    )
