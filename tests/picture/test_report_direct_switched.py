"""The line of direct calls is switched off and on: what ends with that is no disturbance."""

from __future__ import annotations

from dataclasses import replace

from dashboard.picture import observations as seen
from tests.picture.direct_line import DOUBLES, SECOND, Direct, parts
from tests.picture.test_report_direct import paused


def test_it_is_switched_off_in_the_middle_and_that_is_no_disturbance_itself() -> None:
    line = paused()
    line.later(100)
    line.ask("twin-stop")
    for name in DOUBLES:
        line.later(300)
        line.become("stopped", name)
    found = line.told()
    assert (found["state"], found["switched_off"]) == ("recovered", True)
    assert found["at_least"] is True, "what the scanner had in hand went with it"
    assert (parts(found), found["again_seconds"]) == ((0, 28, 4), None)
    assert (found["down_seconds"], found["ended_at"] - found["began_at"]) == (4.1, 4_100)
    line.ask("twin-start")
    line.phases["quality-d"] = "running"
    for name in DOUBLES:
        line.later(300)
        line.become("running", name, pid=200)
    line.flow(4)
    assert line.reports() == [found], "that one after the other starts is none either"
    line.become("crashed", "quality-d")
    assert line.told("crash")["state"] == "down"


def test_the_last_of_them_that_is_stopped_switches_it_off() -> None:
    line = Direct()
    for name in DOUBLES:
        line.become("stopped", name)
        line.later(500)
    found = line.told("stop")
    assert (found["services"], found["switched_off"]) == (list(DOUBLES), True)
    assert found["down_seconds"] == 1.0


def test_what_ends_while_all_is_started_over_is_no_disturbance() -> None:
    line = Direct()
    line.picture.observe(seen.StartingOverSeen(line.now, True, None))
    line.become("stopped", "quality-d")
    line.later(SECOND)
    assert line.reports() == []


def test_a_switching_off_that_was_refused_leaves_it_on() -> None:
    line = Direct()
    sent = line.ask("twin-stop")
    line.picture.observe(replace(sent, state="rejected", reason="Nothing of it can be ended."))
    line.pause("quality-d")
    assert line.told()["state"] == "down"


def test_whoever_is_started_again_before_the_last_has_ended_makes_it_whole_again() -> None:
    line = Direct()
    line.ask("twin-stop")
    line.flow(1)
    line.become("stopped", "quality-d")
    line.become("running", "quality-d", pid=200)
    line.tell()
    assert line.reports() == []
    line.pause("quality-d")
    assert line.told()["state"] == "down"


def test_a_starting_over_that_fails_leaves_it_on() -> None:
    line = Direct()
    line.picture.observe(seen.StartingOverSeen(line.now, True, None))
    line.later(SECOND)
    line.picture.observe(seen.StartingOverSeen(line.now, False, None))
    line.flow(1)
    line.pause("quality-d")
    assert line.told()["state"] == "down"
