"""The parts line twice, over the log and by direct calls, in real processes; then one stands."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from typing import Any

import pytest

from dashboard.cluster.connection import Connection
from dashboard.cluster.offsets import starts_and_ends
from dashboard.cluster.topics import TopicSpec, delete, ensure
from dashboard.management.own_topics import OWN_TOPICS
from dashboard.picture.observations import Observation, ProcessSeen
from dashboard.supervisor.scenario import find, load
from dashboard.supervisor.supervisor import Supervisor
from tests.kafka.kit_world import World
from tests.waiting import until

LINE = load(find("assembly_line"))
PARTS = 10
SECONDS = 60


class Lines:
    """Both lines at work, on a broker that other tests use as well."""

    def __init__(self, bootstrap: str, supervisor: Supervisor, seen: list[Observation]) -> None:
        self.world = World(bootstrap)
        self.supervisor = supervisor
        self._seen = seen
        self._admin = Connection(bootstrap).admin("test")

    def calls(self) -> dict[str, Any]:
        """What came of the parts, as the scanner of the direct line counted it."""
        nothing = {"done": 0, "refused": 0, "timed_out": 0, "retried": 0}
        calls = self.world.status("scanner-direct").get("calls", {})
        return dict(calls.get("quality-direct", nothing))

    def until_calls(self, what: str, **more_than: int) -> dict[str, Any]:
        """Waits until each of these counters is over its bound."""
        return until(
            lambda: self.calls() if all(self.calls()[k] > v for k, v in more_than.items()) else {},
            f"{what}; {self.calls()}",
            SECONDS,
        )

    def labels(self) -> int:
        """Labels that the line over the log has printed."""
        _, ends = starts_and_ends(self._admin, [("labels.printed", 0)])
        return ends[("labels.printed", 0)] or 0

    def until_labels(self, more_than: int) -> None:
        until(lambda: self.labels() > more_than, "the line over the log moves", SECONDS)

    def wish_both(self, **want: Any) -> None:
        for service in ("quality", "quality-direct"):
            self.world.wish(service, **want)

    def process(self, service: str) -> ProcessSeen:
        told = [one for one in list(self._seen) if isinstance(one, ProcessSeen)]
        return [one for one in told if one.service == service][-1]


@pytest.fixture(scope="module")
def lines(bootstrap: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lines]:
    connection = Connection(bootstrap)
    specs = {name: TopicSpec(topic.partitions, topic.config) for name, topic in LINE.topics.items()}
    ensure(connection, specs | OWN_TOPICS)
    seen: list[Observation] = []
    supervisor = Supervisor(
        LINE,
        bootstrap_servers=bootstrap,
        observe=seen.append,
        log_dir=tmp_path_factory.mktemp("logs"),
    )
    supervisor.start()
    for service in LINE.twin:
        supervisor.start_service(service)
    made = Lines(bootstrap, supervisor, seen)
    try:
        made.until_calls("parts go through the direct line", done=PARTS)
        made.until_labels(PARTS)
        yield made
    finally:
        supervisor.stop()
        # The broker is there for other tests, and what people wished must not be.
        for service in ("quality", *LINE.twin):
            made.world.wish(service)
        made.world.close()
        delete(connection, specs)


def test_with_quality_paused_in_both_one_line_halts_and_the_other_moves(lines: Lines) -> None:
    assert lines.calls()["timed_out"] == lines.calls()["refused"] == 0
    lines.wish_both(mode="paused")
    lines.world.until_status("quality-direct", phase="paused")
    lines.world.until_status("quality", phase="paused")
    # What was in the air has landed once the first try has hung for its two seconds.
    standing = lines.until_calls("a call is tried again", retried=0)
    printed = lines.labels()
    failed = lines.until_calls("parts time out, others find no room", timed_out=0, refused=0)
    assert failed["done"] == standing["done"], "nothing comes to its end in the direct line"
    assert failed["reason"] == "no answer within 2 s"
    lines.until_labels(printed + PARTS)

    lines.wish_both()
    after = lines.until_calls("the direct line moves again", done=standing["done"] + PARTS)
    assert after["reason"] is None


def test_without_retries_a_part_fails_at_its_first_try(lines: Lines) -> None:
    lines.world.wish("scanner-direct", options={"retries": False})
    lines.world.until_status("scanner-direct", outcome="done")
    before = lines.calls()
    lines.world.wish("quality-direct", mode="paused")
    failed = lines.until_calls("parts time out", timed_out=before["timed_out"])
    assert failed["retried"] == before["retried"]
    lines.world.wish("quality-direct")
    lines.world.wish("scanner-direct")
    lines.until_calls("the direct line moves again", done=failed["done"] + PARTS)


def test_a_service_that_was_killed_is_found_again_where_it_was(lines: Lines) -> None:
    before = lines.calls()
    killed = lines.process("inventory-direct").pid
    assert killed is not None
    os.kill(killed, signal.SIGKILL)
    until(
        lambda: lines.process("inventory-direct").pid not in (None, killed),
        "inventory-direct is started again",
    )
    lines.until_calls("parts go through it again", done=before["done"] + PARTS)


def test_switched_off_it_is_gone_and_the_other_line_goes_on(lines: Lines) -> None:
    pids = [lines.process(service).pid for service in LINE.twin]
    for service in LINE.twin:
        lines.supervisor.stop_service(service)
    until(
        lambda: {lines.process(service).phase for service in LINE.twin} == {"stopped"},
        "every process of the direct line has ended",
    )
    assert {lines.process(service).reason for service in LINE.twin} == {None}, "in order"
    for pid in pids:
        assert pid is not None
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)
    lines.until_labels(lines.labels() + PARTS)
