"""The life of one instance as a pure state machine: what happened goes in, what to do comes out.

Nothing here starts or ends a process or looks at a clock, so every course of events can be
tested in microseconds. `Instance` does what `Life.step` says and tells it what came of it.

    stopped     no process, and none is wanted
    starting    no process yet; it is launched at once
    running     a process
    frozen      a process that the kernel has stopped (SIGSTOP) and not yet continued
    restarting  ended unasked; launched again when the wait is over
    crashed     killed on request; launched again when it has been down long enough
    failed      ended unasked too often in a row; waits for a person

Start leads from each of these to a process, stop from each of them to stopped.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum
from typing import Literal, NamedTuple

from dashboard.picture.observations import ProcessPhase
from dashboard.supervisor.patience import Patience


class Now(NamedTuple):
    """One moment on two clocks."""

    at: int
    """Unix ms: what is shown. It can be set back or jump."""
    clock: float
    """Monotonic seconds: what is waited by. It only moves forward."""


class Step(Enum):
    LAUNCH = "launch"
    KILL = "kill"
    FORGET_EXITS = "forget exits"


@dataclass(frozen=True, slots=True)
class Life:
    phase: ProcessPhase
    since_at: int
    exits: int = 0
    """Unasked exits in a row."""
    reason: str | None = None
    restart_at: int | None = None
    due: float | None = None
    """When `step` has something to do, in seconds of the monotonic clock."""
    ending: Literal["stop", "start anew", "crash"] | None = None
    """What the process was told to end for; None: its end would be unasked."""
    down_seconds: float = 0.0
    """How long it stays down after a crash on request."""

    @property
    def alive(self) -> bool:
        return self.phase in ("running", "frozen")

    def step(self, clock: float) -> Step | None:
        """What is to be done now, if anything."""
        if self.due is None or clock < self.due:
            return None
        if self.alive:
            return Step.KILL if self.ending else Step.FORGET_EXITS
        return Step.LAUNCH

    # ---- what people ask

    def start(self, now: Now) -> Life:
        """Asked to run: the exits before are forgotten, for a person has taken over."""
        if not self.alive:
            return Life("starting", now.at, due=now.clock)
        return replace(self, ending="start anew" if self.ending else None)

    def stop(self, now: Now, patience: Patience) -> Life:
        """Asked to end, for good. A process that still runs is killed after `stop_seconds`."""
        if not self.alive:
            return self if self.phase == "stopped" else Life("stopped", now.at)
        if self.ending:
            return replace(self, ending="stop")
        return replace(self, ending="stop", due=now.clock + patience.stop_seconds)

    def crash(self, now: Now, down_seconds: float) -> Life:
        """Killed on request; it is down for `down_seconds` and then starts by itself.

        One that was asked to stop is only killed: it stays stopped.
        """
        if self.ending == "stop":
            why = self.reason or "killed on request"
            return replace(self, due=now.clock, reason=why)
        return replace(self, ending="crash", due=now.clock, down_seconds=down_seconds)

    # ---- what happens to the process

    def launched(self, now: Now, patience: Patience) -> Life:
        healthy = now.clock + patience.healthy_seconds if self.exits else None
        return Life("running", now.at, exits=self.exits, due=healthy)

    def froze(self, now: Now) -> Life:
        if self.phase != "running":
            return self
        # A frozen process is not healthy: it must not earn that its exits are forgotten.
        return replace(self, phase="frozen", since_at=now.at, due=self.due if self.ending else None)

    def thawed(self, now: Now, patience: Patience) -> Life:
        if self.phase != "frozen":
            return self
        if self.ending:
            return replace(self, phase="running", since_at=now.at)
        return self.launched(now, patience)

    def killed(self, patience: Patience) -> Life:
        """SIGKILL has been sent. Its end will follow, and needs no second one."""
        why = None
        if self.ending != "crash":
            late = f"did not end within {patience.stop_seconds:g} s of being asked, and was killed"
            why = self.reason or late
        return replace(self, due=None, reason=why)

    def forgot_exits(self) -> Life:
        return replace(self, exits=0, due=None)

    def ended(self, now: Now, how: str, patience: Patience) -> Life:
        """The process is gone. `how`: in words, should nobody have asked for it."""
        match self.ending:
            case "stop":
                return Life("stopped", now.at, reason=self.reason)
            case "start anew":
                return Life("starting", now.at, due=now.clock)
            case "crash":
                return Life(
                    "crashed",
                    now.at,
                    exits=self.exits,
                    reason="killed on request",
                    restart_at=now.at + round(self.down_seconds * 1000),
                    due=now.clock + self.down_seconds,
                )
        exits = self.exits + 1
        wait = patience.wait_seconds(exits)
        if wait is None:
            return Life("failed", now.at, exits=exits, reason=how)
        return Life(
            "restarting",
            now.at,
            exits=exits,
            reason=how,
            restart_at=now.at + round(wait * 1000),
            due=now.clock + wait,
        )
