"""How long it takes to learn the offsets of many consumer groups, all of them.

Groups with commits on every partition are made, and their offsets are asked for as the surveyor
asks: commits first, log ends after. Baseline: Kafka's own `kafka-consumer-groups --describe
--all-groups` on the same groups; it is a program of its own, so the figure of merit beside its
whole run is that of one survey, and what Java needs to start is measured as well. Both have to give
the same commits, ends and lags, of every group and partition.
"""

from __future__ import annotations

import sys
import time
import uuid
from argparse import Namespace
from collections.abc import Iterable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from confluent_kafka.admin import AdminClient

from bench.parts import brokers
from bench.parts.agreeing import agree, of_a_survey, of_the_tool
from bench.parts.figures import Figure, Target, amount, machine, median, show
from bench.parts.groups import fill, forget, make
from bench.parts.kafka_tools import CONSUMER_GROUPS, KafkaTools
from bench.parts.script import CannotMeasure, options, run
from dashboard.cluster.connection import Connection
from dashboard.cluster.groups import describe
from dashboard.cluster.offsets import Committed, committed, starts_and_ends
from dashboard.picture.observations import Partition

PARTITIONS = 10
WIDE_TOPICS = 200
"""Topics that one group reads, one partition each."""
SECONDS_FOR_300 = 0.2
SECONDS_FOR_1000 = 0.6


def main() -> None:
    parser = options(__doc__)
    parser.add_argument("--bootstrap", help="a Kafka to measure on instead of one of our own")
    parser.add_argument("--rounds", type=int, help="of each survey (15; 2 with --quick)")
    run(measure, parser.parse_args(), at_most_seconds=900)


def measure(given: Namespace) -> None:
    few, many, wide = (6, 12, 8) if given.quick else (300, 1_000, WIDE_TOPICS)
    rounds = given.rounds or (2 if given.quick else 15)
    tools = KafkaTools()
    with (
        brokers.broker(given.bootstrap) as bootstrap,
        brokers.topics(bootstrap, 1, PARTITIONS) as (topic,),
        brokers.topics(bootstrap, wide, 1) as wide_topics,
    ):
        admin = Connection(bootstrap).admin("bench")
        partitions = [(topic, number) for number in range(PARTITIONS)]
        run_name = uuid.uuid4().hex[:8]
        names = [f"bench.{run_name}.{number:04}" for number in range(many)]
        wide_name = f"bench.{run_name}.wide"
        fill(bootstrap, partitions)
        try:
            figures: list[Figure] = []
            notes: list[str] = []
            make(admin, names[:few], partitions)
            figures += [survey(admin, tools, bootstrap, names[:few], partitions, rounds, notes)]
            make(admin, names[few:], partitions)
            figures += [survey(admin, tools, bootstrap, names, partitions, rounds, notes)]
            wide_partitions = [(one, 0) for one in wide_topics]
            make(admin, [wide_name], wide_partitions)
            figures += [one_wide(admin, wide_name, wide_partitions, rounds)]
            figures += [described(admin, names, rounds)]
        finally:
            forget(admin, [*names, wide_name])
    show("survey.py: the offsets of all groups", figures, [*notes, machine()])


# ---- measured


def survey(
    admin: AdminClient,
    tools: KafkaTools,
    bootstrap: str,
    names: list[str],
    partitions: list[Partition],
    rounds: int,
    notes: list[str],
) -> Figure:
    times, split = [], []
    for _ in range(rounds):
        began = time.monotonic()
        found = committed(admin, names)
        commits_took = time.monotonic() - began
        starts, ends = starts_and_ends(admin, partitions)
        times.append(time.monotonic() - began)
        split.append(commits_took)
        check(found.values(), ends.values(), len(partitions))
    tool = tools.run(
        CONSUMER_GROUPS, ["--bootstrap-server", bootstrap, "--describe", "--all-groups"]
    )
    same = agree(of_a_survey(found, starts, ends), of_the_tool(tool.lines))
    idle = tools.run(CONSUMER_GROUPS, ["--version"])
    notes.append(
        f"{len(names)} groups: slowest of {rounds} surveys {amount(max(times), 's')}; commits "
        f"alone {amount(median(split), 's')}; the tool gave the same commit, end and lag for all "
        f"{same:,} partitions of groups; it printed {len(tool.lines):,} lines, and "
        f"takes {amount(idle.seconds, 's')} only to start and say its version"
    )
    targets = {300: SECONDS_FOR_300, 1_000: SECONDS_FOR_1000}
    most = targets.get(len(names))
    return Figure(
        f"{len(names)} groups x {len(partitions)} partitions",
        median(times),
        "s",
        Target(at_most=most) if most else None,
        tool.seconds,
        "kafka-consumer-groups --describe --all-groups",
    )


def one_wide(admin: AdminClient, name: str, partitions: list[Partition], rounds: int) -> Figure:
    """Its share: as much of the time for 300 groups as it has of their partitions."""
    times, ends_times = [], []
    for _ in range(rounds):
        began = time.monotonic()
        found = committed(admin, [name])
        times.append(time.monotonic() - began)
        ends = starts_and_ends(admin, partitions)[1]
        ends_times.append(time.monotonic() - began - times[-1])
        check(found.values(), ends.values(), len(partitions))
    share = SECONDS_FOR_300 * len(partitions) / (300 * PARTITIONS)
    return Figure(
        f"commits of one group over {len(partitions)} topics",
        median(times),
        "s",
        Target(at_most=share) if len(partitions) == WIDE_TOPICS else None,
        median(ends_times),
        "the ends of as many logs, which every survey asks for",
    )


def described(admin: AdminClient, names: list[str], rounds: int) -> Figure:
    """Not part of each survey: members and states change less often, and cost more."""
    times = []
    for _ in range(max(2, rounds // 5)):
        began = time.monotonic()
        describe(admin, names)
        times.append(time.monotonic() - began)
    return Figure(f"members of {len(names)} groups, now and then", median(times), "s")


def check(found: Iterable[Committed], ends: Iterable[int | None], partitions: int) -> None:
    for commits in found:
        if isinstance(commits, str):
            raise CannotMeasure(f"A group gave no answer: {commits}.")
        if len(commits.known) != partitions:
            raise CannotMeasure("A group has fewer commits than were made.")
    if any(end is None for end in ends):
        raise CannotMeasure("The end of a log is not known.")


if __name__ == "__main__":
    main()
