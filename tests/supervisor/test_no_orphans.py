"""kill -9 of the demonstration can run no code of ours: the kernel has to end its processes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from dashboard.supervisor.child import LIFELINE
from tests.supervisor.running import PROGRAMS, is_gone, write_scenario
from tests.waiting import until

ROOT = Path(__file__).parents[2]


@contextmanager
def demonstration(folder: Path) -> Iterator[subprocess.Popen[str]]:
    """A process with a supervisor and three services, all under way."""
    scenario = write_scenario(folder / "scenario", dict.fromkeys("abc", "steady.py"))
    process = subprocess.Popen(
        [sys.executable, PROGRAMS / "demonstration.py", scenario, folder / "logs"],
        env={**os.environ, "PYTHONPATH": str(ROOT), "HOLD_DIR": str(folder)},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        logs = [folder / "logs" / f"{service}-1.log" for service in "abc"]
        until(
            lambda: all(log.exists() and "ready" in log.read_text() for log in logs),
            "all three services are ready",
        )
        yield process
    finally:
        process.kill()
        process.communicate()


def pid_of(demo: subprocess.Popen[str], instance: str) -> int:
    """Out of the observations that the process prints."""
    assert demo.stdout is not None
    for line in demo.stdout:
        if f"instance='{instance}', phase='running'" in line:
            return int(line.split("pid=")[1].split(",")[0])
    raise AssertionError(f"{instance} was never seen running")


def test_kill_9_of_the_demonstration_leaves_no_process(tmp_path: Path) -> None:
    with demonstration(tmp_path) as demo:
        assert not is_gone(tmp_path / "a-1")
        demo.kill()
        held = [tmp_path / instance for instance in ("a-1", "b-1", "c-1")]
        until(lambda: all(is_gone(file) for file in held), "all three services have ended")


def test_kill_9_of_the_demonstration_leaves_no_frozen_process(tmp_path: Path) -> None:
    with demonstration(tmp_path) as demo:
        pid = pid_of(demo, "b-1")
        os.kill(pid, signal.SIGSTOP)
        demo.kill()
        until(lambda: is_gone(tmp_path / "b-1"), "the frozen process has ended")


def test_the_end_of_the_lifeline_ends_the_process_and_what_it_started(tmp_path: Path) -> None:
    reading, writing = os.pipe()
    program = tmp_path / "with_helper.py"
    helper = (PROGRAMS / "leaves_a_helper.py").read_text()
    program.write_text(helper.replace("os._exit(7)", "helper.wait()"))
    process = subprocess.Popen(
        [sys.executable, "-m", "dashboard.supervisor.child", program],
        env={**os.environ, LIFELINE: str(reading), "HOLD_DIR": str(tmp_path)},
        cwd=ROOT,
        stdout=subprocess.PIPE,
        pass_fds=(reading,),
        process_group=0,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == b"ready\n"
    os.close(reading)
    os.close(writing)
    process.communicate()
    assert process.returncode == -signal.SIGKILL
    until(lambda: is_gone(tmp_path / "helper"), "the helper has ended")


def test_a_child_without_lifeline_says_who_starts_it() -> None:
    environment = {name: value for name, value in os.environ.items() if name != LIFELINE}
    run = subprocess.run(
        [sys.executable, "-m", "dashboard.supervisor.child", PROGRAMS / "steady.py"],
        env=environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 1
    assert run.stderr == (
        "The demonstration starts this itself. To run a service alone: python program.py\n"
    )
