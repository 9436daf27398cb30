"""The parts line and its double of direct calls, as the dashboard's own picture tells them."""

from __future__ import annotations

from typing import Any

from dashboard.picture import observations as seen
from tests.browser.shown_line import TOPIC, ShownLine
from tests.picture import sights

DOUBLES = {"scanner": "quality", "quality": "inventory", "inventory": "shipping", "shipping": None}


class ShownTwin(ShownLine):
    """`switch(on=True)`, and each `second` the direct line finishes `done` parts."""

    def __init__(self) -> None:
        self.answered = self.timed_out = 0
        self.reason: str | None = None
        self.on = False
        super().__init__(groups=("quality", "inventory", "shipping"))
        self.switch(on=False)

    def services(self) -> dict[str, seen.DeclaredService]:
        doubles = {
            f"{name}-direct": seen.DeclaredService(
                reads=(),
                writes=(),
                group=None,
                instances=(f"{name}-direct-1",),
                on_request=True,
                twin_of=name,
                calls=() if calls is None else (f"{calls}-direct",),
            )
            for name, calls in DOUBLES.items()
        }
        return super().services() | doubles

    def switch(self, *, on: bool) -> None:
        self.on = on
        for name in DOUBLES:
            self.process(f"{name}-direct", "running" if on else "stopped")
        self.picture.tick(self.now)

    def process(self, service: str, phase: seen.ProcessPhase) -> None:
        pid = 100 if phase == "running" else None
        self.picture.observe(sights.process(self.now, phase, service, pid=pid))

    def second(self, made: int = 8, idle: tuple[str, ...] = (), done: int = 8) -> None:
        self.answered += done
        if self.on:
            for name, calls in DOUBLES.items():
                self._say(f"{name}-direct", calls=self._calls(calls, done))
        super().second(made, idle)

    def _calls(self, callee: str | None, done: int) -> dict[str, Any]:
        failing = callee == "quality" and self.reason is not None
        counts = seen.CallsSeen(
            done=self.answered,
            refused=0,
            timed_out=self.timed_out if failing else 0,
            retried=0,
            seconds=0.07 if done else None,
            reason=self.reason if failing else None,
        )
        return {} if callee is None else {f"{callee}-direct": counts}


__all__ = ["TOPIC", "ShownTwin"]
