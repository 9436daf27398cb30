"""The services of the parts line, each in a process of its own, as a user would start them."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import wait
from pathlib import Path

import pytest
from confluent_kafka.admin import NewTopic

from examples.assembly_line.parts import key_of, next_part
from examples.assembly_line.station import TRAY
from flowviz.kit.wish import Rewind
from tests.kafka.kit_world import World
from tests.waiting import PATIENCE_SECONDS, until

LINE = Path(__file__).resolve().parents[2] / "examples" / "assembly_line"
TOPICS = {"parts.scanned": 3, "parts.graded": 1, "stock.changed": 3, "labels.printed": 1}
STOCK = "stock.changed"
STARTED: list[subprocess.Popen[bytes]] = []
READERS = ("quality", "inventory", "shipping")


@pytest.fixture
def world(bootstrap: str) -> Iterator[World]:
    """With the line's own topics, new. Its groups are left as they are: these are their names."""
    world = World(bootstrap)

    make(world, *TOPICS)
    yield world
    for process in STARTED:
        process.kill()  # those that a test which failed has left
    STARTED.clear()
    wait(world.admin.delete_topics(list(TOPICS)).values(), 30)
    world.close()


def make(world: World, *names: str) -> None:
    """Makes these topics of the line, as soon as the brokers let go of those before them."""

    def made() -> bool:
        topics = [NewTopic(name, TOPICS[name], 1) for name in names]
        futures = world.admin.create_topics(topics).values()
        return all(future.exception(30) is None for future in wait(futures, 30).done)

    until(made, f"{names} are made")


def scan(world: World, serials: range) -> None:
    """Writes scans of parts, as fast as it goes."""
    for serial in serials:
        part = next_part(serial)
        world.producer.produce("parts.scanned", json.dumps(part), key_of(part))
    assert world.producer.flush(60) == 0


def start(world: World, name: str, number: int = 1) -> subprocess.Popen[bytes]:
    there = {"KAFKA_BOOTSTRAP_SERVERS": world.bootstrap, "PYTHONPATH": str(LINE.parents[1])}
    there |= {"FLOWVIZ_INSTANCE": f"{name}-{number}"}
    command = [sys.executable, str(LINE / f"{name}.py")]
    STARTED.append(subprocess.Popen(command, env=os.environ | there))
    return STARTED[-1]


def stop(*processes: subprocess.Popen[bytes]) -> None:
    for process in processes:
        process.terminate()
    assert [process.wait(PATIENCE_SECONDS) for process in processes] == [0] * len(processes)


def stock(world: World) -> Counter[str]:
    """What inventory has counted, by the newest event of each partition."""
    newest = {value["partition"]: Counter(value["stock"]) for value, _ in world.read(STOCK)}
    return sum(newest.values(), Counter())


def scanned(world: World) -> list[int]:
    return sorted(value["serial"] for value, _ in world.read("parts.scanned"))


def test_the_line_runs_goes_on_after_restarts_and_counts_every_part_once(world: World) -> None:
    scanner = start(world, "scanner")
    readers = {name: start(world, name) for name in READERS}
    until(lambda: len(scanned(world)) >= 10, "parts are scanned")
    stop(scanner)
    scanner = start(world, "scanner")
    readers["inventory"].send_signal(signal.SIGKILL)
    readers["inventory"].wait()
    readers["inventory"] = start(world, "inventory")
    before = len(scanned(world))
    until(lambda: len(scanned(world)) >= before + 10, "more parts are scanned")
    stop(scanner)

    serials = scanned(world)
    assert serials == list(range(1, len(serials) + 1)), "the serials go on after a restart"
    for name in READERS:
        world.until_total(name, "parts.scanned", done=len(serials), lost=0, dead=0)
    stop(*readers.values())

    parts = [value for value, _ in world.read("parts.scanned")]
    assert stock(world) == Counter(part["part"] for part in parts)
    graded = {value["serial"]: value["grade"] for value, _ in world.read("parts.graded")}
    assert sorted(graded) == serials
    assert set(graded.values()) <= {"ok", "rejected"}
    labels = [value["label"] for value, _ in world.read("labels.printed")]
    assert len(set(labels)) == len(serials)
    facts = world.status("inventory")["facts"]
    assert facts.items() >= stock(world).items(), "the counts are shown"
    assert (facts["parts at a time"], facts["counted twice"], facts["dedupe"]) == (1, 0, True)


