"""What every process of a scenario starts with: environment, ports, lifeline, and a log."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path

from dashboard.supervisor.log import CappedLog
from dashboard.supervisor.ports import KeptPorts
from dashboard.supervisor.process import Change, Process
from dashboard.supervisor.refusal import SupervisorRefusal
from dashboard.supervisor.scenario import Scenario, ScenarioService


class Outfit:
    """Made once for a scenario, in any thread; from `prepare` on processes can be launched."""

    def __init__(self, scenario: Scenario, environment: Mapping[str, str], log_dir: Path) -> None:
        self._scenario = scenario
        self._environment = environment
        self._log_dir = log_dir
        self._lifeline, self._lifeline_held = -1, -1
        self._ports = KeptPorts(())

    def prepare(self) -> None:
        """Raises SupervisorRefusal where the logs cannot be kept, or no ports are left."""
        try:
            self._log_dir.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise SupervisorRefusal(
                f"The logs of the services cannot be kept in {self._log_dir} ({error.strerror}); "
                "make that folder writable."
            ) from None
        try:
            services = self._scenario.services.values()
            self._ports = KeptPorts(called for service in services for called in service.calls)
        except OSError as error:
            raise SupervisorRefusal(
                f"There is no port for the services that are called directly ({error.strerror})."
            ) from None
        self._lifeline, self._lifeline_held = os.pipe()

    def launch(
        self, service: ScenarioService, instance: str, tell: Callable[[Process, Change], None]
    ) -> Process:
        """Starts one. Raises OSError when the system can start no process."""
        return Process(
            service.program,
            environment={
                **self._environment,
                **self._ports.environment(service.name, service.calls),
                "FLOWVIZ_INSTANCE": instance,
            },
            lifeline=self._lifeline,
            log=CappedLog(self._log_dir / f"{instance}.log"),
            tell=tell,
        )

    def cut_lifelines(self) -> None:
        """With the writing end every process loses its own, and ends."""
        os.close(self._lifeline_held)
        os.close(self._lifeline)
