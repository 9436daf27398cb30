"""The line over the log and the line of direct calls, compared while both run."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from dashboard.picture import observations as seen
from dashboard.picture import passage
from dashboard.picture.course import course_of
from dashboard.picture.passage import Passage
from dashboard.picture.picture import Picture
from tests.picture.sights import (
    SECOND,
    START,
    entry,
    event,
    group,
    picture_of,
    process,
    status,
    survey,
    topics,
)


def log_service(*, reads: tuple[str, ...] = (), writes: str) -> seen.DeclaredService:
    group = writes if reads else None
    return seen.DeclaredService(reads, (writes,), group, (f"{writes}-1",))


def double(twin_of: str, *calls: str) -> seen.DeclaredService:
    return seen.DeclaredService(
        (), (), None, (f"{twin_of}-d-1",), on_request=True, twin_of=twin_of, calls=calls
    )


SERVICES = {
    "scan": log_service(writes="scans"),
    "grade": log_service(reads=("scans",), writes="grades"),
    "ship": log_service(reads=("scans",), writes="labels"),
    "scan-d": double("scan", "grade-d"),
    "grade-d": double("grade", "ship-d"),
    "ship-d": double("ship"),
}
NOTHING_YET = {
    "finished": None,
    "refused": None,
    "timed_out": None,
    "per_second": None,
    "seconds_each": None,
    "since_at": None,
    "halted": None,
}


class Twice:
    """Both lines, moved by hand, second by second."""

    def __init__(self) -> None:
        self.picture: Picture = picture_of(
            topics(scans=1, labels=1),
            seen.DeclarationSeen(START, "Line", None, "parts", ("scans", "labels"), SERVICES),
            seen.ClusterSeen(START, reachable=True, bootstrap="b"),
            owns_processes=True,
        )
        self.now = START
        self.labels = 100
        self.dead = 7
        self.done = self.timed_out = 0
        self.pid = 100
        self.survey()

    def switch(self, phase: seen.ProcessPhase) -> None:
        for name in ("scan-d", "grade-d", "ship-d"):
            self.picture.observe(process(self.now, phase, name, pid=self.pid))

    def survey(self) -> None:
        ledger = {("scans", 0): entry(self.labels, dead=self.dead)}
        facts = group("labels", {("scans", 0): self.labels + self.dead}, ledger=ledger)
        ends = {("labels", 0): self.labels, ("scans", 0): 500}
        self.picture.observe(survey(self.now, facts, ends=ends))

    def second(self, *, printed: int = 8, done: int = 8, timed_out: int = 0) -> None:
        self.now += SECOND
        self.labels += printed
        self.done += done
        self.timed_out += timed_out
        counts = seen.CallsSeen(self.done, 2, self.timed_out, 0, 0.07 if done else None, None)
        self.picture.observe(status(self.now, "scan-d", pid=self.pid, calls={"grade-d": counts}))
        self.survey()
        self.picture.tick(self.now)

    def seconds(self, count: int, **how: int) -> None:
        for _ in range(count):
            self.second(**how)

    def log(self) -> dict[str, Any]:
        return self.picture.shown().lines["log"]

    def direct(self) -> dict[str, Any]:
        return self.picture.shown().lines["direct"]


def running() -> Twice:
    twice = Twice()
    twice.switch("running")
    twice.second()
    return twice


def test_where_the_lines_begin_and_end_says_the_scenario() -> None:
    course = course_of(SERVICES)
    assert course is not None
    assert list(course.sources) + list(course.last) == ["scan-d", "ship"]
    assert list(course.begins) + list(course.ends) == ["scans", "labels"]
    assert course_of({"scan": SERVICES["scan"]}) is None


def test_there_is_nothing_to_compare_before_it_is_switched_on_and_after() -> None:
    twice = Twice()
    assert twice.picture.shown().lines == {}
    twice.switch("running")
    assert twice.log() == {"title": "Over the log"} | NOTHING_YET
    assert twice.direct() == {"title": "By direct calls"} | NOTHING_YET
    twice.seconds(3)
    assert twice.direct()["finished"] == 16
    twice.switch("stopped")
    assert twice.picture.shown().lines == {}


def test_both_are_counted_from_the_first_finished_part_of_the_direct_line_on() -> None:
    twice = Twice()
    twice.switch("running")
    twice.second(printed=8, done=0)
    assert twice.log()["finished"] is None
    twice.second(printed=8, done=0)
    log, direct = twice.log(), twice.direct()
    assert (log["finished"], log["timed_out"]) == (None, None)
    assert (log["per_second"], log["halted"]) == (8.0, False), "it moves while the other one starts"
    assert (direct["per_second"], direct["halted"]) == (None, None)
    twice.second()
    assert (twice.log()["finished"], twice.direct()["finished"]) == (0, 0)
    assert twice.log()["since_at"] == twice.direct()["since_at"] == twice.now
    twice.seconds(5)
    assert (twice.log()["finished"], twice.direct()["finished"]) == (40, 40)
    assert (twice.log()["per_second"], twice.direct()["per_second"]) == (8.0, 8.0)
    assert (twice.log()["halted"], twice.direct()["halted"]) == (False, False)
    assert twice.direct()["seconds_each"] == 0.07


def test_what_the_log_finished_before_the_first_survey_of_both_does_not_count() -> None:
    twice = Twice()
    twice.switch("running")
    twice.second(done=0)
    twice.labels += 40
    counts = seen.CallsSeen(1, 0, 0, 0, 0.07, None)
    twice.picture.observe(status(twice.now, "scan-d", pid=twice.pid, calls={"grade-d": counts}))
    assert (twice.log()["finished"], twice.direct()["finished"]) == (None, 0), "not known yet"
    twice.done = 1
    twice.second()
    assert (twice.log()["finished"], twice.direct()["finished"]) == (0, 8)
    twice.second()
    assert (twice.log()["finished"], twice.direct()["finished"]) == (8, 16)


def test_a_line_halts_while_the_other_moves_and_moves_again() -> None:
    twice = running()
    twice.seconds(5)
    twice.seconds(4, done=0, timed_out=2)
    log, direct = twice.log(), twice.direct()
    assert (log["finished"], log["per_second"], log["halted"]) == (72, 8.0, False)
    assert (direct["finished"], direct["per_second"], direct["halted"]) == (40, 0.0, True)
    assert (log["refused"], log["timed_out"]) == (0, 0)
    assert (direct["refused"], direct["timed_out"]) == (0, 8), "two were refused before"
    assert direct["seconds_each"] is None
    twice.second()
    assert (twice.direct()["finished"], twice.direct()["halted"]) == (48, False)


def test_a_line_that_is_seldom_looked_at_has_not_halted_for_that() -> None:
    twice = running()
    twice.seconds(3)
    for _ in range(2):
        twice.now, twice.labels = twice.now + 9 * SECOND, twice.labels + 72
        facts = group("labels", {("scans", 0): twice.labels + twice.dead})
        ends = {("labels", 0): twice.labels, ("scans", 0): 500}
        seldom = survey(twice.now, facts, ends=ends)
        twice.picture.observe(replace(seldom, every_seconds=9.0))
        for _ in range(16):
            twice.now += SECOND // 4
            twice.picture.tick(twice.now)
        assert twice.log()["halted"] is False


def test_parts_that_the_log_gave_up_are_refused_ones() -> None:
    twice = running()
    twice.dead += 3
    twice.second()
    assert twice.log()["refused"] == 3
    twice.dead = 0  # read again from the start: its ledger begins anew
    twice.second()
    assert twice.log()["refused"] == 0


def test_the_count_goes_on_when_the_source_is_started_again() -> None:
    twice = running()
    twice.seconds(2)
    twice.done, twice.pid = 0, 200
    twice.switch("running")
    twice.second(done=3)
    assert twice.direct()["finished"] == 16 + 3


def test_a_source_that_tells_nothing_has_finished_nothing() -> None:
    twice = running()
    twice.seconds(5)
    for _ in range(16):
        twice.now += SECOND // 4
        twice.labels += 2
        twice.survey()
        twice.picture.tick(twice.now)
    direct = twice.direct()
    assert (direct["per_second"], direct["halted"]) == (0.0, True)
    assert (twice.log()["per_second"], twice.log()["halted"]) == (8.0, False)


def test_while_the_cluster_cannot_be_heard_only_what_was_counted_is_known() -> None:
    twice = running()
    twice.seconds(5)
    twice.picture.observe(seen.ClusterSeen(twice.now, reachable=False, bootstrap="b"))
    twice.now += 10 * SECOND
    twice.picture.tick(twice.now)
    for line in (twice.log(), twice.direct()):
        assert line["finished"] == 40
        assert (line["per_second"], line["seconds_each"], line["halted"]) == (None, None, None)


def scan(id: str, at: int) -> seen.Event:
    return event("scans", 0, id=id, event_at=at, seen_at=at)


def label(cause: str, at: int) -> seen.Event:
    return event("labels", 0, id=f"of {cause}", cause=cause, event_at=at, seen_at=at)


def test_over_the_log_a_part_takes_from_its_scan_to_its_label() -> None:
    twice = running()
    scans = tuple(scan(f"s{n}", twice.now)._replace(offset=n) for n in range(3))
    labels = tuple(label(f"s{n}", twice.now + 30 + n)._replace(offset=n) for n in (0, 1, 2))
    twice.picture.observe(seen.EventsSeen(twice.now, scans + labels))
    twice.second()
    assert twice.log()["seconds_each"] == 0.031
    twice.seconds(10)
    assert twice.log()["seconds_each"] is None, "lately none was seen"


def test_the_two_events_of_a_part_may_be_seen_in_any_order() -> None:
    way = Passage()
    way.end(label("a", START + 40))
    way.begin(scan("a", START))
    way.end(label("b", START + 40))
    assert way.seconds(START + 40) == 0.04, "of b the scan was not seen"
    way.end(scan("c", START))
    assert way.seconds(START + 40) == 0.04, "nothing caused it"


def test_parts_on_the_way_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passage, "MAX_ON_THE_WAY", 2)
    way = Passage()
    for id in ("a", "b", "c"):
        way.begin(scan(id, START))
    way.end(label("a", START + 10))
    assert way.seconds(START + 10) is None, "it was forgotten"
    way.end(label("c", START + 10))
    assert way.seconds(START + 10) == 0.01
