"""All scripts in one run, within a bound of time."""

from __future__ import annotations

import sys
import time
from pathlib import Path

from bench.all import SCRIPTS, run_one, table

ROOT = Path(__file__).resolve().parents[2]
SAYS = "import os, pathlib; pathlib.Path(os.environ['BENCH_ROWS']).open('a').write('| a row |\\n')"


def test_every_script_is_among_them() -> None:
    there = {file.stem for file in (ROOT / "bench").glob("*.py")} - {"__init__", "all"}
    assert {script.name for script in SCRIPTS} == there


def test_rows_are_gathered_and_stand_under_a_head(tmp_path: Path) -> None:
    rows, until = tmp_path / "rows", time.monotonic() + 60
    for _ in range(2):
        assert run_one([sys.executable, "-c", SAYS], rows, until) is None
    assert table(rows.read_text()).endswith("|---|---|---|---|---|\n| a row |\n| a row |")


def test_one_that_fails_is_told_and_one_that_takes_too_long_is_ended(tmp_path: Path) -> None:
    fails, waits = "raise SystemExit(3)", "import threading; threading.Event().wait()"
    later = time.monotonic() + 60
    assert run_one([sys.executable, "-c", fails], tmp_path, later) == "ended with 3"
    soon = time.monotonic() + 0.2
    assert "was ended" in (run_one([sys.executable, "-c", waits], tmp_path, soon) or "")
    assert "left out" in (run_one([sys.executable, "-c", waits], tmp_path, soon) or "")
