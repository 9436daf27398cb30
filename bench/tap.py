"""What following events costs, and what a flood costs that is sampled instead.

Followed: the tap's reader takes every event of a flood, alone in its process; the figure is events
for each second of CPU. Baseline: a bare consume loop that reads the same headers, in turns with it.

Sampled: reader, surveyor and picture look at all that one producer can write, with the budget they
have by default; rates are compared with the broker's own offsets. Baseline: what following that
flood would cost the bare loop.
"""

from __future__ import annotations

import sys
import threading
import time
from argparse import Namespace
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from confluent_kafka import Producer

from bench.parts import brokers, producing
from bench.parts.children import Child, child
from bench.parts.figures import Figure, Target, amount, machine, median, show
from bench.parts.following import follow_bare, follow_reader, watch_all
from bench.parts.script import CannotMeasure, options, run

PARTITIONS = 4
START_SECONDS = 60.0
FLOOD_SECONDS = 180.0
"""How long the events of one round may take."""
SETTLE_SECONDS = 8.0
"""Until the flood is found to be one, and is sampled."""
RATE_SECONDS = 10.0
"""The picture's rates are means over so long."""
OFFSETS_EVERY_SECONDS = 0.25


def main() -> None:
    parser = options(__doc__)
    parser.add_argument("--bootstrap", help="a Kafka to measure on instead of one of our own")
    parser.add_argument("--events", type=int, help="a round (300,000; 5,000 with --quick)")
    parser.add_argument("--rounds", type=int, help="of each kind (3; 1 with --quick)")
    parser.add_argument("--seconds", type=float, help="of the flood (30; 3 with --quick)")
    run(measure, parser.parse_args(), at_most_seconds=900)


def measure(given: Namespace) -> None:
    events = given.events or (5_000 if given.quick else 300_000)
    rounds = given.rounds or (1 if given.quick else 3)
    seconds = given.seconds or (3.0 if given.quick else 30.0)
    with brokers.broker(given.bootstrap) as bootstrap:
        reader, bare = [], []
        for _ in range(rounds):
            bare.append(per_cpu_second(follow_bare, bootstrap, events))
            reader.append(per_cpu_second(follow_reader, bootstrap, events))
        report_followed(reader, bare, events)
        seen = flooded(bootstrap, seconds, 2.0 if given.quick else SETTLE_SECONDS)
        report_sampled(seen, median(bare) or 1.0, seconds)


# ---- followed


def per_cpu_second(work: Callable[..., None], bootstrap: str, events: int) -> float:
    """Events that `work` takes in a second of CPU, while a producer writes as fast as it can."""
    with (
        brokers.topics(bootstrap, 1, PARTITIONS, brokers.SHORT_LOG) as (topic,),
        child(work.__name__, work, bootstrap, topic, events) as follower,
    ):
        _wake(bootstrap, topic, follower)
        with child("flood", producing.flood, bootstrap, topic, 0.0, events):
            seen, cpu_seconds = follower.hear(FLOOD_SECONDS)
    return float(seen / max(cpu_seconds, 1e-6))


def _wake(bootstrap: str, topic: str, follower: Child) -> None:
    """One event after the other, until the follower says that it saw one."""
    producer = Producer({"bootstrap.servers": bootstrap, "log_level": 0})
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        producer.produce(topic, producing.VALUE, headers=producing.headers(0))
        producer.flush(1)
        if follower.says_within(0.5):
            follower.hear(0)
            return
    raise CannotMeasure(f"The process {follower.name} saw no event.")


def report_followed(reader: list[float], bare: list[float], events: int) -> None:
    ratio = (median(reader) or 0.0) / (median(bare) or 1.0)
    show(
        "tap.py: every event followed, by the reader alone",
        [
            Figure(
                "events per second of CPU",
                median(reader),
                "",
                None,
                median(bare),
                "bare consume loop with the same headers",
            ),
            Figure("share of the bare loop", ratio, "", Target(at_least=0.7), 1.0, "the bare loop"),
        ],
        [
            f"{events:,} events of 200 bytes with 6 headers, {PARTITIONS} partitions",
            f"reader, each round: {', '.join(amount(one, '/s') for one in reader)}",
            f"bare loop, each round: {', '.join(amount(one, '/s') for one in bare)}",
            machine(),
        ],
    )


# ---- sampled


