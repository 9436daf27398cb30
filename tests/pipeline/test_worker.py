"""A worker is started again after a failure, and tells how it is doing."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Iterator

import pytest

from dashboard import worker as workers
from dashboard.picture.observations import ClusterSeen, Observation, WorkerSeen
from dashboard.worker import Worker
from tests.waiting import PATIENCE_SECONDS

SHORT = (0.001, 0.002)

Tell = Callable[[Observation], None]
Run = Callable[[Tell, threading.Event], None]


class Script:
    """Does one thing a run, as the test says."""

    def __init__(self, runs: tuple[Run, ...]) -> None:
        self._runs = iter(runs)
        self.tell: Tell = lambda observation: None
        self.moved_at: float | None = None

    def run(self, stop: threading.Event) -> None:
        next(self._runs, hold)(self.tell, stop)


def hold(tell: Tell, stop: threading.Event) -> None:
    stop.wait()


def fail(tell: Tell, stop: threading.Event) -> None:
    raise RuntimeError("the broker\nwent away " + "x" * 500)


def end(tell: Tell, stop: threading.Event) -> None:
    return


def tell_and_hold(tell: Tell, stop: threading.Event) -> None:
    tell(ClusterSeen(1, reachable=True, bootstrap="b"))
    stop.wait()


Start = Callable[..., queue.Queue[Observation]]


@pytest.fixture
def start() -> Iterator[Start]:
    started: list[Worker] = []

    def starter(*runs: Run) -> queue.Queue[Observation]:
        told: queue.Queue[Observation] = queue.Queue()
        script = Script(runs)

        def make(tell: Tell) -> Script:
            script.tell = tell
            return script

        worker = Worker("reader", make, told.put, backoff=SHORT)
        started.append(worker)
        worker.start()
        return told

    yield starter
    for worker in started:
        worker.stop()
        worker.join(PATIENCE_SECONDS)


def seen(told: queue.Queue[Observation]) -> WorkerSeen:
    observation = told.get(timeout=PATIENCE_SECONDS)
    assert isinstance(observation, WorkerSeen)
    return observation


def test_it_is_well_when_it_has_started(start: Start) -> None:
    first = seen(start(hold))
    assert (first.worker, first.ok, first.reason) == ("reader", True, None)


def test_a_failure_is_told_in_one_bounded_line_and_it_runs_again(start: Start) -> None:
    told = start(fail, fail, tell_and_hold)
    assert seen(told).ok
    for wait in SHORT:
        failed = seen(told)
        assert not failed.ok
        assert failed.reason is not None
        assert failed.reason.startswith("It failed (the broker went away xxx")
        assert failed.reason.endswith(f"…) and is tried again in {wait:g} s.")
        assert len(failed.reason) < 260
    assert seen(told).ok


def test_after_a_failure_it_is_well_only_when_it_has_told_something(start: Start) -> None:
    told = start(fail, tell_and_hold)
    assert [seen(told).ok, seen(told).ok, seen(told).ok] == [True, False, True]
    assert isinstance(told.get(timeout=PATIENCE_SECONDS), ClusterSeen)


def test_after_a_failure_it_is_well_too_when_it_has_held_for_a_while(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workers, "HOLDS_AFTER_SECONDS", 0.01)
    told = start(fail, hold)
    assert [seen(told).ok, seen(told).ok, seen(told).ok] == [True, False, True]


def test_one_that_says_itself_when_it_is_well_is_not_taken_to_be_for_having_held() -> None:
    """A try that waits for a database somebody holds has held long before it fails."""
    told: queue.Queue[Observation] = queue.Queue()

    def hold_and_fail(tell: Tell, stop: threading.Event) -> None:
        worker._holds()
        fail(tell, stop)

    def be_well(tell: Tell, stop: threading.Event) -> None:
        worker.well()
        stop.wait()

    script = Script((hold_and_fail, hold_and_fail, be_well))
    worker = Worker("keeper", lambda _tell: script, told.put, SHORT, holding_is_well=False)
    worker.start()
    assert [seen(told).ok for _ in range(4)] == [True, False, False, True]
    worker.stop()
    assert worker.join(PATIENCE_SECONDS)


def test_one_that_ends_by_itself_is_started_again(start: Start) -> None:
    told = start(end, hold)
    assert seen(told).ok
    reason = seen(told).reason
    assert reason is not None
    assert "ended although nobody asked" in reason


def test_the_wait_grows_and_then_stays(start: Start) -> None:
    told = start(fail, fail, fail, fail)
    assert seen(told).ok
    reasons = [seen(told).reason or "" for _ in range(4)]
    assert [reason.rsplit(" in ", 1)[1] for reason in reasons] == [
        "0.001 s.",
        "0.002 s.",
        "0.002 s.",
        "0.002 s.",
    ]


def test_whatever_is_raised_it_never_ends_in_silence(start: Start) -> None:
    def leave(tell: Tell, stop: threading.Event) -> None:
        raise SystemExit("somebody called exit")

    told = start(leave, tell_and_hold)
    assert seen(told).ok
    assert "somebody called exit" in (seen(told).reason or "")
    assert seen(told).ok


def test_one_that_hangs_is_told_once_and_once_that_it_moves_again() -> None:
    script = Script(())
    worker = Worker("reader", lambda _tell: script, lambda _observation: None)
    worker._say(ok=True, reason=None)
    assert worker.look_after() is None
    now = time.monotonic()
    script.moved_at = now + PATIENCE_SECONDS
    assert worker.look_after() is None
    script.moved_at = now - workers.STUCK_SECONDS - 1
    hung = worker.look_after()
    assert hung == worker.told
    assert hung is not None
    assert (hung.ok, hung.reason, hung.hangs) == (False, workers.STUCK, True)
    assert worker.look_after() is None
    script.moved_at = time.monotonic() + PATIENCE_SECONDS
    moves = worker.look_after()
    assert moves is not None
    assert (moves.ok, moves.reason) == (True, None)
    assert worker.look_after() is None
