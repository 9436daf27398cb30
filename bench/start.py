"""How long it takes from the command to the first dot that moves on the page, and to all of it.

`manage.py demo` is started on an empty log, and a watcher of its socket decides as the page does:
a dot leaves when the events counted on an edge grow. Baselines: the same Kafka started alone, and a
Python that does no more than import what the demonstration imports.

Then, between two classes, it is started over: from the press until all services run again and the
ledger counts. Once as it runs, once just after a service was killed, and once after Kafka and all
that read had been killed together: such members leave no group by themselves.

With --fresh-machine instead, once: `make demo` with a virtual environment and a cache that are both
empty, so that it installs the requirements and fetches Kafka over the network.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import time
from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.parts import brokers, dashboards
from bench.parts.figures import Figure, Target, amount, machine, median, show
from bench.parts.folder import own_folder
from bench.parts.script import CannotMeasure, options, run
from bench.parts.startingover import ANEW_STAGES, all_started_over
from bench.parts.viewers import Viewer, opened
from dashboard.frames import codec

SECONDS_CACHED = 5.0
SECONDS_FRESH = 60.0
SECONDS_ANEW = 10.0
START_SECONDS = 300.0
"""After which a start has failed, also one that fetches everything."""
IMPORTS = "import daphne.server, django, channels, pydantic, confluent_kafka.admin"

ADDRESS = "the address is printed"
PAGE = "the socket of the page is open"
KAFKA = "Kafka serves"
DOT = "the first dot"
RUNNING = "all its services run"
ALL = "a dot has moved on every edge"
STAGES = (ADDRESS, PAGE, KAFKA, DOT, RUNNING, ALL)


class Seen:
    """When each stage was reached, in seconds since the command; fed with every frame."""

    def __init__(self, began: float) -> None:
        self.at: dict[str, float] = {}
        self._began = began
        self._state: dict[str, Any] | None = None
        self._moved: set[str] = set()

    def reached(self, stage: str) -> None:
        self.at.setdefault(stage, time.monotonic() - self._began)

    def take(self, frame: dict[str, Any]) -> None:
        before, self._state = self._state, codec.apply(self._state, frame)
        state = self._state
        if (state["cluster"]["broker"] or {}).get("phase") == "running":
            self.reached(KAFKA)
        if before is not None and frame["t"] == "delta":
            self._moved |= departures(before, state, frame)
        if self._moved:
            self.reached(DOT)
        edges = state["edges"]
        services = [one for one in state["services"].values() if not one["on_request"]]
        if services and all(service["state"] == "running" for service in services):
            self.reached(RUNNING)
        if edges and edges.keys() <= self._moved:
            self.reached(ALL)

    @property
    def is_over(self) -> bool:
        return DOT in self.at and RUNNING in self.at and ALL in self.at


def departures(before: dict[str, Any], after: dict[str, Any], frame: dict[str, Any]) -> set[str]:
    """The edges on which a dot leaves with this frame, as static/dashboard/js/dots.js decides."""
    found = set()
    for key in frame.get("set", {}).get("edges", {}):
        was = (before["edges"].get(key) or {}).get("count")
        edge = after["edges"][key]
        if edge["count"] is None or was is None or edge["count"] <= was:
            continue
        told = [event for event in frame.get("events", ()) if event["topic"] == edge["topic"]]
        if edge["kind"] == "writes" and told and not any(event["live"] for event in told):
            continue
        found.add(key)
    return found


def main() -> None:
    parser = options(__doc__)
    parser.add_argument("--rounds", type=int, help="starts (5; 1 with --quick)")
    parser.add_argument(
        "--fresh-machine",
        action="store_true",
        help="once, with nothing installed or fetched: about 170 MB over the network",
    )
    run(measure, parser.parse_args(), at_most_seconds=900)


def measure(given: Namespace) -> None:
    if given.fresh_machine:
        fresh_machine()
        return
    rounds = given.rounds or (1 if given.quick else 5)
    alone, imports, starts = [], [], []
    for _ in range(rounds):
        alone.append(kafka_alone())
        imports.append(bare_python())
        starts.append(one_start(dashboards.command("demo", "--no-browser"), {}))
    baselines = {
        ADDRESS: (median(imports), "a Python that imports the same"),
        KAFKA: (median(alone), "format and start of Kafka alone"),
        DOT: (median(alone), "format and start of Kafka alone"),
    }
    dots = ", ".join(amount(start[DOT], "s") for start in starts)
    show(
        "start.py: from `manage.py demo` on an empty log, Kafka in the cache",
        [
            *(_figure(stage, starts, baselines, SECONDS_CACHED) for stage in STAGES),
            *(_anew(stage, starts) for stage in ANEW_STAGES),
        ],
        [
            f"median of {rounds}, of what is started over the longest; first dots: {dots}",
            machine(),
        ],
    )


def _figure(
    stage: str,
    starts: Sequence[dict[str, float]],
    baselines: dict[str, tuple[float | None, str]],
    most: float,
) -> Figure:
    baseline, what = baselines.get(stage, (None, ""))
    return Figure(
        stage,
        median([start[stage] for start in starts if stage in start]),
        "s",
        Target(at_most=most) if stage == DOT else None,
        baseline,
        what,
    )


def _anew(stage: str, starts: Sequence[dict[str, float]]) -> Figure:
    return Figure(
        stage,
        max(start[stage] for start in starts),
        "s",
        Target(at_most=SECONDS_ANEW),
        median([start[RUNNING] for start in starts]),
        "a start of the demonstration, until all its services run",
    )


def fresh_machine() -> None:
    with own_folder() as new:
        installing = time.monotonic()
        words = ["make", "demo", f"VENV={new / 'venv'}", "ARGS=--no-browser"]
        environment = {"FLOWVIZ_CACHE_DIR": str(new / "cache"), "PIP_NO_CACHE_DIR": "1"}
        start = one_start(words, environment)
        took = time.monotonic() - installing
    again = one_start(dashboards.command("demo", "--no-browser"), {})
    show(
        "start.py: from `make demo` with nothing installed or fetched",
        [
            Figure(
                stage,
                start.get(stage),
                "s",
                Target(at_most=SECONDS_FRESH) if stage == DOT else None,
                again.get(stage),
                "manage.py demo with everything there",
            )
            for stage in STAGES
        ],
        [f"once, {amount(took, 's')} in all; the network and its mirrors count", machine()],
    )


# ---- one start


def one_start(words: Sequence[str], environment: dict[str, str]) -> dict[str, float]:
    """Start it, watch until everything has moved, start it over, and end it again."""
    with own_folder() as folder:
        data = {"FLOWVIZ_DATA_DIR": str(folder)}
        with dashboards.dashboard(words, environment | data) as demo:
            url = demo.url(START_SECONDS)
            seen = Seen(demo.began)
            seen.reached(ADDRESS)
            asyncio.run(_watched(url, seen))
            return seen.at | all_started_over(demo, url)


async def _watched(url: str, seen: Seen) -> None:
    over = asyncio.Event()

    def on_frame(_viewer: Viewer, frame: bytes) -> None:
        seen.take(json.loads(frame))
        if seen.is_over:
            over.set()

    (viewer,) = await opened(url, 1, on_frame)
    seen.reached(PAGE)
    try:
        await asyncio.wait_for(over.wait(), START_SECONDS)
    except TimeoutError:
        missing = ", ".join(stage for stage in STAGES if stage not in seen.at)
        raise CannotMeasure(f"After {START_SECONDS:g} s this was missing: {missing}.") from None
    finally:
        viewer.close()


# ---- baselines


def kafka_alone() -> float:
    with own_folder() as folder:
        kafka = brokers.own_broker(folder)
        began = time.monotonic()
        try:
            kafka.start()
            return time.monotonic() - began
        finally:
            kafka.stop()


def bare_python() -> float:
    began = time.monotonic()
    subprocess.run([sys.executable, "-c", IMPORTS], check=True, cwd=dashboards.ROOT)
    return time.monotonic() - began


if __name__ == "__main__":
    main()
