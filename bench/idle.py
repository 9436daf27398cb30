"""What the whole demonstration takes when nothing is asked of it, and whether that stays so.

Measured at rest (every service paused, nobody watching), and before that with the line running at
its own 8 parts a second. Baseline: Kafka alone at rest. Then an hour of the line is replayed
through picture and frames, as fast as that goes, to see whether anything grows.
"""

from __future__ import annotations

import sys
import threading
import time
from argparse import Namespace
from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.parts import brokers, dashboards, usage
from bench.parts.children import child
from bench.parts.figures import Figure, Target, amount, change, machine, mean, median, show
from bench.parts.folder import own_folder
from bench.parts.replaying import replay
from bench.parts.script import CannotMeasure, options, run

START_SECONDS = 120.0
SETTLE_SECONDS = 10.0
SAMPLE_SECONDS = 1.0
MEGABYTE = 1_000_000
KAFKA = "Kafka"
CPU_PERCENT = 10.0
MEMORY_MB = 600.0
FLAT_PERCENT = 2.0
"""By how much the last third may differ from the first and still be called flat."""
LOOKS = 12
"""At an hour that is replayed."""
FILL_SECONDS = 7_500
"""Played before that hour, until everything that is kept up to a limit has reached it. The last to
do so is the table of the ids by which repeats are known: Python makes it anew and larger with the
174,763rd, after 7,282 s, and not again in that hour."""
FILLED_SECONDS = 300.0
"""By when that must have been played."""


@dataclass(frozen=True, slots=True)
class Sampled:
    """What processes took, looked at once a second."""

    cpu: tuple[float, ...]
    """Percent of a core, in each interval."""
    memory: tuple[float, ...]
    """MB, at its end."""
    by_name: dict[str, tuple[float, tuple[float, ...]]]
    """Name of a process -> percent of a core over the whole time, and MB of its own after each
    interval: what it shares with others grows when one of those ends."""

    def own(self, wanted: Callable[[str], bool] = lambda _name: True) -> list[float]:
        """MB of their own that some of the processes have together, after each interval."""
        some = [held for name, (_, held) in self.by_name.items() if wanted(name)]
        return [sum(at_once) for at_once in zip(*some, strict=True)]


def main() -> None:
    parser = options(__doc__)
    parser.add_argument("--seconds", type=float, help="at rest (180; 2 with --quick)")
    parser.add_argument("--running", type=float, help="with the line running (30; 1 with --quick)")
    parser.add_argument("--replayed", type=int, help="seconds replayed (3,600; 24 with --quick)")
    run(measure, parser.parse_args(), at_most_seconds=1_200)


def measure(given: Namespace) -> None:
    quick: bool = given.quick
    seconds = given.seconds or (2.0 if quick else 180.0)
    running_seconds = given.running or (1.0 if quick else 30.0)
    settle = 0.5 if quick else SETTLE_SECONDS
    alone = kafka_alone(settle, running_seconds)
    running, resting = demo(settle, running_seconds, seconds)
    report_demo(alone, running, resting, seconds)
    report_replay(12 if quick else FILL_SECONDS, given.replayed or (24 if quick else 3_600))


# ---- the demonstration


def kafka_alone(settle: float, seconds: float) -> Sampled:
    with own_folder() as folder:
        kafka = brokers.own_broker(folder)
        try:
            kafka.start()
            pids = [pid for pid in (kafka.pid, kafka.guard_pid) if pid is not None]
            return sample(pids, settle, seconds)
        finally:
            kafka.stop()


def demo(settle: float, running_seconds: float, seconds: float) -> tuple[Sampled, Sampled]:
    with (
        own_folder() as folder,
        dashboards.dashboard(
            dashboards.command("demo", "--no-browser"), {"FLOWVIZ_DATA_DIR": str(folder)}
        ) as started,
    ):
        url = started.url(START_SECONDS)
        services = _until_all(started, url, "running")
        running = sample(usage.tree(started.pid), settle, running_seconds)
        for service in services:
            started.act(url, service["name"], "pause")
        _until_all(started, url, "paused")
        resting = sample(usage.tree(started.pid), settle, seconds)
    return running, resting


def _until_all(started: dashboards.Dashboard, url: str, state: str) -> list[dict[str, Any]]:
    """The services, but for those that start only when somebody asks for them."""
    pause, until = threading.Event(), time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        found = started.flow(url)["services"]
        services = [one for one in found if not one["on_request"]]
        if services and all(service["state"] == state for service in services):
            return services
        pause.wait(0.2)
    raise CannotMeasure(f"After {START_SECONDS:g} s not every service was {state}.")


