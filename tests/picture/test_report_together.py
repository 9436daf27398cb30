"""Floods and the brokers themselves have one report over all groups."""

from __future__ import annotations

from typing import Any

from dashboard.picture import observations as seen
from dashboard.picture.recoveries import FLOOD_PER_SECOND
from flowviz.kit.wish import MAX_RATE_PER_SECOND
from tests.picture.reported import catch_up, kinds, line_at_work, report
from tests.picture.sights import (
    SECOND,
    Line,
    entry,
    group,
    reader_status,
    status,
    survey,
    wish,
)

PARTS = ("parts", 0)


def broker(line: Line, phase: Any) -> None:
    line.picture.observe(seen.BrokerSeen(line.now, phase, restarts=1))


def test_a_broker_that_was_killed_has_one_report_for_all_who_read() -> None:
    line = line_at_work()
    broker(line, "restarting")
    found = report(line, "broker")
    assert (found["state"], found["lag_highest"], found["lag"]) == ("down", None, None)
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


def test_over_a_broker_that_died_in_a_survey_the_one_before_it_tells_what_was_lost() -> None:
    def over(lost: int) -> Any:
        line = line_at_work()
        facts = group(committed={PARTS: line.done}, ledger={PARTS: entry(line.done)})
        # It died before it had said where the log begins.
        line.picture.observe(survey(line.now, facts, ends={PARTS: line.made}, starts={PARTS: None}))
        broker(line, "restarting")
        line.pass_time(4)
        broker(line, "running")
        line.handled = line.done + 8 - lost
        line.second()
        line.handled += 8
        line.second()
        line.handled += 8
        line.second()
        found = report(line, "broker")
        assert found["state"] == "recovered"
        return found["lost"]

    assert over(0) == 0
    assert over(3) is None, "it may have been before"


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

    for _ in range(12):
        scan()
        line.second()
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
    assert (found["written"], found["readers"]) == (15_024, 1)
    assert kinds(line) == ["flood"]


def test_what_a_flood_left_waiting_is_not_calm_for_what_comes_after_it() -> None:
    line = Line()

    def second(made: int, done: int) -> None:
        line.picture.observe(status(line.now, "scanner", writes=("parts",), pid=7))
        line.second(made=made, done=done)

    for _ in range(12):
        second(8, 8)
    until_at = line.now + 2 * SECOND
    asked = {"rate_per_second": FLOOD_PER_SECOND, "rate_until_at": until_at}
    line.picture.observe(wish(line.now, "running", "scanner", **asked))
    for _ in range(2):
        second(2_000, 50)
    second(0, 3_900)
    for _ in range(3):
        second(8, 8)
    assert report(line, "flood")["state"] == "recovered"
    line.number, line.was, line.done = 2, (line.done, line.done), 0
    second(8, 8)
    assert report(line, "rewind")["lag_before"] == 0


def test_what_a_flood_wrote_is_told_once_however_many_read_it() -> None:
    line = Line()
    readers = ("quality", "inventory")

    def second(made: int, done: int) -> None:
        line.now += SECOND
        line.made, line.done = line.made + made, line.done + done
        line.picture.observe(status(line.now, "scanner", writes=("parts",), pid=7))
        for name in readers:
            line.picture.observe(reader_status(line.now, name, writes=("graded",)))
        groups = [
            group(name, {PARTS: line.done}, ledger={PARTS: entry(line.done)}) for name in readers
        ]
        line.picture.observe(survey(line.now, *groups, ends={PARTS: line.made, ("graded", 0): 0}))
        line.picture.tick(line.now)

    for _ in range(12):
        second(8, 8)
    until_at = line.now + 2 * SECOND
    asked = {"rate_per_second": FLOOD_PER_SECOND, "rate_until_at": until_at}
    line.picture.observe(wish(line.now, "running", "scanner", **asked))
    second(5_000, 50)
    found = report(line, "flood")
    assert (found["readers"], found["lag"], found["lag_highest"]) == (2, 9_900, 9_900)
    second(0, 4_950)
    for _ in range(3):
        second(8, 8)
    found = report(line, "flood")
    assert (found["state"], found["written"]) == ("recovered", 5_008)
    assert (found["published"], found["handled"]) == (2 * 5_008, 2 * 5_008), "deliveries"


def test_a_rate_of_its_own_is_no_flood() -> None:
    line = line_at_work()
    line.picture.observe(status(line.now, "scanner", writes=("parts",), pid=7))
    line.picture.observe(wish(line.now, "running", "scanner", rate_per_second=500))
    line.seconds(3)
    assert line.shown().reports == {}
