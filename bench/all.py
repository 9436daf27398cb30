"""All scripts one after the other, in a quarter of an hour, and their figures as rows of a table.

What has a target is printed again in the end, in Markdown, for docs/performance.md: beside its
baseline, which each script has measured in the same run. Other work on the machine is in them all.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from argparse import Namespace
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.parts.figures import ROWS, machine
from bench.parts.folder import own_folder
from bench.parts.script import options, run

ROOT = Path(__file__).resolve().parents[1]
AT_MOST_SECONDS = 900.0
END_SECONDS = 30.0
"""A script that is asked to end needs so long at most: it takes down what it has started."""


@dataclass(frozen=True, slots=True)
class Script:
    name: str
    words: tuple[str, ...] = ()
    """Shorter windows than it has by itself, where they are long: all have to fit."""


SCRIPTS = (
    Script("start"),
    Script("latency", ("--seconds", "30")),
    Script("tap", ("--seconds", "20")),
    Script("survey"),
    Script("fanout", ("--seconds", "10")),
    Script("flood"),
    Script("idle"),
    Script("days", ("--hours", "6")),
    Script("faults", ("--faults", "20")),
)


def main() -> None:
    parser = options(__doc__)
    names = [script.name for script in SCRIPTS]
    parser.add_argument("--only", nargs="+", choices=names, default=names, help="some of them")
    run(measure, parser.parse_args(), at_most_seconds=AT_MOST_SECONDS + 2 * END_SECONDS)


def measure(given: Namespace) -> None:
    until = time.monotonic() + AT_MOST_SECONDS
    failed: list[str] = []
    with own_folder() as folder:
        rows = folder / "rows"
        rows.touch()
        for script in SCRIPTS:
            if script.name not in given.only:
                continue
            words = ("--quick",) if given.quick else script.words
            command = [sys.executable, str(ROOT / "bench" / f"{script.name}.py"), *words]
            if ended := run_one(command, rows, until):
                failed.append(f"{script.name}.py {ended}")
        print(f"\n{table(rows.read_text())}")
    if failed:
        sys.exit(f"Not all could be measured: {'; '.join(failed)}.")


def run_one(command: Sequence[str], rows: Path, until: float) -> str | None:
    """Run it until then at most; None where it ended well, else what became of it."""
    left = until - time.monotonic()
    if left <= 0:
        return "was left out, for the time is over"
    print(f"\n== {' '.join(Path(word).name for word in command[1:])}", flush=True)
    process = subprocess.Popen(command, cwd=ROOT, env=os.environ | {ROWS: str(rows)})
    try:
        code = process.wait(left)
    except subprocess.TimeoutExpired:
        return "was ended, for the time was over"
    finally:
        _end(process)
    return None if code == 0 else f"ended with {code}"


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is not None:
        return
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(END_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def table(rows: str) -> str:
    """The rows under a head, with where and when they were measured."""
    return "\n".join(
        [
            f"Measured {date.today().isoformat()} on {machine()}.",
            "",
            "| script | figure | target | measured | baseline |",
            "|---|---|---|---|---|",
            rows.strip(),
        ]
    )


if __name__ == "__main__":
    main()
