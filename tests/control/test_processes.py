"""What processes refuse is what the page says of them, by how they are this moment."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from dashboard.control.processes import Processes
from dashboard.control.refusal import Refusal
from dashboard.picture.actions import (
    ALREADY_FROZEN,
    ALREADY_RUNNING,
    ALREADY_STOPPED,
    FROZEN,
    NOT_FROZEN,
    NOT_RUNNING,
    STOPPED,
)
from tests.supervisor.running import Running


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Running]:
    made = Running(tmp_path, {"quality": "steady.py"}, instances=2)
    made.supervisor.start()
    try:
        for name in ("quality-1", "quality-2"):
            made.wait_for(name, "running")
        yield made
    finally:
        made.supervisor.stop()


def refused(run: Running, action: str, **args: object) -> str:
    with pytest.raises(Refusal) as caught:
        Processes(run.supervisor).act("quality", action, args)
    assert caught.value.status == 409
    return caught.value.sentence


def test_what_is_so_already_is_refused_with_the_sentence_of_the_page(run: Running) -> None:
    act = Processes(run.supervisor).act
    assert refused(run, "start") == ALREADY_RUNNING
    assert refused(run, "thaw") == NOT_FROZEN
    act("quality", "freeze", {"instance": "quality-1"})
    run.wait_for("quality-1", "frozen")
    assert refused(run, "freeze", instance="quality-1") == ALREADY_FROZEN
    assert refused(run, "thaw", instance="quality-2") == NOT_FROZEN
    assert refused(run, "start", instance="quality-1") == FROZEN
    assert "has no instance quality-9" in refused(run, "thaw", instance="quality-9")
    act("quality", "thaw", {})
    run.wait_for("quality-1", "running")
    assert refused(run, "thaw") == NOT_FROZEN
    act("quality", "stop", {})
    for name in ("quality-1", "quality-2"):
        run.wait_for(name, "stopped")
    assert refused(run, "stop") == ALREADY_STOPPED
    assert refused(run, "crash") == NOT_RUNNING
    assert refused(run, "scale", instances=1) == STOPPED
    act("quality", "start", {})


def test_one_that_was_asked_to_stop_can_be_started_before_it_has(run: Running) -> None:
    names = ("quality-1", "quality-2")
    before = {run.now(name).pid for name in names}
    act = Processes(run.supervisor).act
    act("quality", "stop", {})
    act("quality", "start", {})
    for name in names:
        run.wait_for(name, "running", lambda seen: seen.pid not in before)
