"""Each script of bench/ runs, prints its figure beside its baseline, and leaves nothing behind."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from bench.parts.folder import PREFIX
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
def test_one_that_is_ended_in_the_middle_leaves_no_process_and_no_folder_behind(
    how: signal.Signals, bootstrap: str, tmp_path: Path
) -> None:
    mark, environment = marked_environment()
    environment["TMPDIR"] = str(tmp_path)
    started = subprocess.Popen(
        [sys.executable, "bench/latency.py", "--bootstrap", bootstrap],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        until(
            lambda: [line for line in still_there(mark) if "surveyor_process" in line],
            "its dashboard is at work",
        )
        assert list(tmp_path.glob(f"{PREFIX}*"))
    finally:
        started.send_signal(how)
        assert started.wait(PATIENCE_SECONDS) != 0
    until(lambda: not still_there(mark), "nothing is left of it")
    assert not list(tmp_path.glob(f"{PREFIX}*"))


@pytest.mark.parametrize("script", ON_A_GIVEN_KAFKA)
def test_it_says_what_it_measures_and_how_to_run_it_quickly(script: str) -> None:
    told = printed(script, "--help")
    assert "Baseline" in told
    assert "--quick" in told
