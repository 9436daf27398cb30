"""Restarts the demonstration's own Kafka in order, and waits until it serves again."""

from __future__ import annotations

import threading
import time
from typing import Protocol

from dashboard.cluster.embedded import BrokerState, EmbeddedKafkaError

SERVES_AGAIN_SECONDS = 60.0
"""A broker that has to look through its log on a machine under load takes some tens."""
LOOK_AGAIN_SECONDS = 0.1


class OwnKafka(Protocol):
    @property
    def state(self) -> BrokerState: ...

    def restart(self) -> None:
        """Returns at once; raises EmbeddedKafkaError while it does not run."""


def restart(
    kafka: OwnKafka, ending: threading.Event, seconds: float = SERVES_AGAIN_SECONDS
) -> None:
    """Returns when it serves again. Raises EmbeddedKafkaError where it does not within `seconds`,
    or when `ending` is set first."""
    before, ends_at = kafka.state.restarts, time.monotonic() + seconds
    kafka.restart()
    while True:
        state = kafka.state
        # Counted, for "running" is also what it is before its guard has acted.
        if state.phase == "running" and state.restarts > before:
            return
        if state.phase in ("stopped", "failed"):
            raise EmbeddedKafkaError(state.reason or "Kafka has stopped.")
        if time.monotonic() >= ends_at:
            raise EmbeddedKafkaError(f"Kafka did not serve within {seconds:.0f} s of a restart.")
        if ending.wait(LOOK_AGAIN_SECONDS):
            raise EmbeddedKafkaError("Everything is being stopped.")
