"""A line at work, disturbed and asked for its recovery reports."""

from __future__ import annotations

from typing import Any

from tests.picture.sights import Line


def line_at_work() -> Line:
    line = Line()
    line.seconds(12)
    return line


def report(line: Line, kind: str) -> dict[str, Any]:
    (found,) = [one for one in line.shown().reports.values() if one["kind"] == kind]
    return found


def kinds(line: Line) -> list[str]:
    return sorted(one["kind"] for one in line.shown().reports.values())


def catch_up(line: Line) -> None:
    line.second(done=line.made - line.done + 8)
    line.seconds(2)
