"""A line of which the source is disturbed: scanner makes 8 parts a second, quality reads them."""

from __future__ import annotations

from typing import Any

from dashboard.picture import observations as seen
from tests.picture.reported import report
from tests.picture.sights import Line, process, status


class Source(Line):
    def __init__(self) -> None:
        super().__init__()
        self.says: dict[str, Any] = {"writes": ("parts",), "pid": 7}
        self.heard = True
        for _ in range(12):
            self.move()

    def move(self, made: int = 8, done: int | None = None) -> None:
        self.second(made=made, done=done)
        if self.heard:
            self.tell()

    def tell(self, **more: Any) -> None:
        self.says |= more
        self.picture.observe(status(self.now, "scanner", **self.says))

    def do(self, phase: seen.ProcessPhase) -> None:
        self.heard = phase == "running"
        self.picture.observe(process(self.now, phase, "scanner", pid=7))

    def told(self, kind: str = "pause") -> dict[str, Any]:
        return report(self, kind)


def paused(seconds: int = 10) -> Source:
    line = Source()
    line.tell(phase="paused")
    for _ in range(seconds):
        line.move(made=0)
    return line


def resumed(line: Source) -> dict[str, Any]:
    line.tell(phase="running")
    line.move()
    return line.only_report()
