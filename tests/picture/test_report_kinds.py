"""Every kind of disturbance has a report of its own, also when several come at once."""

from __future__ import annotations

from dashboard.picture import observations as seen
from tests.picture.reported import catch_up, kinds, line_at_work, report
from tests.picture.sights import SECOND, START, Line, process, status


def test_slow_is_a_disturbance_until_it_is_taken_back() -> None:
    line = line_at_work()
    line.pace = 250.0
    line.seconds(10, done=4)
    assert report(line, "slow")["state"] == "down"
    assert report(line, "slow")["lag_highest"] == 40
    line.pace = None
    line.second(done=8)
    assert report(line, "slow")["state"] == "catching up"
    catch_up(line)
    found = report(line, "slow")
    assert (found["state"], found["down_seconds"], found["lost"]) == ("recovered", 10.0, 0)


def test_frozen_and_thawed() -> None:
    line = line_at_work()
    line.picture.observe(process(line.now, "frozen"))
    line.seconds(7, done=0)
    assert report(line, "freeze")["state"] == "down"
    line.picture.observe(process(line.now, "running"))
    catch_up(line)
    found = report(line, "freeze")
    assert (found["state"], found["down_seconds"], found["lag_highest"]) == ("recovered", 7.0, 56)


def test_stopped_and_started() -> None:
    line = line_at_work()
    line.picture.observe(process(line.now, "stopped", pid=None))
    line.seconds(5, done=0)
    assert report(line, "stop")["state"] == "down"
    line.picture.observe(process(line.now, "running", pid=200))
    line.say(pid=200, assigned=False)
    assert report(line, "stop")["state"] == "down", "it waits for its partitions"
    line.say(pid=200)
    assert report(line, "stop")["state"] == "catching up"
    assert kinds(line) == ["stop"]


def declared(*instances: str, at: int = START) -> seen.DeclarationSeen:
    quality = seen.DeclaredService(("parts",), ("graded",), "quality", instances)
    return seen.DeclarationSeen(at, "Line", None, "parts", ("parts",), {"quality": quality})


def test_scaling_is_over_when_the_group_has_settled_among_the_instances() -> None:
    line = Line()
    line.picture.observe(declared("quality-1"))
    line.picture.observe(process(line.now, "running"))
    line.seconds(12)
    line.picture.observe(process(line.now, "running", instance="quality-2", pid=2))
    line.picture.observe(declared("quality-1", "quality-2", at=line.now))
    line.second(done=2)
    found = report(line, "scale")
    assert (found["state"], found["what"]) == ("down", "1 to 2 instances")
    groups = (seen.StatusGroup("quality", "m2", ("parts",)),)
    line.picture.observe(status(line.now, instance="quality-2", pid=2, groups=groups))
    line.second(done=8)
    assert report(line, "scale")["state"] == "down", "the group does not count it yet"
    line.members = ("m1", "m2")
    catch_up(line)
    assert report(line, "scale")["state"] == "recovered"

    line.picture.observe(declared("quality-1", at=line.now))
    line.second()
    line.picture.observe(process(line.now, "stopped", instance="quality-2", pid=None))
    line.members = ("m1",)
    line.seconds(4)
    told = line.shown().reports.values()
    assert [(one["kind"], one["what"], one["state"]) for one in told] == [
        ("scale", "1 to 2 instances", "recovered"),
        ("scale", "2 to 1 instance", "recovered"),
    ], "what was scaled away is not counted as stopped"


def test_scaled_again_before_it_has_settled_is_one_change_from_the_first_to_the_last() -> None:
    line = Line()
    line.picture.observe(declared("quality-1"))
    line.picture.observe(process(line.now, "running"))
    line.seconds(12)
    names = [f"quality-{number}" for number in (1, 2, 3, 4)]
    told = []
    for many in (2, 4, 3, 1):
        line.picture.observe(declared(*names[:many], at=line.now))
        line.second(done=2)
        told.append(report(line, "scale")["what"])
    assert told == [
        "1 to 2 instances",
        "1 to 4 instances",
        "1 to 3 instances",
        "1 to 4 instances and back",
    ]
    catch_up(line)
    assert report(line, "scale")["state"] == "recovered"
    line.picture.observe(declared(*names[:2], at=line.now))
    line.second(done=2)
    newest = list(line.shown().reports.values())[-1]
    assert newest["what"] == "1 to 2 instances", "what is over is not counted in"


