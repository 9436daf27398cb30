"""Runs the processes of a demonstration: starts them, restarts them, ends them with it.

One thread owns every instance. What people ask and what the kernel tells are put as messages
into its inbox; between two messages it sleeps until the next thing is due.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from types import MappingProxyType

from dashboard.picture.actions import NOTHING_TO_SHARE, STOPPED
from dashboard.picture.observations import DeclarationSeen, Observation, ProcessPhase
from dashboard.supervisor.crew import Crew
from dashboard.supervisor.crews import Crews
from dashboard.supervisor.declaring import declaration
from dashboard.supervisor.failing import failure
from dashboard.supervisor.inbox import Inbox, Message
from dashboard.supervisor.instance import Instance, read_clocks
from dashboard.supervisor.life import Now
from dashboard.supervisor.outfit import Outfit
from dashboard.supervisor.patience import PATIENCE, Patience
from dashboard.supervisor.process import Change, Process
from dashboard.supervisor.refusal import SupervisorRefusal
from dashboard.supervisor.scenario import MOST_INSTANCES, Scenario, ScenarioService

CRASH_SECONDS = 10.0
"""Down after a crash on request: longer than the 6 s after which a group lets go of a member."""

_log = logging.getLogger(__name__)
HEARD_SECONDS = 1.0
"""How long a question waits behind what was asked before it; then it is answered as things are."""


class Supervisor:
    """The processes of one scenario.

    `observe` is called with a DeclarationSeen at the start and a ProcessSeen at every change,
    from the supervisor's thread (the declaration from the caller's). `environment` is added to
    that of every process; those that call others learn where they are as well (ports.py). Each
    instance prints into `log_dir/<instance>.log`, which is capped.

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
        there = {**environment, "KAFKA_BOOTSTRAP_SERVERS": bootstrap_servers}
        self._outfit = Outfit(scenario, there, log_dir)
        self._observe = observe
        self._patience = patience
        self._read_clocks = read_clocks
        self._inbox = Inbox()
        self._leave_at: float | None = None
        self._thread: threading.Thread | None = None
        self._ending = threading.Event()
        self._quiet = threading.Event()
        """Set once every process is stopped; cleared by who waits for that."""
        self._gate = threading.Lock()
        self._crews = Crews(scenario, self._instance)

    def start(self) -> None:
        """Starts every instance but those of services that start on request, once; after `stop` it
        starts nothing any more.

        Raises SupervisorRefusal where the logs cannot be kept, or the system has no ports left.
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

    def phases(self, name: str, only: str | None = None) -> tuple[ProcessPhase, ...]:
        """Of the instances that should be, or of the one called `only`, once all that was asked
        before is under way. Raises SupervisorRefusal while it is not running."""
        heard = threading.Event()
        self._ask(heard.set)
        heard.wait(HEARD_SECONDS)
        present = self._crews.of(name).present
        return tuple(one.life.phase for one in present if only in (None, one.name))

    def is_ending(self, name: str) -> bool:
        """Some instance of it was asked to end, and has not yet."""
        return any(one.life.ending == "stop" for one in self._crews.of(name).present)

    def start_service(self, name: str) -> None:
        """Every instance runs again, also one that failed, is frozen, or waits to be restarted."""
        self._ask(self._crews.of(name).start)

    def stop_service(self, name: str) -> None:
        """Every instance ends in order and stays down until it is started."""
        self._ask(self._crews.of(name).stop)

    def crash_service(
        self, name: str, down_seconds: float = CRASH_SECONDS, only: str | None = None
    ) -> None:
        """SIGKILL; each instance that ran starts again by itself after `down_seconds`.

        `only` names one instance; without it, all of them.
        """
        for instance in self._crews.alive(name, "killed", only):
            self._ask(partial(instance.crash, down_seconds))

    def freeze_service(self, name: str, only: str | None = None) -> None:
        """SIGSTOP: alive, but deaf and dumb until it is thawed, started or stopped."""
        for instance in self._crews.alive(name, "frozen", only):
            self._ask(instance.freeze)

    def thaw_service(self, name: str, only: str | None = None) -> None:
        """SIGCONT: it goes on with what it had in hand."""
        for instance in self._crews.alive(name, "thawed", only):
            self._ask(instance.thaw)

    def scale_service(self, name: str, instances: int) -> None:
        """From now on so many instances, also after a stop and a start: `name-1`, `name-2`...

        New ones are started; the highest are ended in order, and are gone with their last word.
        Only for a service that reads and is not stopped: the others have no partitions to share.
        """
        if not 1 <= instances <= MOST_INSTANCES:
            raise SupervisorRefusal(f"A service has 1 to {MOST_INSTANCES} instances.")
        crew = self._crews.of(name)
        if not crew.service.reads:
            raise SupervisorRefusal(NOTHING_TO_SHARE)
        if crew.stopped:
            raise SupervisorRefusal(STOPPED)
        self._ask(partial(self._scale, crew, instances))

    def quiet(self, seconds: float) -> None:
        """Ends every process in order, what takes longer than `seconds` by force; returns when all
        are gone. Raises SupervisorRefusal where one will not go.
        """
        self._quiet.clear()
        self._ask(self._crews.stop)
        if self._quiet.wait(seconds):
            return
        self._ask(self._crews.kill)
        if not self._quiet.wait(self._patience.leave_seconds):
            raise SupervisorRefusal("A process of the demonstration does not end.")

    def declared_at_first(self) -> DeclarationSeen:
        """What the scenario declares, with as many instances as it has."""
        services = self.scenario.services.values()
        names = {service.name: service.instances for service in services}
        return declaration(self.scenario, names, self._read_clocks().at)

    def begin_anew(self) -> None:
        """Declares and starts everything as at the first start. Only after `quiet`."""
        self._ask(self._begin_anew)

    def right_service(self, name: str) -> tuple[str, ...]:
        """As the scenario has it: so many instances, all of them running. Returns what that takes.

        A service that starts on request and is stopped stays so, unless it is missing in a line of
        direct calls that runs.
        """
        crew = self._crews.of(name)
        wrong = crew.wrong() if self._crews.is_wanted(crew) else ()
        if wrong:
            self._ask(partial(self._scale, crew, len(crew.service.instances)))
            self._ask(crew.start)
        return wrong

    # ---- in the caller's thread

    def _start(self) -> None:
        self._outfit.prepare()
        self._declare()
        self._inbox.put(self._crews.start)
        self._thread = threading.Thread(target=self._run, name="supervisor", daemon=True)
        self._thread.start()

    def _ask(self, message: Message) -> None:
        if not self._thread or self._ending.is_set():
            raise SupervisorRefusal("The demonstration is not running, so its services are not.")
        self._inbox.ask(message)

    # ---- in the supervisor's thread

    def _run(self) -> None:
        try:
            while not self._done():
                self._handle_one_message()
                self._crews.do_what_is_due()
                if self._crews.stopped:
                    self._quiet.set()
        except Exception as bug:
            _log.info("How the supervisor came to fail", exc_info=True)
            ended = [(instance.service, instance.name) for instance in self._crews.instances]
            for told in failure(bug, ended, self._read_clocks().at):
                self._observe(told)
        finally:
            self._ending.set()
            self._crews.kill()
            self._outfit.cut_lifelines()  # nobody is left behind, whatever went wrong above

    def _handle_one_message(self) -> None:
        moments = [instance.life.due for instance in self._crews.instances] + [self._leave_at]
        due = min((moment for moment in moments if moment is not None), default=None)
        self._inbox.do_one(None if due is None else max(0.0, due - self._read_clocks().clock))

    def _begin_anew(self) -> None:
        self._crews.forget_scale()
        self._declare()
        for instance in self._crews.instances:
            instance.tell(again=True)
        self._crews.start()

    def _scale(self, crew: Crew, instances: int) -> None:
        if crew.scale(instances):
            self._declare()

    def _declare(self) -> None:
        """Says what the scenario declares, with as many instances as are wanted by now."""
        self._observe(declaration(self.scenario, self._crews.names, self._read_clocks().at))

    def _end(self) -> None:
        patience = self._patience.stop_seconds + self._patience.leave_seconds
        self._leave_at = self._read_clocks().clock + patience
        self._crews.stop()

    def _done(self) -> bool:
        if self._leave_at is None:
            return False
        if not any(instance.life.alive for instance in self._crews.instances):
            return True
        return self._read_clocks().clock >= self._leave_at

    def _instance(self, service: ScenarioService, name: str) -> Instance:
        def tell(process: Process, change: Change) -> None:
            self._inbox.put(partial(instance.changed, process, change))

        instance = Instance(
            service.name,
            name,
            launch=lambda: self._outfit.launch(service, name, tell),
            observe=self._observe,
            patience=self._patience,
            read_clocks=self._read_clocks,
        )
        return instance
