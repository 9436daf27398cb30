"""All the instances of a scenario: those of each service, and what is done to every one of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from dashboard.supervisor.crew import Crew
from dashboard.supervisor.instance import Instance
from dashboard.supervisor.refusal import SupervisorRefusal, UnknownService
from dashboard.supervisor.scenario import Scenario, ScenarioService


class Crews:
    """Changed only by the supervisor's thread; the questions may be asked in any."""

    def __init__(
        self, scenario: Scenario, make: Callable[[ScenarioService, str], Instance]
    ) -> None:
        """`make(service, name)` gives a new instance, which has no process yet."""
        self._twin = scenario.twin
        self._crews = {
            service.name: Crew(service, partial(make, service))
            for service in scenario.services.values()
        }

    def of(self, service: str) -> Crew:
        """Raises UnknownService."""
        if service not in self._crews:
            raise UnknownService(service)
        return self._crews[service]

    @property
    def instances(self) -> list[Instance]:
        return [instance for crew in self._crews.values() for instance in crew.instances]

    @property
    def names(self) -> Mapping[str, tuple[str, ...]]:
        """Service -> the names of the instances that should be."""
        return {name: crew.names for name, crew in self._crews.items()}

    @property
    def stopped(self) -> bool:
        return all(crew.stopped for crew in self._crews.values())

    def alive(self, service: str, what: str, only: str | None) -> list[Instance]:
        """Those of a service that have a process, so that they can be `what`, such as "killed".

        Raises SupervisorRefusal where none has, or there is no instance called `only`.
        """
        present = self.of(service).present
        if only is not None:
            present = tuple(instance for instance in present if instance.name == only)
            if not present:
                raise SupervisorRefusal(f"{service} has no instance {only}.")
        alive = [instance for instance in present if instance.life.alive]
        if not alive:
            raise SupervisorRefusal(
                f"No process of {only or service} is running, so none can be {what}. Start it "
                "first."
            )
        return alive

    def is_wanted(self, crew: Crew) -> bool:
        """One that starts on request is wanted once somebody has asked for it, or when the line of
        direct calls runs without it."""
        if not crew.service.on_request or not crew.stopped:
            return True
        twin = (self._crews[name] for name in self._twin)
        return crew.service.twin_of is not None and not all(other.stopped for other in twin)

    def do_what_is_due(self) -> None:
        for instance in self.instances:
            instance.do_what_is_due()
        for crew in self._crews.values():
            crew.let_go()

    def start(self) -> None:
        """All but those that start on request."""
        for crew in self._crews.values():
            if crew.service.on_request:
                crew.wait_for_request()
            else:
                crew.start()

    def stop(self) -> None:
        for crew in self._crews.values():
            crew.stop()

    def kill(self) -> None:
        for instance in self.instances:
            instance.kill()

    def forget_scale(self) -> None:
        """As many of each as the scenario has. Only when all are stopped."""
        for crew in self._crews.values():
            crew.forget_scale()
