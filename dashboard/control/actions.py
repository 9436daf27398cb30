"""What people can do, and the only way to do it: a wish on flowviz.control, or the supervisor."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from dashboard.control import arguments
from dashboard.control.refusal import Refusal
from dashboard.control.wishes import Change, NotTaken, Wishes
from dashboard.picture.ids import service_node
from dashboard.picture.observations import CommandSeen, Observation
from dashboard.picture.shown import Shown
from dashboard.supervisor.supervisor import Supervisor, SupervisorRefusal, UnknownService
from flowviz.kit.wish import Rate, Wish

PROCESS_ACTIONS = ("start", "stop")
ENDED_STATES = ("stopped", "crashed", "failed")
LOOKING_ONLY = (
    "Flowviz only looks at this cluster. Start it with FLOWVIZ_CONTROL=1 to let people act."
)
NOT_OURS = "Only the demonstration's own processes can be started and stopped."
NO_KAFKA = "Kafka is not there yet. Try again when the page shows it."


class Control:
    """Made by the command; Kafka and the supervisor are handed in when they are there."""

    def __init__(
        self,
        *,
        acts: bool,
        observe: Callable[[Observation], None],
        view: Callable[[], Shown],
    ) -> None:
        self.acts = acts
        """False: everybody only looks."""
        self._observe = observe
        self._view = view
        self._wishes: Wishes | None = None
        self._supervisor: Supervisor | None = None

    def reach(self, wishes: Wishes, supervisor: Supervisor | None) -> None:
        """From now on wishes can be sent and processes started."""
        self._wishes = wishes
        self._supervisor = supervisor

    def perform(self, service: str, action: str, args: Mapping[str, object], by: str) -> str:
        """Do it, or raise Refusal. Returns the command's id, under which it is shown.

        A wish counts as done when Kafka has taken it: a service that is down obeys when it is back.
        """
        self._demand_right()
        arguments.check(action, args)
        entity = self._view().services.get(service_node(service))
        if entity is None:
            raise Refusal(404, f"There is no service {service!r} in the picture.")
        if action in PROCESS_ACTIONS:
            return self._process(service, action)
        why_not = entity["actions"].get(action)
        if why_not is not None:
            raise Refusal(409, why_not)
        change = _change(action, args, _now())
        return self._wish({service: entity}, action, change, by)[service].id

    def say(self, service: str, action: str, args: Mapping[str, object], by: str) -> str:
        """`perform`, with a sentence for the person in place of the id."""
        self.perform(service, action, args, by)
        return _sentence(service, action, args)

    def pause_all(self, by: str) -> str:
        """Pause every service that can be paused; returns a sentence."""
        self._demand_right()
        services = {
            entity["name"]: entity
            for entity in self._view().services.values()
            if entity["actions"].get("pause") is None
        }
        if not services:
            raise Refusal(409, "There is no service that can be paused.")
        self._wish(services, "pause", _change("pause", {}, _now()), by)
        return f"Asked {_counted(len(services))} to pause."

    def right_all(self, by: str) -> str:
        """Put everything right: all running, at full speed, ended processes started."""
        self._demand_right()
        entities = self._view().services
        services = {e["name"]: e for e in entities.values() if e["actions"].get("resume") is None}
        ended = [e["name"] for e in entities.values() if self._has_ended(e)]
        for name in ended:
            self._process(name, "start")
        if services:
            self._wish(services, "resume", _put_right, by)
        said = [f"Asked {_counted(len(services))} to run at full speed."] if services else []
        if ended:
            said.append(f"Started {', '.join(sorted(ended))}.")
        if not said:
            raise Refusal(409, "There is nothing here that could be put right.")
        return " ".join(said)

    def _demand_right(self) -> None:
        if not self.acts:
            raise Refusal(403, LOOKING_ONLY)

    def _has_ended(self, entity: Mapping[str, Any]) -> bool:
        if self._supervisor is None or entity["name"] not in self._supervisor.scenario.services:
            return False
        return any(one["state"] in ENDED_STATES for one in entity["instances"])

    def _wish(
        self, services: Mapping[str, Mapping[str, Any]], action: str, change: Change, by: str
    ) -> dict[str, Wish]:
        if self._wishes is None:
            raise Refusal(503, NO_KAFKA)
        seen = {name: (e["want"] or {}).get("id") for name, e in services.items()}
        try:
            sent = self._wishes.change(dict.fromkeys(services, change), seen, by)
        except NotTaken as failure:
            for service in services:
                self._tell(str(uuid.uuid4()), service, action, str(failure))
            raise Refusal(503, str(failure)) from None
        for service, wish in sent.items():
            self._tell(wish.id, service, action)
        return sent

    def _process(self, service: str, action: str) -> str:
        if self._supervisor is None:
            raise Refusal(409, NOT_OURS)
        act = {"start": self._supervisor.start_service, "stop": self._supervisor.stop_service}
        try:
            act[action](service)
        except UnknownService:
            raise Refusal(409, NOT_OURS) from None
        except SupervisorRefusal as refusal:
            raise Refusal(409, str(refusal)) from None
        command = str(uuid.uuid4())
        self._tell(command, service, action)
        return command

    def _tell(self, command: str, service: str, action: str, refused: str | None = None) -> None:
        state = "sent" if refused is None else "rejected"
        if action in PROCESS_ACTIONS:
            state = "obeyed"  # the supervisor has taken it; no status will name its id
        self._observe(
            CommandSeen(
                at=_now(),
                id=command,
                service=service,
                action=action,
                state=state,  # type: ignore[arg-type]
                reason=refused,
            )
        )


def _now() -> int:
    return int(time.time() * 1000)


def _change(action: str, args: Mapping[str, object], now: int) -> Change:
    """How the newest wish changes; all that the action does not speak of stays as it is."""
    if action == "pause":
        until_at = _until(arguments.seconds(args), now)
        return lambda wish: replace(wish, mode="paused", until_at=until_at)
    if action == "resume":
        return lambda wish: replace(wish, mode="running", until_at=None)
    if action == "slow":
        ms_per_event = arguments.ms_per_event(args)
        return lambda wish: replace(wish, ms_per_event=ms_per_event)
    rate = Rate(arguments.per_second(args), _until(arguments.seconds(args), now))
    return lambda wish: replace(wish, rate=rate)


def _put_right(wish: Wish) -> Wish:
    return replace(wish, mode="running", until_at=None, ms_per_event=0, rate=None)


def _until(seconds: float | None, now: int) -> int | None:
    return None if seconds is None else now + int(seconds * 1000)


def _counted(services: int) -> str:
    return "1 service" if services == 1 else f"{services} services"


def _sentence(service: str, action: str, args: Mapping[str, object]) -> str:
    if action in PROCESS_ACTIONS:
        return f"{'Starting' if action == 'start' else 'Stopping'} {service}."
    if action == "slow":
        ms = arguments.ms_per_event(args)
        pace = f"take at least {ms:g} ms for each event" if ms else "work at full speed"
        return f"Asked {service} to {pace}."
    seconds = arguments.seconds(args)
    span = "" if seconds is None else f" for {seconds:g} s"
    if action == "rate":
        return f"Asked {service} for {arguments.per_second(args):g} events a second{span}."
    return f"Asked {service} to {action}{span}."
