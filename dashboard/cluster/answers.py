"""Waiting for the cluster's answers, and what its refusals mean in plain words."""

from __future__ import annotations

import concurrent.futures
from typing import Any, TypeVar

from confluent_kafka import KafkaError, KafkaException

T = TypeVar("T")

REQUEST_SECONDS = 2.0
"""How long one question may take. A broker that died otherwise holds a survey for a minute."""

GRACE_SECONDS = 1.0
"""What is left to the client for ending its own wait before ours ends."""


def collect(answer: concurrent.futures.Future[Any], seconds: float = REQUEST_SECONDS) -> Any:
    """The answer, or the KafkaException it ended with; never waits without end.

    `seconds` is what the client was given for it.
    """
    try:
        return answer.result(timeout=seconds + GRACE_SECONDS)
    except concurrent.futures.TimeoutError:
        raise KafkaException(KafkaError(KafkaError._TIMED_OUT)) from None


def error_of(failure: KafkaException) -> KafkaError:
    """The client's error inside its exception."""
    if failure.args and isinstance(failure.args[0], KafkaError):
        return failure.args[0]
    return KafkaError(KafkaError._FAIL, str(failure))


def may_come_back(error: KafkaError) -> bool:
    """Whether the same question may be answered later, with nothing changed but the cluster."""
    return error.code() in _AWAY or bool(error.retriable())


_AWAY = frozenset(
    {
        KafkaError._ALL_BROKERS_DOWN,
        KafkaError._TRANSPORT,
        KafkaError._TIMED_OUT,
        KafkaError._RESOLVE,
        KafkaError.REQUEST_TIMED_OUT,
        KafkaError.NETWORK_EXCEPTION,
        # Of a cluster that is coming up: the client's own word for what can be tried again is kept
        # for transactions.
        KafkaError.NOT_CONTROLLER,
        KafkaError.BROKER_NOT_AVAILABLE,
        KafkaError.LEADER_NOT_AVAILABLE,
        KafkaError.INVALID_REPLICATION_FACTOR,
    }
)

_PLAIN = {
    KafkaError._ALL_BROKERS_DOWN: "no broker can be reached",
    KafkaError._TRANSPORT: "no broker can be reached",
    KafkaError._TIMED_OUT: "no answer in time",
    KafkaError.REQUEST_TIMED_OUT: "no answer in time",
    KafkaError._RESOLVE: "the name of the host cannot be resolved",
    KafkaError._AUTHENTICATION: "the cluster did not accept the name or password",
    KafkaError.SASL_AUTHENTICATION_FAILED: "the cluster did not accept the name or password",
    KafkaError._SSL: "the encrypted connection failed",
    KafkaError.GROUP_AUTHORIZATION_FAILED: "this user may not look at the group",
    KafkaError.TOPIC_AUTHORIZATION_FAILED: "this user may not read the topic",
    KafkaError.CLUSTER_AUTHORIZATION_FAILED: "this user may not look at the cluster",
    KafkaError.COORDINATOR_NOT_AVAILABLE: "the group's broker is not ready yet",
    KafkaError.COORDINATOR_LOAD_IN_PROGRESS: "the group's broker is still loading",
    KafkaError.NOT_COORDINATOR: "the group is moving to another broker",
    KafkaError._WAIT_COORD: "the group's broker is not known yet",
    KafkaError.UNKNOWN_TOPIC_OR_PART: "there is no such topic or partition",
    KafkaError._UNKNOWN_TOPIC: "there is no such topic",
    KafkaError._UNKNOWN_PARTITION: "there is no such partition",
    KafkaError.NOT_CONTROLLER: "the brokers are just choosing which of them leads the cluster",
    KafkaError.INVALID_REPLICATION_FACTOR: "it has fewer brokers than a topic is to have copies",
}

NOT_ALLOWED = frozenset(
    _PLAIN[code]
    for code in (
        KafkaError.GROUP_AUTHORIZATION_FAILED,
        KafkaError.TOPIC_AUTHORIZATION_FAILED,
        KafkaError.CLUSTER_AUTHORIZATION_FAILED,
    )
)
"""Said by the broker that was to be asked: asking in another way changes nothing."""


def in_words(error: KafkaError) -> str:
    """A short reason for people, without a full stop; the client's own words where we have none."""
    return _PLAIN.get(error.code(), error.str())
