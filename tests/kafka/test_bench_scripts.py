"""Each script of bench/ runs, prints its figure beside its baseline, and leaves nothing behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import uuid
from pathlib import Path

import pytest

from tests.waiting import until

ROOT = Path(__file__).resolve().parents[2]
AT_MOST_SECONDS = 240

ON_A_GIVEN_KAFKA = {
    "latency.py": ("p50", "bare produce to poll"),
    "fanout.py": ("age of frames, p99", "group_send, in-memory layer"),
    "tap.py": ("CPU of a core", "would cost the bare loop"),
    "survey.py": ("groups x 10 partitions", "kafka-consumer-groups --describe --all-groups"),
}
ON_THEIR_OWN = {
    "start.py": ("the first dot", "format and start of Kafka alone"),
    "idle.py": ("CPU of a core", "Kafka alone at rest"),
}


def marked_environment() -> tuple[str, dict[str, str]]:
    """A mark that every process inherits which comes from this environment."""
    mark = f"BENCH_MARK={uuid.uuid4().hex}"
    return mark, os.environ | dict([mark.split("=")])


def still_there(mark: str) -> list[str]:
    """The command lines of the processes that carry the mark."""
    if not Path("/proc/self/environ").exists():
        listed = subprocess.run(
            ["/bin/ps", "-axEww", "-o", "command="], capture_output=True, text=True, check=True
        )
        return [line for line in listed.stdout.splitlines() if mark in line]
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if mark.encode() in (folder / "environ").read_bytes():
                found.append((folder / "cmdline").read_text().replace("\0", " "))
        except OSError:
            continue  # it has just ended, or is another user's
    return found


def printed(script: str, *words: str) -> str:
    """What the script prints; it must end well, and leave no process behind."""
    mark, environment = marked_environment()
    ran = subprocess.run(
        [sys.executable, f"bench/{script}", *words],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=AT_MOST_SECONDS,
        check=False,
    )
    until(lambda: not still_there(mark), f"{script} left no process behind")
    assert ran.returncode == 0, f"{script} ended with {ran.returncode}:\n{ran.stdout}\n{ran.stderr}"
    assert ran.stderr == ""
    return ran.stdout


def line_of(output: str, figure: str) -> str:
    """The first line of a table that is about this figure."""
    found = [line for line in output.splitlines() if figure in line]
    assert found, f"there is no figure {figure!r} in:\n{output}"
    return found[0]


@pytest.mark.parametrize("script", ON_A_GIVEN_KAFKA)
def test_it_prints_its_figure_beside_its_baseline(script: str, bootstrap: str) -> None:
    figure, baseline = ON_A_GIVEN_KAFKA[script]
    line = line_of(printed(script, "--quick", "--bootstrap", bootstrap), figure)
    assert baseline in line
    assert "not measured" not in line


@pytest.mark.parametrize("script", ON_THEIR_OWN)
def test_it_starts_a_demonstration_and_prints_its_figure_beside_its_baseline(script: str) -> None:
    figure, baseline = ON_THEIR_OWN[script]
    line = line_of(printed(script, "--quick"), figure)
    assert baseline in line
    assert "not measured" not in line


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
def test_one_that_is_ended_in_the_middle_leaves_no_process_behind(
    how: signal.Signals, bootstrap: str
) -> None:
    mark, environment = marked_environment()
    started = subprocess.Popen(
        [sys.executable, "bench/latency.py", "--bootstrap", bootstrap],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        until(
            lambda: [line for line in still_there(mark) if "manage.py watch" in line],
            "its dashboard runs",
            seconds=120,
        )
    finally:
        started.send_signal(how)
        assert started.wait(60) != 0
    until(lambda: not still_there(mark), "nothing is left of it", seconds=60)


@pytest.mark.parametrize("script", ON_A_GIVEN_KAFKA | ON_THEIR_OWN)
def test_it_says_what_it_measures_and_how_to_run_it_quickly(script: str) -> None:
    told = printed(script, "--help")
    assert "Baseline" in told
    assert "--quick" in told
