"""A scenario of test programs, the supervisor that runs it, and what is observed of it."""

from __future__ import annotations

import fcntl
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from dashboard.picture.observations import DeclarationSeen, Observation, ProcessSeen
from dashboard.supervisor.patience import Patience
from dashboard.supervisor.scenario import load
from dashboard.supervisor.supervisor import Supervisor
from tests.waiting import until

PROGRAMS = Path(__file__).parent / "programs"

QUICK = Patience(first_wait_seconds=0.01, longest_wait_seconds=0.02)
"""The rules as they are, with waits that a test can sit out."""


def write_scenario(
    folder: Path,
    programs: Mapping[str, str],
    instances: int = 1,
    on_request: Collection[str] = (),
) -> Path:
    """scenario.toml with a service for each name, which reads "parts"; the programs are copied to
    where it stands. A service called "source" reads nothing."""
    folder.mkdir(parents=True, exist_ok=True)
    lines = ['title = "Test line"', "[topics.parts]"]
    for service, program in programs.items():
        lines += [f"[services.{service}]", f'program = "{program}"', f"instances = {instances}"]
        lines += ['reads = ["parts"]'] if service != "source" else []
        lines += ['starts = "on request"'] if service in on_request else []
    for program in {*programs.values(), "steady_neighbour.py"}:
        (folder / program).write_bytes((PROGRAMS / program).read_bytes())
    file = folder / "scenario.toml"
    file.write_text("\n".join(lines))
    return file


class Running:
    """A supervisor at work in `folder`, and every observation it has made so far."""

    def __init__(
        self,
        folder: Path,
        programs: Mapping[str, str],
        patience: Patience = QUICK,
        instances: int = 1,
        on_request: Collection[str] = (),
    ) -> None:
        self.folder = folder
        self.seen: list[Observation] = []
        self.supervisor = Supervisor(
            load(write_scenario(folder / "scenario", programs, instances, on_request)),
            bootstrap_servers="127.0.0.1:1",
            observe=self.observe,
            environment={"HOLD_DIR": str(folder), "GIVEN": "by the test"},
            log_dir=folder / "logs",
            patience=patience,
        )

    def observe(self, seen: Observation) -> None:
        self.seen.append(seen)

    def history(self, instance: str) -> list[ProcessSeen]:
        return [
            seen
            for seen in list(self.seen)
            if isinstance(seen, ProcessSeen) and seen.instance == instance
        ]

    def phases(self, instance: str) -> list[str]:
        return [seen.phase for seen in self.history(instance)]

    def declared(self, service: str) -> tuple[str, ...]:
        """Its instances as last declared."""
        told = [seen for seen in list(self.seen) if isinstance(seen, DeclarationSeen)]
        return told[-1].services[service].instances

    def now(self, instance: str) -> ProcessSeen:
        return self.history(instance)[-1]

    def wait_for(
        self, instance: str, phase: str, also: Callable[[ProcessSeen], bool] = lambda seen: True
    ) -> ProcessSeen:
        """The newest state of the instance, once it is in `phase` and `also` is true of it."""

        def found() -> ProcessSeen | None:
            seen = self.now(instance)
            return seen if seen.phase == phase and also(seen) else None

        return until(found, f"{instance} is {phase}; so far {self.history(instance)}")

    def log(self, instance: str) -> str:
        file = self.folder / "logs" / f"{instance}.log"
        return file.read_text() if file.exists() else ""

    def wait_until_ready(self, instance: str, times: int = 1) -> None:
        until(
            lambda: self.log(instance).splitlines().count("ready") >= times,
            f"{instance} is ready for the {times}. time; its log: {self.log(instance)[-2000:]}",
        )
        # A quick program can say so before the supervisor has noted that it runs.
        until(
            lambda: self.now(instance).phase != "starting",
            f"{instance} is known to run; {self.now(instance)}",
        )


@contextmanager
def running(
    folder: Path,
    programs: Mapping[str, str],
    patience: Patience = QUICK,
    instances: int = 1,
    on_request: Collection[str] = (),
) -> Iterator[Running]:
    run = Running(folder, programs, patience, instances, on_request)
    run.supervisor.start()
    try:
        yield run
    finally:
        run.supervisor.stop()


def is_gone(file: Path) -> bool:
    """Whether the process that locked `file` has ended, for with it the kernel ends its lock."""
    with file.open("a") as same:
        try:
            fcntl.flock(same, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
