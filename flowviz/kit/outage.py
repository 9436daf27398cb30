"""Says once that Kafka does not answer, and once that it does again."""

from __future__ import annotations

import logging

from confluent_kafka import KafkaError

_log = logging.getLogger("flowviz.kit")

PASSING = frozenset(
    {
        KafkaError._ALL_BROKERS_DOWN,
        KafkaError._TRANSPORT,
        KafkaError._RESOLVE,
        KafkaError._TIMED_OUT,
        KafkaError._TIMED_OUT_QUEUE,
        KafkaError._WAIT_COORD,
        KafkaError._MAX_POLL_EXCEEDED,
        KafkaError.COORDINATOR_NOT_AVAILABLE,
        KafkaError.COORDINATOR_LOAD_IN_PROGRESS,
        KafkaError.NOT_COORDINATOR,
        KafkaError.REQUEST_TIMED_OUT,
        KafkaError.NETWORK_EXCEPTION,
    }
)
"""Errors that end by themselves when the brokers are back: the client tries again."""

MAX_OTHERS = 100
"""Different errors that are each said once; beyond that they are left to the debug log."""


class Outage:
    """Whether the cluster answers, as far as one client knows."""

    def __init__(self, instance: str) -> None:
        self._instance = instance
        self._out = False
        self._said: set[int] = set()
        self.fatal: str | None = None
        """Why the client can never go on; None as long as it can."""

    def saw(self, error: KafkaError) -> None:
        """An error of the client, from whichever callback."""
        if error.fatal():
            self.fatal = error.str()
        elif error.code() in PASSING:
            if not self._out:
                self._out = True
                why = error.str()
                _log.warning("%s: Kafka does not answer (%s); waiting.", self._instance, why)
        elif error.code() in self._said or len(self._said) >= MAX_OTHERS:
            _log.debug("%s: %s", self._instance, error)
        else:
            self._said.add(error.code())
            _log.warning("%s: Kafka says: %s", self._instance, error.str())

    def over(self) -> None:
        """Something was read or acknowledged."""
        if self._out:
            self._out = False
            _log.info("%s: Kafka answers again.", self._instance)
