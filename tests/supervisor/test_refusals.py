"""What the supervisor cannot do it refuses with a sentence, and its own failure it tells."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from dashboard.picture.observations import (
    Observation,
    ProcessSeen,
    WorkerSeen,
)
from dashboard.supervisor.inbox import INBOX_MESSAGES
from dashboard.supervisor.refusal import SupervisorRefusal, UnknownService
from tests.supervisor.running import QUICK, Running, is_gone, running
from tests.waiting import PATIENCE_SECONDS, until


def test_a_system_that_starts_no_process_is_a_failure_with_a_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.executable", str(tmp_path / "python-that-is-gone"))
    with running(tmp_path, {"a": "steady.py"}) as run:
        failed = run.wait_for("a-1", "failed")
        assert failed.reason == "could not be started: No such file or directory"


def test_what_cannot_be_done_is_refused_with_a_sentence(tmp_path: Path) -> None:
    with running(tmp_path, {"a": "steady.py"}) as run:
        run.wait_for("a-1", "running")
        with pytest.raises(UnknownService):
            run.supervisor.start_service("b")
        run.supervisor.stop_service("a")
        run.wait_for("a-1", "stopped")
        with pytest.raises(SupervisorRefusal, match="No process of a is running"):
            run.supervisor.crash_service("a")
        run.supervisor.stop()
        with pytest.raises(SupervisorRefusal, match="not running"):
            run.supervisor.start_service("a")
        assert run.now("a-1").phase == "stopped"


class Slow(Running):
    """Its observer holds the supervisor up at the first process, until it is let go."""

    def __init__(self, folder: Path) -> None:
        self.held = threading.Event()
        self.let_go = threading.Event()
        super().__init__(folder, {"a": "steady.py"})

    def observe(self, seen: Observation) -> None:
        if isinstance(seen, ProcessSeen):
            self.held.set()
            self.let_go.wait()


def test_more_than_can_be_done_is_refused_and_not_piled_up(tmp_path: Path) -> None:
    run = Slow(tmp_path)

    def press_start_very_often() -> None:
        for _ in range(INBOX_MESSAGES + 1):
            run.supervisor.start_service("a")

    run.supervisor.start()
    try:
        assert run.held.wait(PATIENCE_SECONDS)
        with pytest.raises(SupervisorRefusal, match="try again in a moment"):
            press_start_very_often()
    finally:
        run.let_go.set()
        run.supervisor.stop()


def test_what_was_stopped_before_its_start_starts_nothing(tmp_path: Path) -> None:
    run = Running(tmp_path, {"a": "steady.py"}, QUICK)
    run.supervisor.stop()
    run.supervisor.start()
    assert run.seen == []


def test_logs_that_cannot_be_kept_are_refused_before_anything_starts(tmp_path: Path) -> None:
    (tmp_path / "logs").write_text("a file where the folder should be")
    run = Running(tmp_path, {"a": "steady.py"}, QUICK)
    with pytest.raises(SupervisorRefusal, match="cannot be kept in"):
        run.supervisor.start()
    assert run.seen == []


def test_a_bug_of_its_own_ends_all_and_is_told(tmp_path: Path) -> None:
    def strike() -> None:
        raise KeyError("no such thing")

    with running(tmp_path, {"a": "steady.py"}) as run:
        run.wait_until_ready("a-1")
        run.supervisor._inbox.put(strike)
        told = run.wait_for("a-1", "failed")
        assert (told.pid, told.reason) == (None, "ended, for the supervisor has failed")
        (worker,) = [seen for seen in run.seen if isinstance(seen, WorkerSeen)]
        assert (worker.worker, worker.ok) == ("supervisor", False)
        assert "KeyError: 'no such thing'" in (worker.reason or "")
        assert "start the demonstration again" in (worker.reason or "")
        until(lambda: is_gone(tmp_path / "a-1"), "the process is gone")
        with pytest.raises(SupervisorRefusal, match="not running"):
            run.supervisor.start_service("a")
