"""One instance of a service: its life, and the process that lives it at the moment."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

from dashboard.picture.observations import Observation, ProcessSeen
from dashboard.supervisor.life import Life, Now, Step
from dashboard.supervisor.patience import Patience
from dashboard.supervisor.process import Change, Process

Launch = Callable[[], Process]
"""Starts the instance's program. Raises OSError when the system can start no process."""


def read_clocks() -> Now:
    return Now(at=time.time_ns() // 1_000_000, clock=time.monotonic())


class Instance:
    """Not safe for threads: all of it belongs to the supervisor's one thread.

    Only `life` may be read by others, for it is replaced whole.
    """

    def __init__(
        self,
        service: str,
        name: str,
        *,
        launch: Launch,
        observe: Callable[[Observation], None],
        patience: Patience,
        read_clocks: Callable[[], Now],
    ) -> None:
        self.service = service
        self.name = name
        self._launch = launch
        self._observe = observe
        self._patience = patience
        self._read_clocks = read_clocks
        self._process: Process | None = None
        self._told: ProcessSeen | None = None
        self.life = Life("stopped", read_clocks().at)

    def start(self) -> None:
        if self._process:
            self._process.thaw()
        self._become(self.life.start(self._read_clocks()))
        self.do_what_is_due()

    def stop(self) -> None:
        self._become(self.life.stop(self._read_clocks(), self._patience))
        if self._process:
            self._process.ask_to_end()

    def crash(self, down_seconds: float) -> None:
        if self._process:
            self._become(self.life.crash(self._read_clocks(), down_seconds))
            self.do_what_is_due()

    def freeze(self) -> None:
        if self._process and not self.life.ending:
            self._process.freeze()

    def thaw(self) -> None:
        if self._process:
            self._process.thaw()

    def kill(self) -> None:
        if self._process:
            self._process.kill()

    def changed(self, process: Process, change: Change) -> None:
        """The kernel says that something happened to `process`."""
        if process is not self._process:
            return
        now = self._read_clocks()
        match change:
            case "froze":
                self._become(self.life.froze(now))
            case "thawed":
                self._become(self.life.thawed(now, self._patience))
            case "ended":
                self._process = None
                self._become(self.life.ended(now, process.how_it_ended, self._patience))
                self.do_what_is_due()

    def do_what_is_due(self) -> None:
        match self.life.step(self._read_clocks().clock):
            case Step.LAUNCH:
                self._start_process()
            case Step.KILL:
                self.kill()
                self._become(self.life.killed(self._patience))
            case Step.FORGET_EXITS:
                self._become(self.life.forgot_exits())

    def _start_process(self) -> None:
        life = self.life.launched(self._read_clocks(), self._patience)
        try:
            self._process = self._launch()
        except OSError as error:
            how = f"could not be started: {error.strerror or error}"
            life = life.ended(self._read_clocks(), how, self._patience)
        self._become(life)

    def _become(self, life: Life) -> None:
        self.life = life
        self.tell()

    def tell(self, *, again: bool = False) -> None:
        """Tells what is new. A life that looks the same from outside is not told again, unless
        nobody is left who heard it.
        """
        life = self.life
        if again:
            self._told = None
        seen = ProcessSeen(
            at=self._read_clocks().at,
            service=self.service,
            instance=self.name,
            phase=life.phase,
            pid=self._process.pid if self._process else None,
            since_at=life.since_at,
            restart_at=life.restart_at,
            attempts=life.exits,
            reason=life.reason,
        )
        if self._told is None or seen != replace(self._told, at=seen.at):
            self._told = seen
            self._observe(seen)
