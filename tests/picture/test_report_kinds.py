"""Every kind of disturbance has a report of its own, also when several come at once."""

from __future__ import annotations

from typing import Any

from dashboard.picture import observations as seen
from dashboard.picture.recoveries import FLOOD_PER_SECOND
from flowviz.kit.wish import MAX_RATE_PER_SECOND
from tests.picture.sights import SECOND, START, Line, group, process, status, survey, wish


def line_at_work() -> Line:
    line = Line()
    line.seconds(12)
    return line


def report(line: Line, kind: str) -> dict[str, Any]:
    (found,) = [one for one in line.shown().reports.values() if one["kind"] == kind]
    return found


def kinds(line: Line) -> list[str]:
    return sorted(one["kind"] for one in line.shown().reports.values())


def catch_up(line: Line) -> None:
    line.second(done=line.made - line.done + 8)
    line.seconds(2)


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


def broker(line: Line, phase: Any) -> None:
    line.picture.observe(seen.BrokerSeen(line.now, phase, restarts=1))


def test_a_broker_that_was_killed_has_one_report_for_all_who_read() -> None:
    line = line_at_work()
    broker(line, "restarting")
    line.pass_time(4)
    broker(line, "running")
    line.seconds(2, made=0)
    assert report(line, "broker")["state"] == "down", "the source is not back yet"
    line.made += 40
    line.seconds(1, done=0)
    found = report(line, "broker")
    assert (found["service"], found["group"], found["state"]) == ("Kafka", None, "catching up")
    assert (found["down_seconds"], found["lag_highest"]) == (7.0, 48)
    catch_up(line)
    found = report(line, "broker")
    assert (found["state"], found["handled"], found["lost"]) == ("recovered", 64, 0)
    assert kinds(line) == ["broker"], "nobody was blamed for the silence"


def test_a_broker_is_back_also_where_nobody_has_anything_to_write() -> None:
    line = line_at_work()
    broker(line, "restarting")
    line.pass_time(2)
    broker(line, "running")
    line.seconds(4, made=0)
    assert report(line, "broker")["state"] == "down"
    line.seconds(4, made=0)
    assert report(line, "broker")["state"] == "recovered"


def test_what_all_groups_together_have_waiting_is_calm_only_while_none_is_disturbed() -> None:
    line = line_at_work()
    line.phase = "paused"
    line.seconds(20, done=0)
    broker(line, "restarting")
    line.pass_time(1)
    assert report(line, "broker")["lag_before"] == 0


def test_a_flood_has_one_report_for_all_who_read_what_its_source_writes() -> None:
    assert FLOOD_PER_SECOND == MAX_RATE_PER_SECOND
    line = Line()

    def scan() -> None:
        line.picture.observe(status(line.now, "scanner", writes=("parts",), pid=7))

    scan()
    line.seconds(12)
    until_at = line.now + 3 * SECOND
    line.picture.observe(
        wish(
            *(line.now, "running", "scanner"),
            rate_per_second=FLOOD_PER_SECOND,
            rate_until_at=until_at,
        )
    )
    scan()
    for _ in range(3):
        line.second(made=5_000, done=50)
        scan()
    line.second(done=50)
    found = report(line, "flood")
    assert (found["service"], found["group"], found["state"]) == ("scanner", None, "catching up")
    assert (found["began_at"], found["down_seconds"]) == (until_at - 3 * SECOND, 3.0)
    catch_up(line)
    found = report(line, "flood")
    assert (found["state"], found["lost"]) == ("recovered", 0)
    assert (found["published"], found["handled"]) == (15_024, 15_024)
    assert kinds(line) == ["flood"]


def test_a_rate_of_its_own_is_no_flood() -> None:
    line = line_at_work()
    line.picture.observe(status(line.now, "scanner", writes=("parts",), pid=7))
    line.picture.observe(wish(line.now, "running", "scanner", rate_per_second=500))
    line.seconds(3)
    assert line.shown().reports == {}


def rewind(line: Line) -> None:
    line.number += 1
    line.done = line.handled = 0


def test_a_rewind_is_caught_up_from_its_first_survey_on() -> None:
    line = line_at_work()
    line.handled = line.done
    rewind(line)
    line.handled = None
    line.second(done=0)
    found = report(line, "rewind")
    assert (found["state"], found["what"], found["lag_before"]) == ("catching up", "pass 2", 0)
    assert (found["lag_highest"], found["down_seconds"]) == (104, 0.0)
    catch_up(line)
    found = report(line, "rewind")
    assert (found["state"], found["handled"], found["lost"]) == ("recovered", 120, 0)
    assert found["growth_per_second"] is None


def test_a_rewind_makes_differences_over_it_unknown_to_the_others() -> None:
    line = line_at_work()
    line.phase = "paused"
    line.seconds(3, done=0)
    rewind(line)
    line.handled = None
    line.second(done=0)
    assert report(line, "rewind")["state"] == "down", "it is paused"
    line.phase = "running"
    catch_up(line)
    assert report(line, "rewind")["state"] == "recovered"
    found = report(line, "pause")
    assert (found["state"], found["handled"], found["lost"]) == ("recovered", None, None)


def test_a_service_that_is_plugged_in_catches_up_with_all_there_is() -> None:
    line = line_at_work()
    analytics = seen.DeclaredService(("parts",), (), "analytics", ("analytics-1",), on_request=True)
    line.picture.observe(
        seen.DeclarationSeen(line.now, "Line", None, "parts", ("parts",), {"analytics": analytics})
    )
    line.picture.observe(process(line.now, "stopped", "analytics", pid=None))
    line.second()
    assert line.shown().reports == {}

    def read(handled: int) -> None:
        line.picture.observe(
            status(
                *(line.now, "analytics"),
                groups=(seen.StatusGroup("analytics", "a1", ("parts",)),),
                pid=9,
            )
        )
        entry = seen.LedgerSeen(1, 0, handled, 0, 0, 0, 0)
        facts = group(
            "analytics", {("parts", 0): handled}, ledger={("parts", 0): entry}, members=("a1",)
        )
        line.picture.observe(survey(line.now, facts, ends={("parts", 0): line.made}))
        line.picture.tick(line.now)

    line.picture.observe(process(line.now, "running", "analytics", pid=9))
    plugged_at = line.now
    for handled in (40, 80, 104, 104):
        line.now += SECOND
        read(handled)
    found = report(line, "plug in")
    assert (found["began_at"], found["state"]) == (plugged_at, "recovered")
    assert (found["handled"], found["lost"], found["down_seconds"]) == (104, 0, 0.0)
    assert found["catch_up_seconds"] == 2.0

    line.picture.observe(process(line.now, "stopped", "analytics", pid=None))
    line.picture.tick(line.now + SECOND)
    assert kinds(line) == ["plug in"], "to take it out again is no disturbance"


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