def test_after_a_flood_the_line_works_by_the_tray_and_catches_up(world: World) -> None:
    scan(world, range(1, 5_001))
    readers = [start(world, name) for name in READERS]
    for name in READERS:
        world.until_total(name, "parts.scanned", done=5_000, lost=0, dead=0, skipped=0)
    stop(*readers)
    for name, fact in (("quality", "parts"), ("inventory", "parts"), ("shipping", "labels")):
        told = [s["facts"].get(f"{fact} at a time") for s in world.statuses if s["service"] == name]
        assert TRAY in told
        assert told[-1] == 1, "what fills no tray is dealt with one by one"


def test_the_counts_of_inventory_go_on_with_a_topic_that_was_made_anew(world: World) -> None:
    for serials in (range(1, 13), range(13, 19)):
        scan(world, serials)
        inventory = start(world, "inventory")
        world.until_total("inventory", "parts.scanned", done=len(serials), lost=0)
        stop(inventory)
        assert stock(world).total() == serials[-1]
        world.admin.delete_topics(["parts.scanned"])["parts.scanned"].result(30)
        make(world, "parts.scanned")


def test_who_is_plugged_in_late_knows_what_was_counted_all_along_by_however_many(
    world: World,
) -> None:
    scan(world, range(1, 41))
    first = start(world, "inventory")
    world.until_total("inventory", "parts.scanned", done=40)
    second = start(world, "inventory", number=2)
    world.until_status("inventory", "inventory-2", phase="running", assigned=True)
    scan(world, range(41, 81))
    first.send_signal(signal.SIGKILL)
    first.wait()
    world.until_total("inventory", "parts.scanned", done=80, lost=0)
    parts = [value["part"] for value, _ in world.read("parts.scanned")]
    assert stock(world) == Counter(parts), "no part is counted twice, and none is missing"

    analytics = start(world, "analytics")

    def says(what: str) -> bool:
        facts = world.status("analytics").get("facts", {})
        return bool(facts.get("compared with inventory") == what)

    until(lambda: says("equal, at 80 parts"), "it has counted what inventory has")
    facts = world.status("analytics")["facts"]
    assert facts.items() >= Counter(parts).items()
    assert facts["counted from"] == "the very beginning"

    def has_read_again(times: int, group: str = "inventory") -> bool:
        entries = [entry for _, entry in world.ledger(group, "parts.scanned").values()]
        return all(e.number == 1 + times for e in entries) and sum(e.done for e in entries) == 80

    world.wish("inventory", rewind=Rewind("with", "earliest"))
    until(lambda: has_read_again(1), "all is read again")
    assert stock(world).total() == 80, "read again, and counted once"
    world.wish("inventory", rewind=Rewind("without", "earliest"), options={"dedupe": False})
    until(lambda: has_read_again(2), "all is read once more")
    assert stock(world).total() == 160, "counted twice"
    until(
        lambda: says("not equal: inventory counts 80 more, at 80 parts"),
        "who counts from the log knows better",
    )
    told = world.until_status("inventory", "inventory-2", phase="running")["facts"]
    assert (told["counted twice"], told["dedupe"]) == (80, False)
    stop(second, analytics)

    analytics = start(world, "analytics")
    until(
        lambda: has_read_again(1, "analytics"),
        "what was in its memory only is counted again, from the beginning",
    )
    until(
        lambda: (
            (told := world.status("analytics"))["pid"] == analytics.pid
            and told["facts"].get("parts") == 80
        ),
        "and it knows as much as before",
    )
    stop(analytics)