def test_a_slow_start_is_no_outage_beside_what_was_done_to_the_service() -> None:
    line = line_at_work()
    line.picture.observe(process(line.now, "stopped", pid=None))
    line.seconds(3, done=0)
    line.picture.observe(process(line.now, "running", pid=200))
    for _ in range(70):
        line.now += SECOND
        line.survey()
        line.picture.tick(line.now)
    assert line.service()["state"] == "unknown", "it has not been heard for more than a minute"
    assert (kinds(line), report(line, "stop")["state"]) == (["stop"], "down")
    line.say(pid=200)
    assert report(line, "stop")["state"] == "catching up"
    for _ in range(7):
        line.now += SECOND
        line.survey()
        line.picture.tick(line.now)
    assert line.service()["state"] == "unknown", "it falls silent while it catches up"
    assert (kinds(line), report(line, "stop")["state"]) == (["stop"], "down")
    for _ in range(3):
        line.now, line.done = line.now + SECOND, line.made
        line.say(pid=200)
        line.survey()
        line.picture.tick(line.now)
    assert (kinds(line), report(line, "stop")["state"]) == (["stop"], "recovered")


def test_several_at_once_each_say_their_own() -> None:
    line = line_at_work()
    line.phase = "paused"
    line.seconds(3, done=0)
    line.picture.observe(process(line.now, "crashed", pid=None))
    line.seconds(2, done=0)
    line.picture.observe(process(line.now, "running", pid=200))
    for _ in range(4):
        line.now += SECOND
        line.made += 8
        line.say(pid=200)
        line.survey()
        line.picture.tick(line.now)
    assert kinds(line) == ["crash", "pause"]
    crash, pause = report(line, "crash"), report(line, "pause")
    assert (crash["state"], pause["state"]) == ("down", "down"), "it is still paused"
    assert (crash["down_seconds"], pause["down_seconds"]) == (3.0, None)
    line.phase = "running"
    line.say(pid=200)
    crash, pause = report(line, "crash"), report(line, "pause")
    assert crash["state"] == pause["state"] == "catching up"
    assert crash["resumed_at"] == pause["resumed_at"] == line.now
    line.done = line.made
    for _ in range(2):
        line.now += SECOND
        line.say(pid=200)
        line.survey()
    crash, pause = report(line, "crash"), report(line, "pause")
    assert crash["state"] == pause["state"] == "recovered"
    assert crash["lag_before"] == pause["lag_before"] == 0, "calm is what was before the first"


def test_one_that_is_only_slow_can_catch_up_with_what_a_crash_left() -> None:
    line = line_at_work()
    line.pace = 10.0
    line.seconds(3)
    line.picture.observe(process(line.now, "crashed", pid=None))
    line.seconds(3, done=0)
    line.picture.observe(process(line.now, "running", pid=100))
    catch_up(line)
    assert report(line, "crash")["state"] == "recovered"
    assert report(line, "slow")["state"] == "down"


def test_of_two_instances_one_crash_is_a_crash_of_the_service() -> None:
    line = Line()
    line.picture.observe(declared("quality-1", "quality-2"))
    for number in (1, 2):
        line.picture.observe(process(line.now, "running", instance=f"quality-{number}"))
    line.members = ("m1", "m2")
    for _ in range(12):
        line.picture.observe(status(line.now, instance="quality-2"))
        line.second()
    assert line.shown().reports == {}
    line.picture.observe(process(line.now, "crashed", instance="quality-2", pid=None))
    line.second(done=4)
    assert report(line, "crash")["state"] == "down"
    line.picture.observe(process(line.now, "frozen", instance="quality-1"))
    line.second(done=0)
    assert kinds(line) == ["crash", "freeze"]
