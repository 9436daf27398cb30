"""What is done to a demonstration as a whole: its Kafka, and everything at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from dashboard.cluster.embedded.errors import EmbeddedKafkaError
from dashboard.control.refusal import Refusal
from dashboard.picture.actions import NO_TWIN, NOT_ANEW, NOT_OUR_KAFKA, STARTING_OVER

KAFKA = "Kafka"
DEMONSTRATION = "The demonstration"
TWIN = "The line of direct calls"
"""Named in the place of a service where a command is told."""
BEGINS_ANEW = "Starting over: in a few seconds all is as at the first start."


class Broker(Protocol):
    """The demonstration's own Kafka. Both return at once and raise EmbeddedKafkaError."""

    def kill(self) -> None: ...

    def restart(self) -> None: ...


class Twin(Protocol):
    """The line of direct calls. Both return at once and raise Refusal."""

    def start(self) -> None: ...

    def stop(self) -> None: ...


class StartOver(Protocol):
    """Everything as at the first start; see dashboard/management/starting_over.py."""

    @property
    def busy(self) -> bool:
        """It is under way."""

    def begin(self, command: str) -> bool:
        """Returns at once, and tells later what came of the command; False: it is under way."""


@dataclass(frozen=True, slots=True)
class Deed:
    """One action on the whole, ready to be done."""

    of: str
    """What it is done to, as a person would say it."""
    said: str
    """The sentence for who asked."""
    do: Callable[[str], None]
    """Takes the command's id and returns at once. Raises Refusal."""


@dataclass(frozen=True, slots=True)
class Whole:
    broker: Broker | None = None
    """None: Kafka is somebody else's."""
    start_over: StartOver | None = None
    twin: Twin | None = None

    @property
    def busy(self) -> bool:
        """Everything is being made anew: nothing else can be asked meanwhile."""
        return self.start_over is not None and self.start_over.busy

    def deed(self, action: str) -> Deed:
        """Raises Refusal where the action is none, or can not be done here."""
        match action:
            case "broker-kill":
                return Deed(KAFKA, "Killed Kafka; it is started again.", self._kill)
            case "broker-restart":
                return Deed(KAFKA, "Restarting Kafka, in order.", self._restart)
            case "start-over":
                return Deed(DEMONSTRATION, BEGINS_ANEW, self._start_over)
            case "twin-start":
                return Deed(TWIN, "Starting the line of direct calls.", self._twin_start)
            case "twin-stop":
                return Deed(TWIN, "Stopping the line of direct calls.", self._twin_stop)
        raise Refusal(404, f"There is no action {action!r} here.")

    def _start_over(self, command: str) -> None:
        if self.start_over is None:
            raise Refusal(409, NOT_ANEW)
        if not self.start_over.begin(command):
            raise Refusal(409, STARTING_OVER)

    def _twin_start(self, _command: str) -> None:
        self._the_twin().start()

    def _twin_stop(self, _command: str) -> None:
        self._the_twin().stop()

    def _the_twin(self) -> Twin:
        if self.twin is None:
            raise Refusal(409, NO_TWIN)
        return self.twin

    def _kill(self, _command: str) -> None:
        self._ask(lambda broker: broker.kill())

    def _restart(self, _command: str) -> None:
        self._ask(lambda broker: broker.restart())

    def _ask(self, request: Callable[[Broker], None]) -> None:
        if self.broker is None:
            raise Refusal(409, NOT_OUR_KAFKA)
        try:
            request(self.broker)
        except EmbeddedKafkaError as failure:
            raise Refusal(409, str(failure)) from None
