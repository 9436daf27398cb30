"""What people can do, and the only way to do it: a wish on flowviz.control, or the supervisor."""

from __future__ import annotations

import contextlib
import time
import uuid
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any

from dashboard.control import arguments, doubles, rewinding
from dashboard.control.changes import change, put_right
from dashboard.control.noted import noted
from dashboard.control.processes import Processes
from dashboard.control.put_away import away, is_put_away, is_wished, there
from dashboard.control.refusal import Refusal
from dashboard.control.sentences import sentence, together
from dashboard.control.whole import Deed, Whole
from dashboard.control.wishes import Change, NotTaken, Wishes
from dashboard.picture.actions import (
    KAFKA_IS_NOT_RUNNING,
    NOT_OURS,
    PROCESS_ACTIONS,
    STARTING_OVER,
)
from dashboard.picture.ids import service_node
from dashboard.picture.observations import CommandSeen, Observation
from dashboard.picture.shown import Shown
from dashboard.supervisor.supervisor import Supervisor
from flowviz.kit.wish import Wish, WishError

LOOKING_ONLY = (
    "Flowviz only looks at this cluster. Start it with FLOWVIZ_CONTROL=1 to let people act."
)
NOTHING = Whole()
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
        self._processes: Processes | None = None
        self._whole = NOTHING

    def reach(self, wishes: Wishes, supervisor: Supervisor | None, whole: Whole = NOTHING) -> None:
        """From now on wishes can be sent, processes started, and all of it be acted on."""
        self._wishes = wishes
        self._processes = None if supervisor is None else Processes(supervisor)
        self._whole = whole

    def perform(self, service: str, action: str, args: Mapping[str, object], by: str) -> str:
        """Do it, or raise Refusal. Returns the command's id, under which it is shown.

        A wish counts as done when Kafka has taken it: a service that is down obeys when it is back.
        """
        return self._performed(service, action, args, by)[0]

    def _performed(
        self, service: str, action: str, args: Mapping[str, object], by: str
    ) -> tuple[str, tuple[str, ...]]:
        """The command's id, and the services to which the same went as well."""
        services = self._view().services
        others = doubles.others(service, action, args, services)
        asked = {
            name: services[node]
            for name in (service, *others)
            if (node := service_node(name)) in services
        }
        with noted(by, " ".join([action, service, *others]), args):
            return self._perform(service, action, args, by, asked), others

    def _perform(
        self,
        service: str,
        action: str,
        args: Mapping[str, object],
        by: str,
        asked: Mapping[str, Mapping[str, Any]],
    ) -> str:
        """`asked`: the entities of the service and of those to which the same goes."""
        asked_at = time.monotonic()
        self._demand_right()
        arguments.check(action, args)
        entity = asked.get(service)
        if entity is None:
            raise Refusal(404, f"There is no service {service!r} in the picture.")
        if action in PROCESS_ACTIONS:
            return self._on_processes(service, action, args, asked)
        why_not = entity["actions"].get(action)
        if why_not is not None:
            raise Refusal(409, why_not)
        if action == "rewind":
            self._demand_place(arguments.to(args), entity)
        changed = change(action, args, _now())
        return self._wish(asked, action, changed, by, asked_at)[service].id

    def say(self, service: str, action: str, args: Mapping[str, object], by: str) -> str:
        """`perform`, with a sentence for the person in place of the id."""
        _, others = self._performed(service, action, args, by)
        return (together if others else sentence)(service, action, args)

    def on_whole(self, action: str, by: str) -> str:
        """Do one of picture.actions.CLUSTER_ACTIONS; returns the command's id. Raises Refusal."""
        return self._on_whole(action, by)[0]

    def say_on_whole(self, action: str, by: str) -> str:
        """`on_whole`, with a sentence for the person in place of the id."""
        return self._on_whole(action, by)[1].said

    def _on_whole(self, action: str, by: str) -> tuple[str, Deed]:
        with noted(by, action):
            self._demand_right()
            self._demand_kafka(action)
            deed, command, at = self._whole.deed(action), str(uuid.uuid4()), _now()
            deed.do(command)
        self._tell(command, deed.of, action, at=at)
        return command, deed

    def pause_all(self, by: str) -> str:
        """Pause every service that can be paused; returns a sentence."""
        return self._wish_of_all("pause", "There is no service that can be paused.", by)

    def resume_all(self, by: str) -> str:
        """Resume every service; each keeps its pace, rate and options. Returns a sentence."""
        return self._wish_of_all("resume", "There is no service that can be resumed.", by)

    def _wish_of_all(self, action: str, nobody: str, by: str) -> str:
        with noted(by, f"{action} all"):
            self._demand_right()
            services = self._asked(action)
            if not services:
                raise Refusal(409, nobody)
            changed = change(action, {}, _now())
            self._wish(services, action, changed, by, unheard=away(services))
        return f"Asked {there(services)} to {action}."

    def right_all(self, by: str) -> str:
        """Put everything right: all running, at full speed, as many of each as were declared.

        What starts on request and was never asked for, or was stopped again, is left alone.
        """
        with noted(by, "put everything right"):
            return self._right_all(by)

    def _right_all(self, by: str) -> str:
        self._demand_right()
        said = [] if self._processes is None else self._processes.right()
        services = self._asked("resume")
        if services:
            try:
                self._wish(services, "resume", put_right, by, unheard=away(services))
            except Refusal as refusal:
                raise Refusal(refusal.status, " ".join([*said, refusal.sentence])) from None
            said.insert(0, f"Asked {there(services)} to run at full speed.")
        if not said:
            raise Refusal(409, "There is nothing here that could be put right.")
        return " ".join(said)

    def _asked(self, action: str) -> dict[str, Mapping[str, Any]]:
        """The services to which a wish of all of them goes."""
        return {
            entity["name"]: entity
            for entity in self._view().services.values()
            if entity["actions"].get(action) is None
            and (not is_put_away(entity) or (action == "resume" and is_wished(entity)))
        }

    def _demand_right(self) -> None:
        if not self.acts:
            raise Refusal(403, LOOKING_ONLY)
        if self._whole.busy:
            raise Refusal(409, STARTING_OVER)

    def _demand_kafka(self, action: str) -> None:
        """Begun while Kafka is away, a start over would only stop the services."""
        if action == "start-over":
            why_not = self._view().cluster["actions"][action]
            if why_not == KAFKA_IS_NOT_RUNNING:
                raise Refusal(409, why_not)

    def _demand_place(self, to: arguments.To, entity: Mapping[str, Any]) -> None:
        if self._wishes is None:
            raise Refusal(503, NO_KAFKA)
        shown = self._view()
        if shown.cluster["reachable"] is False:
            return  # the wish will not be taken either, and that is what the person should hear
        parts = [part for group in entity["groups"] for part in shown.lags.get(group, ())]
        rewinding.demand(to, entity["name"], parts, _now(), self._wishes.offsets_at)

    def _wish(
        self,
        services: Mapping[str, Mapping[str, Any]],
        action: str,
        change: Change,
        by: str,
        asked_at: float | None = None,
        unheard: Collection[str] = (),
    ) -> dict[str, Wish]:
        """`unheard`: services that are away by intent, so that nobody waits for their answer."""
        if self._wishes is None:
            raise Refusal(503, NO_KAFKA)
        seen = {name: (e["want"] or {}).get("id") for name, e in services.items()}
        try:
            sent = self._wishes.change(dict.fromkeys(services, change), seen, by, asked_at)
        except NotTaken as failure:
            for service in services:
                self._tell(str(uuid.uuid4()), service, action, str(failure))
            raise Refusal(503, str(failure)) from None
        except WishError as fault:
            raise Refusal(422, str(fault)) from None
        for service, wish in sent.items():
            if service not in unheard:
                self._tell(wish.id, service, action)
        return sent

    def _on_processes(
        self, service: str, action: str, args: Mapping[str, object], asked: Iterable[str]
    ) -> str:
        command = self._on_process(service, action, args)
        for other in asked:
            # Of another than was asked for it may be so already: frozen, or down by itself.
            with contextlib.suppress(Refusal):
                if other != service:
                    self._on_process(other, action, args)
        return command

    def _on_process(self, service: str, action: str, args: Mapping[str, object]) -> str:
        if self._processes is None:
            raise Refusal(409, NOT_OURS)
        command, at = str(uuid.uuid4()), _now()
        self._processes.act(service, action, args)
        self._tell(
            command,
            service,
            action,
            at=at,
            instance=arguments.instance(args),
            instances=arguments.instances(args) if action == "scale" else None,
        )
        return command

    def _tell(
        self,
        command: str,
        service: str,
        action: str,
        refused: str | None = None,
        *,
        at: int | None = None,
        instance: str | None = None,
        instances: int | None = None,
    ) -> None:
        """`at`: before it was done, where it is confirmed by what is seen since then."""
        self._observe(
            CommandSeen(
                at=_now() if at is None else at,
                id=command,
                service=service,
                action=action,
                state="sent" if refused is None else "rejected",
                reason=refused,
                instance=instance,
                instances=instances,
            )
        )


def _now() -> int:
    return int(time.time() * 1000)
