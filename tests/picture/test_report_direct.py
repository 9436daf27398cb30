"""What is told of the line of direct calls: what a disturbance took away, for nothing waits."""

from __future__ import annotations

from typing import Any

import pytest

from dashboard.picture import direct_report
from dashboard.picture import observations as seen
from tests.picture.direct_line import DOUBLES, SECOND, Direct, parts


def paused(seconds: int = 4) -> Direct:
    """Nothing is finished, one part a second times out, and for seven is no room."""
    line = Direct()
    line.pause("quality-d")
    line.flow(seconds, done=0, refused=7, timed_out=1)
    return line


def test_a_pause_is_told_by_the_parts_that_were_finished_and_given_up() -> None:
    line = paused()
    found = line.told()
    assert (found["service"], found["services"], found["group"]) == (
        "quality-d",
        ["quality-d"],
        None,
    )
    assert (found["state"], parts(found)) == ("down", (0, 28, 4))
    assert (found["rate_before"], found["at_least"], found["lost"]) == (8.0, False, None)
    line.resume("quality-d")
    line.flow(1, timed_out=1)
    assert line.told()["state"] == "catching up"
    line.flow(4)
    found = line.told()
    assert (found["state"], found["down_seconds"], found["again_seconds"]) == (
        "recovered",
        4.0,
        1.0,
    )
    assert parts(found) == (0, 28, 5), "what was still given up after it is of it"
    assert found["ended_at"] == found["resumed_at"] + 2 * SECOND


def test_further_tries_and_calls_behind_the_source_are_no_parts() -> None:
    found = paused().told()
    assert (found["refused"] + found["timed_out"], found["retried"]) == (32, 8)


def test_one_press_leaves_a_report_of_each_line_and_all_reports_have_one_shape() -> None:
    line = Direct()
    line.pause("quality-d", both=True)
    line.flow(3, done=0, refused=8)
    line.resume("quality-d")
    line.second(done=32)
    line.tell()
    line.flow(4)
    log, direct = sorted(line.shown().reports.values(), key=lambda one: str(one["direct"]))
    assert (log["service"], direct["service"]) == ("quality", "quality-d")
    assert (log["state"], direct["state"]) == ("recovered", "recovered")
    assert (log["lost"], log["lag_highest"]) == (0, 24)
    assert log.keys() == direct.keys()
    of_logs = ("lag_before", "lag_highest", "catch_up_seconds", "handled", "lost", "readers")
    assert {direct[name] for name in of_logs} == {None}
    assert {log[name] for name in ("services", "finished", "refused", "at_least")} == {None}


@pytest.mark.parametrize(
    ("phase", "kind"),
    [("crashed", "crash"), ("stopped", "stop"), ("frozen", "freeze"), ("restarting", "outage")],
)
def test_each_kind_of_down_ends_in_a_report(phase: Any, kind: str) -> None:
    line = Direct()
    line.become(phase, "quality-d")
    line.flow(4, done=0, refused=8)
    assert (line.told(kind)["state"], parts(line.told(kind))) == ("down", (0, 32, 0))
    line.become("running", "quality-d", pid=None if phase == "frozen" else 200)
    line.flow(4)
    found = line.told(kind)
    assert (found["state"], parts(found)) == ("recovered", (0, 32, 0))
    assert found["down_seconds"] == (4.0 if phase == "frozen" else 5.0), "it starts within a second"
    assert found["at_least"] is False, "the scanner's own process has counted all along"


def test_a_slow_one_is_told_by_its_parts_too() -> None:
    line = Direct()
    line.paces["quality-d"] = 500.0
    line.tell()
    line.flow(5, done=2, refused=6)
    line.paces["quality-d"] = 0.0
    line.flow(4)
    found = line.told("slow")
    assert (found["state"], parts(found)) == ("recovered", (10, 30, 0))
    assert found["again_seconds"] is None, "it moved all the while"


def test_a_halt_too_short_to_be_felt_took_nothing_away() -> None:
    line = Direct()
    line.pause("quality-d")
    line.flow(1, done=0)
    line.resume("quality-d")
    line.flow(4)
    assert (line.told()["state"], parts(line.told())) == ("recovered", (0, 0, 0))


def test_parts_of_before_it_was_back_that_are_told_after_do_not_say_that_it_moves() -> None:
    line = Direct()
    line.pause("quality-d")
    line.later(900)
    line.phases["quality-d"], line.finished = "running", line.finished + 4
    line.silent = {"scanner-d"}
    line.tell()
    line.silent = set()
    line.flow(3, done=0)
    assert (line.told()["state"], line.told()["again_seconds"]) == ("catching up", None)
    line.flow(4)
    found = line.told()
    assert (found["state"], found["again_seconds"]) == ("recovered", 4.0)


