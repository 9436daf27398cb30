"""Whether three days of the line leave the picture as small, and as quick, as some hours do.

72 hours at the line's own 8 parts a second, two million parts and four events for each, go through
picture, frames and codec as fast as that goes; every hour a process is killed, Kafka is away,
retention cuts, topics and groups come and go, and the clock is set back or forward. Baseline: the
same process before it has seen anything, and after the hours in which all that is kept up to a
limit has reached it.
"""

from __future__ import annotations

import sys
from argparse import Namespace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.parts.children import child
from bench.parts.figures import Figure, Target, change, machine, mean, median, show
from bench.parts.script import options, run
from bench.parts.troubled import replay_days

HOURS = 72
FILLED_HOURS = 4
"""After which nothing is kept that was not full before: the ids of 100,000 events are the most."""
HOUR_SECONDS = 3_600
MOST_SECONDS_FOR_AN_HOUR = 300.0
FLAT_PERCENT = 2.0
MEGABYTE = 1_000_000


def main() -> None:
    parser = options(__doc__)
    parser.add_argument("--hours", type=int, help="that are replayed (72; minutes with --quick)")
    given = parser.parse_args()
    hours = given.hours or HOURS
    run(measure, given, at_most_seconds=hours * MOST_SECONDS_FOR_AN_HOUR)


def measure(given: Namespace) -> None:
    looked, seconds = (3, 60) if given.quick else (given.hours or HOURS, HOUR_SECONDS)
    with child("days", replay_days, looked, seconds) as player:
        looks = [player.hear(MOST_SECONDS_FOR_AN_HOUR) for _ in range(1 + looked)]
    memory = [held / MEGABYTE for held, *_ in looks]
    cpu = [1000 * spent / seconds for _, spent, *_ in looks[1:]]
    full = memory[FILLED_HOURS:]
    hours = looked * seconds / HOUR_SECONDS
    third = max(1, len(cpu) // 3)
    _, _, made, missing, lost = looks[-1]
    show(
        f"days.py: {hours:g} h of the line, with troubles, replayed through picture and frames",
        [
            Figure("memory in the end", memory[-1], "MB", None, memory[0], "before anything"),
            Figure(
                "memory at its most", max(memory), "MB", None, next(iter(full), None), "once full"
            ),
            Figure(
                "memory, last third beside first",
                change(full, median),
                "%",
                Target(at_most=FLAT_PERCENT),
            ),
            Figure(
                "CPU for each second played",
                mean(cpu[-third:]),
                "ms",
                None,
                mean(cpu[:third]),
                "in the first third",
            ),
            Figure(
                "handlings unaccounted for",
                abs(missing) + lost,
                "",
                Target(at_most=0),
                made,
                "parts made, for each of three services",
            ),
        ],
        [
            f"MB at each look: {', '.join(f'{one:.1f}' for one in memory)}",
            f"first and last third: of the hours after {FILLED_HOURS}, when all is full",
            machine(),
        ],
    )


if __name__ == "__main__":
    main()
