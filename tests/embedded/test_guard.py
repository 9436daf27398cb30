"""The guard between Flowviz and Java: neither outlives the other unnoticed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from dashboard.cluster.embedded import guard
from dashboard.cluster.embedded.guarded_java import GuardedJava, Request
from dashboard.cluster.embedded.locks import FileLock
from tests.embedded import fake_java
from tests.embedded.fake_java import next_report
from tests.waiting import until

Start = Callable[[str], tuple[GuardedJava, FileLock]]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    started: list[GuardedJava] = []

    def start_guarded(script: str) -> tuple[GuardedJava, FileLock]:
        java, lock = fake_java.guarded(script, tmp_path)
        started.append(java)
        return java, lock

    yield start_guarded
    for java in started:
        java.kill()


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_stop_ends_java_and_the_guard(start: Start) -> None:
    java, lock = start(fake_java.WAITS)
    pid = next_report(java)["pid"]
    assert java.pid == pid
    assert not lock.take()
    java.stop()
    java.stop()
    assert not is_alive(pid)
    assert java.next_report(30) is None
    assert java.next_report(30) is None
    assert java.pid is None
    assert lock.take()


def test_a_java_that_ends_is_started_again_later_each_time(start: Start) -> None:
    java, _ = start(fake_java.ENDS_WITH_A_WORD)
    pids, pauses = set(), []
    for _ in range(3):
        pids.add(next_report(java)["pid"])
        ended = next_report(java)
        assert ended["code"] == 3
        assert ended["said"] == ["no memory"]
        pauses.append(ended["again_in_seconds"])
    assert len(pids) == 3
    assert pauses == [0.5, 1, 2]


def test_the_pause_has_a_limit() -> None:
    pause = guard.FIRST_BACK_OFF_SECONDS
    for _ in range(20):
        pause = guard.longer(pause)
    assert pause == guard.LONGEST_BACK_OFF_SECONDS


def test_a_java_that_was_killed_is_started_again(start: Start) -> None:
    java, lock = start(fake_java.WAITS)
    os.kill(next_report(java)["pid"], signal.SIGKILL)
    assert next_report(java)["code"] == -signal.SIGKILL
    assert next_report(java)["event"] == "started"
    assert not lock.take(), "nobody may come between"


def test_a_java_that_is_killed_or_restarted_on_request_is_back_after_the_shortest_pause(
    start: Start,
) -> None:
    java, lock = start(fake_java.WAITS)
    next_report(java)
    codes: dict[Request, int] = {"kill": -signal.SIGKILL, "restart": -signal.SIGTERM}
    for request, code in [*codes.items()] * 2:
        assert java.ask(request)
        assert next_report(java) == {"event": "asked", "for": request}
        ended = next_report(java)
        assert (ended["code"], ended["again_in_seconds"]) == (code, guard.FIRST_BACK_OFF_SECONDS)
        assert not java.ask(request), "there is none to be asked"
        assert next_report(java)["event"] == "started"
    assert not lock.take(), "nobody may come between"


def another_guard(monkeypatch: pytest.MonkeyPatch, folder: Path, line: str, instead: str) -> None:
    """The guard is a program of its own: what is to be otherwise stands in its text."""
    text = Path(guard.__file__).read_text()
    assert text.count(f"\n{line}\n") == 1
    (folder / "guard.py").write_text(text.replace(line, instead))
    monkeypatch.setattr(guard, "__file__", str(folder / "guard.py"))


def test_a_java_that_will_not_be_restarted_in_order_is_killed(
    start: Start, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    another_guard(monkeypatch, tmp_path, "STOP_SECONDS = 10.0", "STOP_SECONDS = 0.1")
    java, _ = start(fake_java.WILL_NOT_STOP_AND_SAYS_SO)
    next_report(java)
    until((tmp_path / "ready").exists, "it ignores what it is asked")
    assert java.ask("restart")
    assert next_report(java)["event"] == "asked"
    assert next_report(java)["code"] == -signal.SIGKILL
    assert next_report(java)["event"] == "started"


def test_words_that_mean_nothing_to_the_guard_are_passed_over(start: Start) -> None:
    java, _ = start(fake_java.WAITS)
    next_report(java)
    stdin = java._process.stdin
    assert stdin is not None
    stdin.write(b"x" * 2_000 + b"\nki" + b"\xff\n\nki")
    stdin.flush()
    stdin.write(b"ll\n")
    stdin.flush()
    assert next_report(java) == {"event": "asked", "for": "kill"}


def test_a_request_in_the_pause_before_a_start_is_not_kept_for_after_it(
    start: Start, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    pause = "FIRST_BACK_OFF_SECONDS = "
    another_guard(monkeypatch, tmp_path, f"{pause}0.5", f"{pause}3.0")  # long enough to be met
    java, _ = start(fake_java.WAITS)
    next_report(java)
    assert java.ask("kill")
    assert next_report(java)["event"] == "asked"
    assert next_report(java)["event"] == "ended"
    stdin = java._process.stdin
    assert stdin is not None
    stdin.write(b"kill\n")
    stdin.flush()
    assert next_report(java)["event"] == "started"
    java.stop()
    assert java.next_report(30) is None, "the second request ended nothing"


def test_a_stop_does_not_wait_for_the_back_off(start: Start) -> None:
    java, lock = start(fake_java.ENDS_WITH_A_WORD)
    until(lambda: next_report(java).get("again_in_seconds", 0) >= 2, "a long pause")
    java.stop()
    assert lock.take()


def test_a_java_that_will_not_stop_is_ended_by_force() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", fake_java.WILL_NOT_STOP], stdout=subprocess.PIPE
    ) as stubborn:
        assert stubborn.stdout is not None
        assert stubborn.stdout.readline() == b"ready\n"
        guard.stop(stubborn, seconds=0.1)
        assert stubborn.returncode == -signal.SIGKILL


def test_java_does_not_outlive_a_guard_that_was_killed(start: Start) -> None:
    """On Linux by the kernel; elsewhere by us, as the next test shows."""
    java, lock = start(fake_java.WAITS)
    next_report(java)
    os.kill(java.guard_pid, signal.SIGKILL)
    assert java.next_report(30) is None
    if not guard.LINUX:
        java.kill()
    until(lock.take, "nobody holds the data folder any more")


def test_a_java_that_lost_its_guard_can_still_be_ended(start: Start, tmp_path: Path) -> None:
    java, lock = start(fake_java.SURVIVES_ITS_GUARD)
    until((tmp_path / "ready").exists, "Java runs")
    os.kill(java.guard_pid, signal.SIGKILL)
    while java.next_report(30) is not None:
        pass
    assert not lock.take(), "Java lives on and holds the data folder"
    java.kill()
    until(lock.take, "nobody holds the data folder any more")


def test_a_termination_of_the_guard_stops_java_in_order(start: Start) -> None:
    java, lock = start(fake_java.WAITS)
    next_report(java)
    os.kill(java.guard_pid, signal.SIGTERM)
    assert java.next_report(30) is None
    assert lock.take()


def test_only_the_last_of_what_java_prints_is_kept() -> None:
    ours, theirs = os.pipe()
    os.set_blocking(ours, False)
    output = guard.Output(ours)
    for number in range(1_000):
        os.write(theirs, f"line {number}\n".encode())
        output.read()
    assert output.last_lines() == [f"line {number}" for number in range(980, 1_000)]
    os.write(theirs, b"x" * 20_000)
    os.close(theirs)
    while output.read():
        pass
    assert len("".join(output.last_lines())) == guard.KEPT_BYTES
    assert output.open_fds == []
