"""The parts line twice, over the log and by direct calls, in real processes; then one stands."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from dashboard.cluster.connection import Connection
from dashboard.cluster.making_topics import TopicSpec, delete, ensure
from dashboard.control.actions import Control
from dashboard.control.refusal import Refusal
from dashboard.control.twin import Twin
from dashboard.control.whole import Whole
from dashboard.control.wishes import Wishes
from dashboard.live.hub import Hub
from dashboard.management.own_topics import OWN_TOPICS
from dashboard.picture.picture import Picture
from dashboard.pipeline import Pipeline
from dashboard.supervisor.scenario import find, load
from dashboard.supervisor.supervisor import Supervisor
from dashboard.tap.topic_filter import TopicFilter
from tests.conftest import now_ms
from tests.waiting import until

LINE = load(find("assembly_line"))
PARTS = 10
FEW_PER_SECOND = 2
"""So many parts go through on the slowest machine, and none is given up."""
EDGE = "c:s:scanner-direct>s:quality-direct"


class Lines:
    """Both lines at work, and what people see of them and do with them."""

    def __init__(self, pipeline: Pipeline, control: Control) -> None:
        self._pipeline = pipeline
        self.control = control

    def act(self, service: str, action: str, **args: object) -> None:
        self.control.perform(service, action, args, by="test")

    def service(self, name: str) -> dict[str, Any]:
        nothing: dict[str, Any] = {"state": None, "want": None, "instances": []}
        return self._pipeline.view().services.get(f"s:{name}", nothing)

    def until_state(self, state: str, *services: str) -> None:
        until(
            lambda: all(self.service(name)["state"] == state for name in services),
            f"{services} are {state}",
        )

    def until_retries(self, wanted: bool | None, *services: str) -> None:
        def heard(name: str) -> bool:
            want = self.service(name)["want"] or {"options": {}}
            return want["options"].get("retries") is wanted

        until(lambda: all(map(heard, services)), f"retries are {wanted} for {services}")

    def line(self, name: str) -> dict[str, Any]:
        return self.lines().get(name, {"finished": None, "halted": None})

    def lines(self) -> Mapping[str, dict[str, Any]]:
        return self._pipeline.view().lines

    def finished(self, line: str) -> int:
        return self.line(line)["finished"] or 0

    def until_finished(self, line: str, more_than: int) -> None:
        until(
            lambda: self.finished(line) > more_than,
            f"more than {more_than} parts are finished, {line}",
        )

    def edge(self) -> dict[str, Any]:
        nothing = dict.fromkeys(("failed", "refused", "timed_out", "retried"), 0)
        return self._pipeline.view().edges.get(EDGE, nothing)

    def until_edge(self, what: str, **more_than: int) -> dict[str, Any]:
        """Waits until each of these counters of the scanner's calls is over its bound."""
        return until(
            lambda: self.edge() if all(self.edge()[k] > v for k, v in more_than.items()) else {},
            what,
        )

    def commands(self) -> Mapping[str, dict[str, Any]]:
        return self._pipeline.view().commands

    def reports(self) -> list[dict[str, Any]]:
        return list(self._pipeline.view().reports.values())

    def calm_down(self) -> None:
        """A report of the direct line ends when no part has been given up for 2 s: on a machine on
        which all that comes along is too much, that is when less does."""
        self.act("scanner", "rate", per_second=FEW_PER_SECOND)

    def until_report(self, service: str, kind: str, **more: object) -> dict[str, Any]:
        """Waits until the newest report of that kind about a service says so; and gives it."""

        def newest() -> dict[str, Any]:
            found = [
                one for one in self.reports() if (one["service"], one["kind"]) == (service, kind)
            ]
            return max(found, key=lambda one: one["began_at"], default={})

        return until(
            lambda: newest() if all(newest().get(k) == v for k, v in more.items()) else {},
            f"{service} {kind} is told, {more}",
        )

    def pids(self) -> list[int]:
        """Of the line of direct calls."""
        found = [one["pid"] for name in LINE.twin for one in self.service(name)["instances"]]
        return [pid for pid in found if pid is not None]


@pytest.fixture(scope="module")
def lines(bootstrap: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lines]:
    connection = Connection(bootstrap)
    specs = {name: TopicSpec(topic.partitions, topic.config) for name, topic in LINE.topics.items()}
    ensure(connection, specs | OWN_TOPICS)
    pipeline = Pipeline(Hub(), Picture(started_at=now_ms(), can_act=True, owns_processes=True))
    pipeline.start()
    pipeline.look_at(connection, TopicFilter((), ()))
    logs = tmp_path_factory.mktemp("logs")
    supervisor = Supervisor(
        LINE, bootstrap_servers=bootstrap, observe=pipeline.observe, log_dir=logs
    )
    wishes = Wishes(connection)
    control = Control(acts=True, observe=pipeline.observe, view=pipeline.view)
    supervisor.start()
    twin = Twin(supervisor, wishes, pipeline.view)
    control.reach(wishes, supervisor, Whole(twin=twin))
    made = Lines(pipeline, control)
    try:
        made.until_state("running", *LINE.start_at_once)
        yield made
    finally:
        # The broker is there for other tests, and what people wished must not be.
        control.right_all(by="test")
        supervisor.stop()
        pipeline.stop()
        wishes.close()
        delete(connection, specs)


