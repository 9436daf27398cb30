"""Whether a cluster answers at all, asked once: for a person who has just named it."""

from __future__ import annotations

import re
import time

from confluent_kafka import KafkaError, KafkaException

from dashboard.cluster.answers import error_of, in_words
from dashboard.cluster.connection import Connection
from dashboard.cluster.health import no_answer

REACH_SECONDS = 5.0
"""Enough for a name to be resolved, and for TLS and a login, over a slow line."""

SLICE_SECONDS = 0.5
"""How soon a refusal ends the wait: whoever mistyped a password need not wait for the rest."""

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
    end = time.monotonic() + seconds
    while True:
        left = max(0.0, end - time.monotonic())
        try:
            return len(admin.list_topics(timeout=min(left, SLICE_SECONDS)).brokers)
        except KafkaException as failure:
            # The call itself only says that nobody answered; why is handed over by poll.
            admin.poll(0)
            refused = next((error for error in told if error.code() in _REFUSALS), None)
            if refused is None and left > SLICE_SECONDS:
                continue
            why = next((error for error in told if error.code() not in _VAGUE), error_of(failure))
            raise _unreachable(connection, refused or why) from failure


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


def _unreachable(connection: Connection, why: KafkaError) -> UnreachableError:
    return UnreachableError(no_answer(connection.bootstrap_servers, why))
