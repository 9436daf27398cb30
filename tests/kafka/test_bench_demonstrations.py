"""The scripts of bench/ that start a demonstration: each prints its figure beside its baseline."""

from __future__ import annotations

import pytest

from tests.kafka.bench_runs import line_of, printed

ON_THEIR_OWN = {
    "start.py": ("the first dot", "format and start of Kafka alone"),
    "idle.py": ("CPU of a core", "Kafka alone at rest"),
    "flood.py": ("from frame to frame of the page, in the flood, p99", "parts/s"),
}
# The source stopped, Kafka killed, two services killed, one scaled, one frozen: all within 8 s.
SIX_FAULTS = ("--quick", "--faults", "6", "--seed", "534")


@pytest.mark.parametrize("script", ON_THEIR_OWN)
def test_it_starts_a_demonstration_and_prints_its_figure_beside_its_baseline(script: str) -> None:
    figure, baseline = ON_THEIR_OWN[script]
    line = line_of(printed(script, "--quick"), figure)
    assert baseline in line
    assert "not measured" not in line


def test_after_six_faults_while_parts_flow_nothing_is_lost() -> None:
    told = printed("faults.py", *SIX_FAULTS)
    assert "nothing is lost" in line_of(told, "verdict")
    assert "missed" not in told
    assert "Kafka      kill -9" in told


@pytest.mark.parametrize("script", [*ON_THEIR_OWN, "faults.py"])
def test_it_says_what_it_measures_and_how_to_run_it_quickly(script: str) -> None:
    told = printed(script, "--help")
    assert "Baseline" in told
    assert "--quick" in told
