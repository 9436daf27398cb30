"""What people do to the processes of a demonstration, and what is done to put them right."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from dashboard.control import arguments
from dashboard.control.refusal import Refusal
from dashboard.picture.actions import NOT_OURS, process_actions
from dashboard.supervisor.refusal import SupervisorRefusal, UnknownService
from dashboard.supervisor.supervisor import Supervisor


class Processes:
    """Asks the supervisor, which knows better than the picture what can be done now."""

    def __init__(self, supervisor: Supervisor) -> None:
        self._supervisor = supervisor

    def act(self, service: str, action: str, args: Mapping[str, object]) -> None:
        """Do one of picture.actions.PROCESS_ACTIONS. Raises Refusal."""
        act = _deed(self._supervisor, action, args)
        try:
            self._demand(service, action, arguments.instance(args))
            act(service)
        except UnknownService:
            raise Refusal(409, NOT_OURS) from None
        except SupervisorRefusal as refusal:
            raise Refusal(409, str(refusal)) from None

    def _demand(self, service: str, action: str, only: str | None) -> None:
        """Refuse what cannot be, with the reason that the page gives, but by what is so this
        moment: the picture may still be of before the last button."""
        supervisor = self._supervisor
        phases = supervisor.phases(service, only)
        ending = action == "start" and supervisor.is_ending(service)  # runs, and not for long
        if phases and not ending:
            reads = bool(supervisor.scenario.services[service].reads)
            why_not = process_actions(phases, reads=reads)[action]
            if why_not is not None:
                raise Refusal(409, why_not)

    def right(self) -> list[str]:
        """As many as were declared, all running. Returns sentences that say what had to be done."""
        done: dict[str, list[str]] = {}
        for service in self._supervisor.scenario.services:
            try:
                for what in self._supervisor.right_service(service):
                    done.setdefault(what, []).append(service)
            except SupervisorRefusal as refusal:
                raise Refusal(409, str(refusal)) from None
        return [f"{what} {', '.join(sorted(done[what]))}." for what in sorted(done)]


def _deed(supervisor: Supervisor, action: str, args: Mapping[str, object]) -> Callable[[str], None]:
    match action:
        case "start":
            return supervisor.start_service
        case "stop":
            return supervisor.stop_service
        case "crash":
            only, down_seconds = arguments.instance(args), arguments.down_seconds(args)
            return partial(supervisor.crash_service, down_seconds=down_seconds, only=only)
        case "freeze":
            return partial(supervisor.freeze_service, only=arguments.instance(args))
        case "thaw":
            return partial(supervisor.thaw_service, only=arguments.instance(args))
        case _:
            return partial(supervisor.scale_service, instances=arguments.instances(args))