@pytest.fixture
def on(lines: Lines) -> Iterator[Lines]:
    """With the line of direct calls switched on, and parts that go through it."""
    if not lines.pids():
        lines.control.on_whole("twin-start", by="test")
    lines.until_finished("log", 0)
    lines.until_finished("direct", lines.finished("direct") + PARTS)
    yield lines
    lines.control.right_all(by="test")


def test_with_quality_paused_one_line_halts_and_the_other_moves(on: Lines) -> None:
    assert (on.edge()["failed"], on.edge()["failing"]) == (0, False)
    assert on.line("direct")["seconds_each"] > 0.065, "the three machines' time"
    on.act("quality", "pause")
    on.until_state("paused", "quality", "quality-direct")
    until(lambda: on.line("direct")["halted"], "the direct line halts")
    standing, printed = on.finished("direct"), on.finished("log")
    failed = on.until_edge("parts time out, for others is no room", timed_out=0, refused=0)
    assert (failed["failing"], failed["reason"]) == (True, "no answer within 2 s")
    on.until_finished("log", printed + PARTS)
    assert on.finished("direct") == standing, "nothing comes to its end by direct calls"
    assert on.line("direct")["timed_out"] > 0
    assert (on.line("log")["halted"], on.line("log")["refused"]) == (False, 0)

    on.act("quality-direct", "resume")
    on.until_state("running", "quality", "quality-direct")
    on.until_finished("direct", standing + PARTS)
    on.calm_down()
    until(
        lambda: (on.line("direct")["halted"], on.edge()["failing"]) == (False, False),
        "the direct line is well again",
    )
    log = on.until_report("quality", "pause", state="recovered")
    direct = on.until_report("quality-direct", "pause", state="recovered")
    assert log["lost"] == 0
    gone = direct["refused"] + direct["timed_out"]
    assert failed["failed"] <= gone <= on.edge()["failed"], "each part is counted once"
    assert (direct["services"], direct["at_least"]) == (["quality-direct"], False)


def test_without_retries_a_part_fails_at_its_first_try(on: Lines) -> None:
    on.act("scanner-direct", "options", retries=False)
    on.until_retries(False, "scanner-direct", "quality-direct", "inventory-direct")
    before = on.edge()
    on.act("quality", "pause")
    failed = on.until_edge("parts time out", timed_out=before["timed_out"])
    assert failed["retried"] == before["retried"]
    on.control.right_all(by="test")
    on.until_retries(None, "scanner-direct", "quality-direct", "inventory-direct")
    on.until_finished("direct", on.finished("direct") + PARTS)


def test_a_service_that_was_killed_is_found_again_where_it_was(on: Lines) -> None:
    (killed,) = on.service("inventory-direct")["instances"]
    os.kill(killed["pid"], signal.SIGKILL)
    until(
        lambda: on.service("inventory-direct")["instances"][0]["pid"] not in (None, killed["pid"]),
        "inventory-direct is started again",
    )
    on.until_finished("direct", on.finished("direct") + PARTS)
    on.calm_down()
    told = on.until_report("inventory-direct", "outage", state="recovered")
    assert told["at_least"] is False, "the scanner that counts was there all along"


def test_what_is_stopped_in_one_line_is_stopped_in_the_other_and_put_right_in_both(
    on: Lines,
) -> None:
    on.act("shipping", "stop")
    on.until_state("stopped", "shipping", "shipping-direct")
    assert set(on.lines()) == {"log", "direct"}, "the line is on while any of it runs"
    said = on.control.right_all(by="test")
    assert "Started shipping, shipping-direct." in said
    on.until_state("running", "shipping", "shipping-direct")
    on.until_finished("direct", on.finished("direct") + PARTS)


def test_switched_off_it_is_gone_and_switched_on_it_is_as_the_other_line(on: Lines) -> None:
    pids = on.pids()
    on.act("scanner-direct", "options", retries=False)
    on.until_retries(False, "scanner-direct")
    on.control.on_whole("twin-stop", by="test")
    on.until_state("stopped", *LINE.twin)
    for pid in pids:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)
    assert on.lines() == {}, "there is nothing to compare"
    known = set(on.commands())
    on.control.right_all(by="test")
    on.until_retries(None, "scanner-direct")
    on.act("quality", "pause")
    on.until_state("paused", "quality")
    asked = {one["service"] for id, one in on.commands().items() if id not in known}
    assert "quality" in asked
    assert not asked & set(LINE.twin), "nobody waits for an answer of what is off"
    assert on.service("quality-direct")["want"]["mode"] == "running", "it is not in the line"
    on.control.say_on_whole("twin-start", by="test")
    on.until_state("paused", "quality-direct")
    on.act("quality", "resume")
    on.until_finished("direct", PARTS)
    with pytest.raises(Refusal):
        on.act("shipping-direct", "rewind", to="earliest")
    on.act("quality", "pause")
    on.until_state("paused", "quality-direct")
    on.until_report("quality-direct", "pause", state="down")
    on.control.on_whole("twin-stop", by="test")
    on.until_report("quality-direct", "pause", state="recovered", switched_off=True)
    on.until_state("stopped", *LINE.twin)
    assert [one for one in on.reports() if one["direct"] and one["state"] != "recovered"] == []