@dataclass(frozen=True, slots=True)
class Flooded:
    """What was seen of a flood, in the picture and in Kafka."""

    rate: float
    """Events a second by the broker's offsets."""
    cpu: float
    """Percent of a core, of the whole process."""
    threads: dict[str, float]
    shown: dict[str, Any]
    """The topic as the picture had it in the end of the flood."""
    lately: float | None
    """Events a second by the broker's offsets in those ten seconds of which the picture tells."""
    end_shown: int | None
    """The log end in the picture, after the flood."""
    end: int
    """The log end in Kafka, after the flood."""


def flooded(bootstrap: str, seconds: float, settle: float) -> Flooded:
    pause = threading.Event()
    with (
        brokers.topics(bootstrap, 1, PARTITIONS, brokers.SHORT_LOG) as (topic,),
        child("watch", watch_all, bootstrap, topic) as watch,
        child("flood", producing.flood, bootstrap, topic, 0.0, 0) as flood,
    ):
        _until_known(watch)
        pause.wait(settle)
        cpu_before, threads_before = watch.answer("cpu", START_SECONDS)
        log = brokers.LogEnds(bootstrap, topic)
        offsets = [_offset(log)]
        while (took := offsets[-1][0] - offsets[0][0]) < seconds:
            pause.wait(OFFSETS_EVERY_SECONDS)
            offsets.append(_offset(log))
        cpu_after, threads_after = watch.answer("cpu", START_SECONDS)
        shown = watch.answer("topic", START_SECONDS)
        surveys = watch.answer("surveys", START_SECONDS)
        flood.ask_to_end()
        written, _ = flood.hear(START_SECONDS)
        return Flooded(
            rate=(offsets[-1][1] - offsets[0][1]) / took,
            cpu=100 * (cpu_after - cpu_before) / took,
            threads={
                name: 100 * (spent - threads_before.get(name, 0.0)) / took
                for name, spent in threads_after.items()
            },
            shown=shown,
            end_shown=_settled(watch, written),
            lately=lately(offsets, surveys[-1][0] / 1000),
            end=log.total(),
        )


def report_sampled(seen: Flooded, bare: float, seconds: float) -> None:
    threads = ", ".join(
        f"{name} {amount(share, '%')}" for name, share in sorted(seen.threads.items())
    )
    offsets = "the broker's offsets"
    cost = f"what following {seen.rate:,.0f} events/s would cost the bare loop"
    show(
        "tap.py: a flood that is sampled, by reader, surveyor and picture together",
        [
            Figure(
                "CPU of a core", seen.cpu, "%", Target(at_most=10.0), 100 * seen.rate / bare, cost
            ),
            Figure("rate shown", seen.shown["rate"], "/s", None, seen.lately, offsets),
            Figure("log end shown at rest", seen.end_shown, "events", None, seen.end, offsets),
        ],
        [
            f"{seconds:g} s at {seen.rate:,.0f} events/s; sampled: "
            f"{'yes' if seen.shown['sampled'] else 'no'}",
            f"by thread: {threads}",
            f"rates are means of the {RATE_SECONDS:g} s before the picture's newest survey",
            machine(),
        ],
    )


def _until_known(watch: Child) -> None:
    until = time.monotonic() + START_SECONDS
    pause = threading.Event()
    while time.monotonic() < until:
        topic = watch.answer("topic", START_SECONDS)
        if topic is not None and topic["end"]:
            return
        pause.wait(0.2)
    raise CannotMeasure("The flood was never surveyed.")


def _settled(watch: Child, written: int) -> int | None:
    """The log end in the picture once it has come to rest; as it is, when it never does."""
    until = time.monotonic() + START_SECONDS
    pause = threading.Event()
    end: int | None = None
    while time.monotonic() < until:
        end = watch.answer("topic", START_SECONDS)["end"]
        if end == written:
            break
        pause.wait(0.2)
    return end


def _offset(log: brokers.LogEnds) -> tuple[float, int]:
    """Unix seconds, and the sum of the log ends as Kafka tells them then."""
    total = log.total()
    return time.time(), total


def lately(offsets: list[tuple[float, int]], until: float) -> float | None:
    """The mean rate in the last RATE_SECONDS before `until` (Unix seconds), between two looks."""
    window = [one for one in offsets if until - RATE_SECONDS <= one[0] <= until]
    if len(window) < 2:
        return None
    return (window[-1][1] - window[0][1]) / (window[-1][0] - window[0][0])


if __name__ == "__main__":
    main()
