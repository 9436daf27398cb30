"""Control that does nothing, and tells what it was asked to do."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from dashboard import running
from dashboard.control.actions import Control
from dashboard.pipeline import Pipeline
from dashboard.places import Places

ARRANGEMENT = "first"
"""Of the places of nodes."""


class Pressed(Control):
    """Whatever public method is called, and be it a later one, is noted in place of being done."""

    def __init__(self, line: Pipeline) -> None:
        super().__init__(acts=True, observe=line.observe, view=line.view)
        self._calls: list[str] = []

    def __getattribute__(self, name: str) -> Any:
        found = super().__getattribute__(name)
        if name.startswith("_") or not callable(found):
            return found

        def note(*given: object, **named: object) -> str:
            self._calls.append(name)
            return "noted"

        return note


@pytest.fixture
def calls(line: Pipeline) -> Iterator[Callable[[], list[str]]]:
    """The line as pages and API find it; called, what control was asked for since the last time."""
    control = Pressed(line)
    running.declare(running.Running(line, control, places=Places(ARRANGEMENT)))

    def since_the_last_time() -> list[str]:
        found, control._calls = control._calls, []
        return found

    yield since_the_last_time
    running.declare(None)
