"""How long a disturbance lasted, where another one came over it: what is told never falls."""

from __future__ import annotations

from typing import Any

from tests.picture.direct_line import Direct, parts
from tests.picture.reported import catch_up, kinds, line_at_work, report
from tests.picture.sights import SECOND, Line, process, wish


def long(found: dict[str, Any], now: int) -> float:
    """How long it is said to last, or to have lasted."""
    seconds = found["down_seconds"]
    return float(seconds) if seconds is not None else (now - found["down_from_at"]) / 1000


def paused_then_crashed() -> Line:
    """Paused for 5 s, and down from then on."""
    line = line_at_work()
    line.picture.observe(wish(line.now))
    line.phase, line.want = "paused", "w1"
    line.say()
    line.seconds(5, done=0)
    line.picture.observe(process(line.now, "crashed", pid=None))
    return line


def crashed_while_paused() -> Line:
    """For 5 s, then down for 6 s, then paused again for 5 s."""
    line = paused_then_crashed()
    line.pass_time(6)
    assert kinds(line) == ["crash", "pause"]
    assert long(report(line, "pause"), line.now) == 11.0
    line.picture.observe(process(line.now, "running", pid=200))
    for _ in range(5):
        line.say(pid=200)
        line.pass_time(1)
    return line


def test_a_pause_goes_on_while_who_is_paused_has_crashed() -> None:
    line = crashed_while_paused()
    assert long(report(line, "pause"), line.now) == 16.0
    line.picture.observe(wish(line.now, "running", id="w2"))
    line.phase, line.want = "running", "w2"
    line.say(pid=200)
    catch_up(line)
    assert (report(line, "pause")["down_seconds"], report(line, "crash")["down_seconds"]) == (16, 6)
    assert report(line, "pause")["down_from_at"] is None


def test_a_pause_that_is_taken_back_while_who_was_paused_has_crashed_is_over_then() -> None:
    line = paused_then_crashed()
    line.pass_time(2)
    line.picture.observe(wish(line.now, "running", id="w2"))
    line.pass_time(4)
    assert report(line, "pause")["down_seconds"] == 7.0
    assert report(line, "crash")["down_seconds"] is None


def test_what_was_caught_up_in_between_is_no_time_of_a_pause_that_lasts() -> None:
    line = line_at_work()
    line.phase = "paused"
    line.say()
    line.seconds(5, done=0)
    line.phase = "running"
    line.say()
    line.second(done=10)
    line.phase = "paused"
    line.say()
    line.seconds(4, done=0)
    assert long(line.only_report(), line.now) == 9.0
    line.phase = "running"
    line.say()
    assert line.only_report()["down_seconds"] == 9.0


def test_in_the_line_of_direct_calls_a_pause_goes_on_too_and_counts_the_parts_of_all_of_it() -> (
    None
):
    line = Direct()
    line.picture.observe(wish(line.now, service="quality-d"))
    line.pause("quality-d")
    line.flow(5, done=0, refused=8)
    line.become("crashed", "quality-d")
    line.flow(6, done=0, refused=8)
    assert long(line.told("pause"), line.now) == 11.0
    line.become("running", "quality-d", pid=200)
    line.flow(5, done=0, refused=8)
    assert long(line.told("pause"), line.now) == 16.0
    line.picture.observe(wish(line.now, "running", service="quality-d", id="w2"))
    line.resume("quality-d")
    line.flow(4)
    pause, crash = line.told("pause"), line.told("crash")
    assert (pause["down_seconds"], parts(pause)) == (16.0, (0, 128, 0))
    assert crash["began_at"] - pause["began_at"] == 5 * SECOND
