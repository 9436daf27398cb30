"""Each script of bench/ runs, prints its figure beside its baseline, and leaves nothing behind."""

from __future__ import annotations

import signal
import subprocess
import sys

import pytest

from tests.kafka.bench_runs import ROOT, line_of, marked_environment, printed, still_there
from tests.waiting import PATIENCE_SECONDS, until

ON_A_GIVEN_KAFKA = {
    "latency.py": ("p50", "bare produce to poll"),
    "fanout.py": ("age of frames, p99", "group_send, in-memory layer"),
    "tap.py": ("CPU of a core", "would cost the bare loop"),
    "survey.py": ("groups x 10 partitions", "kafka-consumer-groups --describe --all-groups"),
}


@pytest.mark.parametrize("script", ON_A_GIVEN_KAFKA)
def test_it_prints_its_figure_beside_its_baseline(script: str, bootstrap: str) -> None:
    figure, baseline = ON_A_GIVEN_KAFKA[script]
    line = line_of(printed(script, "--quick", "--bootstrap", bootstrap), figure)
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
        )
    finally:
        started.send_signal(how)
        assert started.wait(PATIENCE_SECONDS) != 0
    until(lambda: not still_there(mark), "nothing is left of it")


@pytest.mark.parametrize("script", ON_A_GIVEN_KAFKA)
def test_it_says_what_it_measures_and_how_to_run_it_quickly(script: str) -> None:
    told = printed(script, "--help")
    assert "Baseline" in told
    assert "--quick" in told
