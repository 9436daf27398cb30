"""Whether anything is lost when everything fails, again and again, while parts flow.

`manage.py demo` runs the parts line, and random faults hit its services and its Kafka, several at
once. In the end all is put right, and every part is looked for in three places: in the ledger; in
what each process wrote down by itself when it had handled a part; and in what lies in the topics.

Baseline: the same line for a while before the first fault. Ends with 1 when anything is lost.
"""

from __future__ import annotations

import heapq
import itertools
import sys
import threading
import time
from argparse import Namespace
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.parts import dashboards, recording
from bench.parts.dashboards import Refused
from bench.parts.faultplan import Fault, plan
from bench.parts.figures import Figure, Target, machine, show
from bench.parts.folder import own_folder
from bench.parts.harm import AWAY, Harm
from bench.parts.partsline import (
    LINE,
    READERS,
    SCANNED,
    SOURCE,
    START_SECONDS,
    PartsLine,
    done,
    unaccounted,
)
from bench.parts.reading import ids_and_causes
from bench.parts.script import CannotMeasure, options, run

PER_SECOND = 20.0
APART = (1.5, 5.0)
"""Seconds between two faults, at least and at most."""
CALM_SECONDS = 120.0
"""After the last fault: all must run again and have caught up within so long."""
RAGE_SECONDS = 420.0
"""After which no fault begins any more."""
AT_MOST_SECONDS = 600.0


def main() -> None:
    parser = options(__doc__)
    parser.add_argument("--faults", type=int, help="how many (100; 6 with --quick)")
    parser.add_argument("--seed", type=int, default=1, help="another seed, other faults (1)")
    run(measure, parser.parse_args(), at_most_seconds=AT_MOST_SECONDS)


def measure(given: Namespace) -> None:
    many = given.faults or (6 if given.quick else 100)
    before = 2.0 if given.quick else 20.0
    faults = plan(given.seed, tuple(READERS), (SOURCE,), (0.5, 1.5) if given.quick else APART)
    with (
        own_folder() as folder,
        dashboards.dashboard(
            dashboards.command("demo", "--no-browser", "--port", "0"),
            {
                "FLOWVIZ_DATA_DIR": str(folder),
                "PYTHONPATH": str(recording.HOOK),
                recording.FOLDER: str(folder),
            },
        ) as demo,
    ):
        line = PartsLine(demo)
        line.until(line.all_run, START_SECONDS, "all services run")
        line.act(SOURCE, "rate", per_second=PER_SECOND)
        pace = Pace(line)
        threading.Event().wait(before)
        before_it = pace.parts_per_second()
        harm = Harm(demo, line.url, given.seed)
        print(f"\n{many} faults, seed {given.seed}; seconds since the first part", flush=True)
        done_to_it = rage(harm, faults, many, time.monotonic() + RAGE_SECONDS)
        took = calm(line, harm)
        found = count(line, folder)
        report(done_to_it, found, pace.parts_per_second(), before_it, took)
    if found.lost:
        sys.exit(f"LOST: {found.lost} parts; run it again with --seed {given.seed}.")
    if short := too_few(len(done_to_it.faults), many):
        sys.exit(short)


def too_few(did: int, many: int) -> str | None:
    """What is said where the time was over before so many faults had been done."""
    if did >= many:
        return None
    return f"Only {did} of {many} faults could be done in {RAGE_SECONDS:g} s, on this machine."


class Pace:
    """How many parts a second were handled by all since the last look."""

    def __init__(self, line: PartsLine) -> None:
        self._line = line
        self._last = time.monotonic(), line.handled()

    def parts_per_second(self) -> float:
        (before, handled_before), now = self._last, time.monotonic()
        self._last = now, self._line.handled()
        return (self._last[1] - handled_before) / (now - before)


def calm(line: PartsLine, harm: Harm) -> float:
    """Put all right, and wait until nothing is left to do; in how many seconds that was so."""
    began = time.monotonic()
    line.until(lambda: done(lambda: harm.put_right(LINE)), CALM_SECONDS, "all is put right")
    line.until(line.all_run, CALM_SECONDS, "all services run again")
    line.come_to_rest(CALM_SECONDS)
    return time.monotonic() - began


# ---- the faults


@dataclass
class Done:
    """What came of the faults that were planned."""

    faults: list[Fault] = field(default_factory=list)
    refused: list[tuple[Fault, str]] = field(default_factory=list)
    """Planned, and impossible just then: a process that was down already, as a rule."""