def test_a_pause_that_was_refused_leaves_no_report() -> None:
    line = Direct()
    line.phases["quality-d"] = "pausing"
    line.flow(1)
    assert line.reports() == [], "nobody knows yet whether it comes"
    line.resume("quality-d")
    assert line.reports() == []


def test_until_the_source_has_told_anything_nothing_is_known() -> None:
    line = Direct()
    line.silent = {"scanner-d"}
    line.pause("quality-d")
    assert parts(line.told()) == (None, None, None)


def test_when_the_source_dies_what_it_had_in_hand_was_counted_by_nobody() -> None:
    line = paused()
    line.become("restarting", "scanner-d")
    line.later(SECOND)
    line.finished = line.refused = line.timed_out = line.retried = 0
    line.become("running", "scanner-d", pid=200)
    line.flow(2, done=0, refused=8)
    found = line.told()
    assert (parts(found), found["at_least"]) == ((0, 44, 4), True)
    line.resume("quality-d")
    line.flow(4)
    assert {one["kind"]: one["state"] for one in line.reports()} == {
        "pause": "recovered",
        "outage": "recovered",
    }
    assert line.told("outage")["services"] == ["scanner-d"]
    assert line.told("outage")["at_least"] is True


def test_several_that_are_paused_are_one_report_for_a_part_goes_through_all_of_them() -> None:
    line = paused()
    line.pause("quality-d", "shipping-d")
    line.flow(2, done=0, refused=8)
    line.resume("quality-d")
    line.flow(2, done=0, refused=8)
    found = line.told()
    assert (found["services"], found["state"]) == (["quality-d", "shipping-d"], "down")
    line.resume("shipping-d")
    line.flow(4)
    assert (line.told()["state"], parts(line.told())) == ("recovered", (0, 60, 4))
    assert line.told()["again_seconds"] == 1.0, "from when the last of them was back"


def test_disturbances_of_two_kinds_at_once_say_that_they_count_the_same_parts() -> None:
    line = paused()
    line.become("crashed", "shipping-d")
    line.flow(2, done=0, refused=8)
    line.resume("quality-d")
    line.flow(2, done=0, refused=8)
    assert line.told("pause")["state"] == "down", "no part can come through yet"
    line.become("running", "shipping-d", pid=200)
    line.flow(4)
    pause, crash = line.told("pause"), line.told("crash")
    assert (pause["state"], crash["state"]) == ("recovered", "recovered")
    assert (parts(pause), parts(crash)) == ((0, 60, 4), (0, 32, 0))
    assert (pause["shared"], crash["shared"]) == (True, True)
    assert (pause["rate_before"], crash["rate_before"]) == (8.0, 8.0)


def test_it_is_halted_again_before_it_was_well() -> None:
    line = paused()
    line.resume("quality-d")
    line.flow(1)
    line.pause("quality-d")
    line.flow(3, done=0, refused=8)
    line.resume("quality-d")
    line.flow(4)
    found = line.told()
    assert (found["state"], found["down_seconds"]) == ("recovered", 7.0)
    assert (found["refused"], found["again_seconds"]) == (52, 1.0)


def test_parts_that_were_given_up_all_along_do_not_keep_it_open() -> None:
    line = Direct()
    line.flow(15, refused=2)
    line.pause("quality-d")
    line.flow(3, done=0, refused=10)
    line.resume("quality-d")
    line.flow(1, refused=2)
    line.flow(3, refused=100)
    found = line.told()
    assert (found["state"], found["ended_at"]) == ("recovered", found["resumed_at"] + SECOND)
    assert found["refused"] == 32, "until it ended: what came after is of no disturbance"
    line = Direct()
    line.pause("quality-d")
    line.flow(3, done=0, refused=8)
    line.resume("quality-d")
    line.flow(10, refused=2)
    assert line.told()["state"] == "catching up", "it was well before, and is not yet again"


def test_who_is_missed_late_has_its_parts_counted_from_when_all_was_well() -> None:
    line = Direct()
    line.silent = {"shipping-d"}
    line.flow(8, done=0, refused=8)
    found = line.told("outage")
    assert (found["services"], found["refused"]) == (["shipping-d"], 64)


def test_while_nobody_can_be_heard_no_number_is_known_and_afterwards_all_is() -> None:
    line = paused()
    line.picture.observe(seen.ClusterSeen(line.now, True, "b:1"))
    line.picture.observe(seen.ClusterSeen(line.now, False, "b:1"))
    assert parts(line.told()) == (None, None, None)
    line.later(20 * SECOND)
    line.refused += 160
    line.picture.observe(seen.ClusterSeen(line.now, True, "b:1"))
    line.tell()
    assert parts(line.told()) == (0, 188, 4)


def test_services_that_one_report_names_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(direct_report, "MAX_MET", 2)
    line = Direct()
    line.pause(*DOUBLES)
    assert len(line.told()["services"]) == 2
