"""What is done to a demonstration as a whole: its Kafka, and everything at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from dashboard.cluster.embedded.errors import EmbeddedKafkaError
from dashboard.control.refusal import Refusal
from dashboard.picture.actions import NO_TWIN, NOT_ANEW, NOT_OUR_KAFKA

KAFKA = "Kafka"
"""Named in the place of a service where a command is told."""


class Broker(Protocol):
    """The demonstration's own Kafka. Both return at once and raise EmbeddedKafkaError."""

    def kill(self) -> None: ...

    def restart(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Deed:
    """One action on the whole, ready to be done."""

    of: str
    """What it is done to, as a person would say it."""
    said: str
    """The sentence for who asked."""
    do: Callable[[], None]
    """Returns at once. Raises Refusal."""


@dataclass(frozen=True, slots=True)
class Whole:
    broker: Broker | None = None
    """None: Kafka is somebody else's."""

    def deed(self, action: str) -> Deed:
        """Raises Refusal where the action is none, or can not be done here."""
        match action:
            case "broker-kill":
                return Deed(KAFKA, "Killed Kafka; it is started again.", self._kill)
            case "broker-restart":
                return Deed(KAFKA, "Restarting Kafka, in order.", self._restart)
            case "start-over":
                raise Refusal(409, NOT_ANEW)
            case "twin-start" | "twin-stop":
                raise Refusal(409, NO_TWIN)
        raise Refusal(404, f"There is no action {action!r} here.")

    def _kill(self) -> None:
        self._ask(lambda broker: broker.kill())

    def _restart(self) -> None:
        self._ask(lambda broker: broker.restart())

    def _ask(self, request: Callable[[Broker], None]) -> None:
        if self.broker is None:
            raise Refusal(409, NOT_OUR_KAFKA)
        try:
            request(self.broker)
        except EmbeddedKafkaError as failure:
            raise Refusal(409, str(failure)) from None