def sample(pids: Sequence[int], settle: float, seconds: float) -> Sampled:
    """These processes, once a second for so long, after so long a wait."""
    pause = threading.Event()
    pause.wait(settle)
    first = before = usage.of_all(pids)
    began = last_at = time.monotonic()
    cpu: list[float] = []
    memory: list[float] = []
    own: dict[int, list[float]] = {pid: [] for pid in first}
    while (left := began + seconds - time.monotonic()) > 0:
        pause.wait(min(SAMPLE_SECONDS, left))
        now, at = usage.of_all(pids), time.monotonic()
        cpu.append(100 * _spent(before, now) / (at - last_at))
        memory.append(sum(one.memory_bytes for one in now.values()) / MEGABYTE)
        for pid, held in own.items():
            held.append(now[pid].own_bytes / MEGABYTE if pid in now else 0.0)
        before, last_at = now, at
    by_name: dict[str, tuple[float, tuple[float, ...]]] = {}
    for pid, one in sorted(before.items()):
        spent = one.cpu_seconds - first[pid].cpu_seconds
        by_name[_name(pid, by_name)] = (100 * spent / (last_at - began), tuple(own[pid]))
    return Sampled(tuple(cpu), tuple(memory), by_name)


def _spent(before: dict[int, usage.Usage], now: dict[int, usage.Usage]) -> float:
    return sum(
        one.cpu_seconds - before[pid].cpu_seconds for pid, one in now.items() if pid in before
    )


def _name(pid: int, taken: Container[str]) -> str:
    name = _program(pid)
    return f"{name} {pid}" if name in taken else name


def _program(pid: int) -> str:
    words = usage.command(pid).split()
    if not words:
        return "ended"
    if words[-1].endswith("server.properties") and "java" in words[0]:
        return KAFKA
    if "guard.py" in " ".join(words):
        return "guard"
    if "dashboard.tap.surveyor_process" in words:
        return "survey"
    return "dashboard" if "manage.py" in words else Path(words[-1]).stem


def report_demo(alone: Sampled, running: Sampled, resting: Sampled, seconds: float) -> None:
    what = "Kafka alone at rest"
    cpu, memory = mean(resting.cpu), max(resting.memory)
    shares = "; ".join(
        f"{name} {amount(spent, '%')} {held[0]:.1f} to {held[-1]:.1f} MB"
        for name, (spent, held) in resting.by_name.items()
    )
    show(
        f"idle.py: the whole demonstration, at rest for {seconds:g} s",
        [
            Figure("CPU of a core", cpu, "%", Target(at_most=CPU_PERCENT), mean(alone.cpu), what),
            Figure("memory", memory, "MB", Target(at_most=MEMORY_MB), max(alone.memory), what),
            Figure(
                "memory, last third beside first",
                change(resting.own(), median),
                "%",
                Target(at_most=FLAT_PERCENT),
                change(alone.own(), median),
                what,
            ),
            Figure(
                "the same without Kafka's Java",
                change(resting.own(lambda name: name != KAFKA), median),
                "%",
                Target(at_most=FLAT_PERCENT),
            ),
            Figure("CPU, last third less first", drift(resting.cpu), "% of a core"),
            Figure("CPU with the line running", mean(running.cpu), "%", None, cpu, "at rest"),
            Figure(
                "memory with the line running", max(running.memory), "MB", None, memory, "at rest"
            ),
        ],
        [
            f"by process, memory of its own: {shares}",
            "memory: shared pages are split among the processes that share them",
            "last third beside first: of what each process has for itself alone",
            machine(),
        ],
    )


# ---- the hour


def report_replay(before: int, seconds: int) -> None:
    with child("replay", replay, before, seconds, LOOKS) as player:
        looks = [player.hear(FILLED_SECONDS) for _ in range(1 + LOOKS)]
    memory = [held / MEGABYTE for held, _ in looks]
    cpu = [1000 * spent * LOOKS / seconds for _, spent in looks[1:]]
    show(
        f"idle.py: {seconds:,} s of the line replayed through picture and frames",
        [
            Figure(
                "memory in the end", memory[-1], "MB", None, memory[0], f"after {before:,} s before"
            ),
            Figure(
                "memory, last third beside first",
                change(memory[1:], median),
                "%",
                Target(at_most=FLAT_PERCENT),
            ),
            Figure(
                "CPU for each second played",
                mean(cpu[-LOOKS // 3 :]),
                "ms",
                None,
                mean(cpu[: LOOKS // 3]),
                "in the first third",
            ),
        ],
        [
            f"MB at each look: {', '.join(f'{one:.1f}' for one in memory)}",
            "the seconds before fill all that is kept: the ids of 100,000 events, to know repeats",
            machine(),
        ],
    )


def drift(values: Sequence[float]) -> float | None:
    third = max(1, len(values) // 3)
    first, last = mean(values[:third]), mean(values[-third:])
    return None if first is None or last is None else last - first


if __name__ == "__main__":
    main()
