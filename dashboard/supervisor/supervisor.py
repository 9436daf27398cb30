"""Runs the processes of a demonstration: starts them, restarts them, ends them with it.

One thread owns every instance. What people ask and what the kernel tells are put as messages
into its inbox; between two messages it sleeps until the next thing is due.
"""

from __future__ import annotations

import logging
import os
import queue
import threading
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from types import MappingProxyType

from dashboard.picture.observations import DeclarationSeen, DeclaredService, Observation
from dashboard.supervisor.instance import Instance, read_clocks
from dashboard.supervisor.life import Now
from dashboard.supervisor.log import CappedLog
from dashboard.supervisor.patience import PATIENCE, Patience
from dashboard.supervisor.process import Change, Process
from dashboard.supervisor.scenario import Scenario, ScenarioService

INBOX_MESSAGES = 1_000
"""More that waits than this is refused: nobody presses that many buttons."""
CRASH_SECONDS = 10.0
"""Down after a crash on request: longer than the 6 s after which a group lets go of a member."""

_log = logging.getLogger(__name__)
_Message = Callable[[], None]


class UnknownService(LookupError):
    """The scenario has no service of this name."""


class SupervisorRefusal(Exception):
    """It cannot be done. `str(e)` is one sentence for the person who asked."""


class Supervisor:
    """The processes of one scenario.

    `observe` is called with a DeclarationSeen at the start and a ProcessSeen at every change,
    from the supervisor's thread (the declaration from the caller's). `environment` is added to
    that of every process. Each instance prints into `log_dir/<instance>.log`, which is capped.

    The methods return at once; what comes of them is observed. Only `stop` waits.
    """

    def __init__(
        self,
        scenario: Scenario,
        *,
        bootstrap_servers: str,
        observe: Callable[[Observation], None],
        log_dir: Path,
        environment: Mapping[str, str] = MappingProxyType({}),
        patience: Patience = PATIENCE,
        read_clocks: Callable[[], Now] = read_clocks,
    ) -> None:
        self.scenario = scenario
        self._environment = {
            **environment,
            "KAFKA_BOOTSTRAP_SERVERS": bootstrap_servers,
        }
        self._observe = observe
        self._log_dir = log_dir
        self._patience = patience
        self._read_clocks = read_clocks
        self._inbox: queue.Queue[_Message] = queue.Queue(INBOX_MESSAGES)
        self._lifeline, self._lifeline_held = -1, -1
        self._leave_at: float | None = None
        self._thread: threading.Thread | None = None
        self._ending = threading.Event()
        self._gate = threading.Lock()
        self._services = {
            service.name: [self._instance(service, name) for name in service.instances]
            for service in scenario.services.values()
        }

    def start(self) -> None:
        """Starts every instance, once; after `stop` it starts nothing any more.

        Raises SupervisorRefusal where the logs cannot be kept.
        """
        with self._gate:
            if not self._thread and not self._ending.is_set():
                self._start()

    def stop(self) -> None:
        """Ends every process and returns when all are gone: SIGTERM, and SIGKILL after 10 s."""
        with self._gate:
            if self._thread and not self._ending.is_set():
                self._inbox.put(self._end)
            self._ending.set()
        if self._thread:
            self._thread.join(self._patience.stop_seconds + 2 * self._patience.leave_seconds)

    def start_service(self, name: str) -> None:
        """Every instance runs again, also one that failed, is frozen, or waits to be restarted."""
        for instance in self._instances(name):
            self._ask(instance.start)

    def stop_service(self, name: str) -> None:
        """Every instance ends in order and stays down until it is started."""
        for instance in self._instances(name):
            self._ask(instance.stop)

    def crash_service(self, name: str, down_seconds: float = CRASH_SECONDS) -> None:
        """SIGKILL; each instance that ran starts again by itself after `down_seconds`."""
        for instance in self._alive(name, "killed"):
            self._ask(partial(instance.crash, down_seconds))

    def freeze_service(self, name: str) -> None:
        """SIGSTOP: alive, but deaf and dumb until it is thawed, started or stopped."""
        for instance in self._alive(name, "frozen"):
            self._ask(instance.freeze)

    def thaw_service(self, name: str) -> None:
        """SIGCONT: it goes on with what it had in hand."""
        for instance in self._alive(name, "thawed"):
            self._ask(instance.thaw)

    # ---- in the caller's thread

    def _start(self) -> None:
        try:
            self._log_dir.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise SupervisorRefusal(
                f"The logs of the services cannot be kept in {self._log_dir} ({error.strerror}); "
                "make that folder writable."
            ) from None
        self._lifeline, self._lifeline_held = os.pipe()
        self._observe(_declaration(self.scenario, self._read_clocks().at))
        for instance in self._all():
            self._inbox.put(instance.start)
        self._thread = threading.Thread(target=self._run, name="supervisor", daemon=True)
        self._thread.start()

    def _instances(self, name: str) -> list[Instance]:
        if name not in self._services:
            raise UnknownService(name)
        return self._services[name]

    def _alive(self, name: str, what: str) -> list[Instance]:
        alive = [instance for instance in self._instances(name) if instance.life.alive]
        if not alive:
            raise SupervisorRefusal(
                f"No process of {name} is running, so none can be {what}. Start it first."
            )
        return alive

    def _ask(self, message: _Message) -> None:
        if not self._thread or self._ending.is_set():
            raise SupervisorRefusal("The demonstration is not running, so its services are not.")
        try:
            self._inbox.put_nowait(message)
        except queue.Full:
            raise SupervisorRefusal(
                "More is asked of the services than they can do at once; try again in a moment."
            ) from None

    def _all(self) -> list[Instance]:
        return [instance for instances in self._services.values() for instance in instances]

    # ---- in the supervisor's thread

    def _run(self) -> None:
        try:
            while not self._done():
                self._handle_one_message()
                for instance in self._all():
                    instance.do_what_is_due()
        except Exception:
            _log.exception("The supervisor stopped working, so its processes are ended")
        finally:
            # With the writing end every process loses its lifeline, whatever went wrong above.
            self._ending.set()
            for instance in self._all():
                instance.kill()
            os.close(self._lifeline_held)
            os.close(self._lifeline)

    def _handle_one_message(self) -> None:
        moments = [instance.life.due for instance in self._all()] + [self._leave_at]
        due = min((moment for moment in moments if moment is not None), default=None)
        wait = None if due is None else max(0.0, due - self._read_clocks().clock)
        try:
            self._inbox.get(timeout=wait)()
        except queue.Empty:
            return

    def _end(self) -> None:
        patience = self._patience.stop_seconds + self._patience.leave_seconds
        self._leave_at = self._read_clocks().clock + patience
        for instance in self._all():
            instance.stop()

    def _done(self) -> bool:
        if self._leave_at is None:
            return False
        if not any(instance.life.alive for instance in self._all()):
            return True
        return self._read_clocks().clock >= self._leave_at

    def _instance(self, service: ScenarioService, name: str) -> Instance:
        def tell(process: Process, change: Change) -> None:
            self._inbox.put(partial(instance.changed, process, change))

        def launch() -> Process:
            return Process(
                service.program,
                environment={**self._environment, "FLOWVIZ_INSTANCE": name},
                lifeline=self._lifeline,
                log=CappedLog(self._log_dir / f"{name}.log"),
                tell=tell,
            )

        instance = Instance(
            service.name,
            name,
            launch=launch,
            observe=self._observe,
            patience=self._patience,
            read_clocks=self._read_clocks,
        )
        return instance


def _declaration(scenario: Scenario, at: int) -> DeclarationSeen:
    headline = scenario.headline
    return DeclarationSeen(
        at=at,
        title=scenario.title,
        headline_topic=headline.topic if headline else None,
        headline_unit=headline.unit if headline else "events",
        topics=tuple(scenario.topics),
        services={
            service.name: DeclaredService(
                reads=service.reads,
                writes=service.writes,
                group=service.group,
                instances=service.instances,
            )
            for service in scenario.services.values()
        },
    )