def rage(harm: Harm, faults: Iterator[Fault], many: int, until: float) -> Done:
    """Let so many faults happen, and end each in its time; no new one after `until`."""
    did, pause, began = Done(), threading.Event(), time.monotonic()
    numbers = itertools.count()
    ends: list[tuple[float, int, Fault]] = []

    def end_those_due(by: float) -> None:
        while ends and ends[0][0] <= by:
            at, _, fault = heapq.heappop(ends)
            pause.wait(max(0.0, at - time.monotonic()))
            try:
                harm.end(fault)
            except Refused as refused:
                if refused.status == AWAY:
                    heapq.heappush(ends, (time.monotonic() + 1.0, next(numbers), fault))

    for fault in faults:
        if len(did.faults) >= many or time.monotonic() > until:
            break
        end_those_due(began + fault.at)
        pause.wait(max(0.0, began + fault.at - time.monotonic()))
        try:
            harm.begin(fault)
        except Refused as refused:
            did.refused.append((fault, str(refused)))
            continue
        did.faults.append(fault)
        at = time.monotonic() - began
        print(f"  {len(did.faults):4} {at:7.1f} s  {fault.victim:10} {fault.words()}", flush=True)
        if fault.seconds:
            heapq.heappush(ends, (time.monotonic() + fault.seconds, next(numbers), fault))
    end_those_due(min(until, max((at for at, _, _ in ends), default=0.0)))
    return did


# ---- what came of the parts


@dataclass(frozen=True, slots=True)
class Found:
    acknowledged: int
    """Parts of which the source was told that Kafka has them."""
    on_the_log: int
    gone: int
    """Of those, not on the log."""
    unhandled: dict[str, int]
    """Service -> parts on the log that no process of it wrote down."""
    unwritten: dict[str, int]
    """Service -> parts on the log of which its own topic has no event."""
    repeats: dict[str, int]
    """Service -> how often one was handled again, as happens after a crash."""
    strangers: dict[str, int]
    """Service -> events it wrote for a part under another id than the first one for that part."""
    ledger: dict[str, Any]

    @property
    def lost(self) -> int:
        """Raises CannotMeasure where the ledger does not know."""
        by_ledger = [abs(self._unaccounted(name)) for name in READERS]
        counted = (*by_ledger, *self.unhandled.values(), *self.unwritten.values())
        return int(self.ledger["lost"]) + self.gone + sum(counted)

    def _unaccounted(self, name: str) -> int:
        left = unaccounted(self.ledger["services"][name])
        if left is None:
            raise CannotMeasure(f"The ledger does not know what became of all parts of {name}.")
        return left


def count(line: PartsLine, folder: Path) -> Found:
    flow = line.flow()
    bootstrap = flow["cluster"]["bootstrap"]
    acknowledged = set(recording.acknowledged(folder, SOURCE, SCANNED))
    log = {id for id, _ in ids_and_causes(bootstrap, SCANNED)}
    handled = {name: recording.handled(folder, name, SCANNED) for name in READERS}
    written = {name: set(ids_and_causes(bootstrap, topic)) for name, topic in READERS.items()}
    caused = {name: {cause for _, cause in events} for name, events in written.items()}
    if not acknowledged or not log:
        raise CannotMeasure("No part was scanned.")
    return Found(
        acknowledged=len(acknowledged),
        on_the_log=len(log),
        gone=len(acknowledged - log),
        unhandled={name: len(log - ids.keys()) for name, ids in handled.items()},
        unwritten={name: len(log - causes) for name, causes in caused.items()},
        repeats={name: ids.total() - len(ids) for name, ids in handled.items()},
        strangers={name: len(written[name]) - len(caused[name]) for name in READERS},
        ledger=flow["ledger"],
    )


def report(done: Done, found: Found, during: float, before: float, calm_seconds: float) -> None:
    nothing = Target(at_most=0)
    figures = [
        Figure("lost, by the ledger", found.ledger["lost"], "parts", nothing),
        Figure("acknowledged, and not on the log", found.gone, "parts", nothing),
    ]
    for name in READERS:
        figures += [
            Figure(f"{name}: on the log, not handled", found.unhandled[name], "parts", nothing),
            Figure(f"{name}: on the log, nothing written", found.unwritten[name], "parts", nothing),
        ]
    figures += [
        Figure(
            "a second event for a part, under another id",
            sum(found.strangers.values()),
            "events",
            nothing,
        ),
        Figure("handled by all", during, "parts/s", None, before, "before the faults"),
        Figure("after the last fault, until all is right", calm_seconds, "s"),
    ]
    kinds = Counter(f"{fault.victim} {fault.kind}" for fault in done.faults)
    again = ", ".join(f"{name} {many}" for name, many in found.repeats.items())
    show(
        f"faults.py: {len(done.faults)} faults while parts flow",
        figures,
        [
            "; ".join(f"{kind} {many}" for kind, many in sorted(kinds.items())),
            f"{len(done.refused)} more could not be done when their time came",
            f"{found.acknowledged:,} parts acknowledged to the source, {found.on_the_log:,} on the "
            f"log; handled again after a crash: {again}",
            f"verdict: {'LOST' if found.lost else 'nothing is lost'}",
            machine(),
        ],
    )


if __name__ == "__main__":
    main()
