"""A line of direct calls at work: scanner-d calls quality-d, which calls shipping-d.

Beside it stands the line over the log, which is disturbed by itself.
"""

from __future__ import annotations

from typing import Any

from dashboard.picture import observations as seen
from tests.picture.sights import SECOND, Line, process, status

CALLS = {"scanner": ("quality-d",), "quality": ("shipping-d",), "shipping": ()}
DOUBLES = {f"{name}-d": calls for name, calls in CALLS.items()}


def declared() -> dict[str, seen.DeclaredService]:
    originals = {
        "scanner": seen.DeclaredService((), ("parts",), None, ("scanner-1",)),
        "quality": seen.DeclaredService(("parts",), ("graded",), "quality", ("quality-1",)),
        "shipping": seen.DeclaredService((), ("labels",), None, ("shipping-1",)),
    }
    doubles = {
        f"{name}-d": seen.DeclaredService(
            (), (), None, (f"{name}-d-1",), on_request=True, twin_of=name, calls=calls
        )
        for name, calls in CALLS.items()
    }
    return originals | doubles


class Direct(Line):
    """`flow` lets seconds pass, in each of which the scanner finishes and gives up some parts."""

    def __init__(self, *, on: bool = True) -> None:
        super().__init__(owns_processes=True)
        topics = ("parts", "graded")
        self.picture.observe(
            seen.DeclarationSeen(self.now, "Line", None, "parts", topics, declared())
        )
        self.done = self.made = 0
        self.finished = self.refused = self.timed_out = self.retried = 0
        self.phases: dict[str, str] = dict.fromkeys(DOUBLES, "running")
        self.pids = dict.fromkeys(DOUBLES, 100)
        self.paces = dict.fromkeys(DOUBLES, 0.0)
        self.silent: set[str] = set()
        for name in DOUBLES:
            self.become("running" if on else "stopped", name)
        if on:
            self.flow(12)

    def become(self, phase: seen.ProcessPhase, *names: str, pid: int | None = None) -> None:
        """The processes of these services."""
        for name in names:
            if pid is not None:
                self.pids[name] = pid
            down = phase not in ("running", "starting")
            self.silent = self.silent | {name} if down else self.silent - {name}
            seen_now = process(self.now, phase, name, instance=f"{name}-1", pid=self.pids[name])
            self.picture.observe(seen_now)

    def pause(self, *names: str, both: bool = False) -> None:
        self.phases |= dict.fromkeys(names, "paused")
        self.phase = "paused" if both else self.phase
        self.tell()

    def resume(self, *names: str) -> None:
        self.phases |= dict.fromkeys(names, "running")
        self.phase = "running"
        self.tell()

    def flow(self, seconds: int = 1, done: int = 8, refused: int = 0, timed_out: int = 0) -> None:
        for _ in range(seconds):
            self.finished += done
            self.refused += refused
            self.timed_out += timed_out
            self.retried += 2 * timed_out
            self.second(done=0 if self.phase == "paused" else 8)
            self.tell()

    def tell(self) -> None:
        for name, calls in reversed(DOUBLES.items()):
            if name not in self.silent:
                self.picture.observe(self._status(name, calls))
        self.picture.tick(self.now)

    def _status(self, name: str, calls: tuple[str, ...]) -> seen.StatusSeen:
        counts = seen.CallsSeen(
            self.finished, self.refused, self.timed_out, self.retried, 0.07, None
        )
        # Who stands in the middle counts as well, and that counts for no part.
        return status(
            self.now,
            name,
            instance=f"{name}-1",
            phase=self.phases[name],
            pid=self.pids[name],
            ms_per_event=self.paces[name],
            calls=dict.fromkeys(calls, counts),
        )

    def ask(self, action: str) -> seen.CommandSeen:
        asked = seen.CommandSeen(self.now, f"{action} {self.now}", "direct", action, "sent")
        self.picture.observe(asked)
        return asked

    def later(self, ms: int) -> None:
        self.now += ms
        self.picture.tick(self.now)

    def told(self, kind: str = "pause") -> dict[str, Any]:
        (found,) = [one for one in self.reports() if one["kind"] == kind]
        return found

    def reports(self) -> list[dict[str, Any]]:
        """Those of the line of direct calls."""
        return [dict(one) for one in self.shown().reports.values() if one["direct"]]


def parts(report: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(report[name] for name in ("finished", "refused", "timed_out"))


__all__ = ["SECOND", "Direct", "parts"]
