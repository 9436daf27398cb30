"""The system's clock is set while the picture is watched: by an hour, in either direction."""

from __future__ import annotations

from typing import Any

import pytest

from dashboard.frames.codec import apply
from dashboard.frames.cutter import FrameCutter
from dashboard.picture import observations as seen
from dashboard.picture.wall import on_the_wall
from tests.frames.sequences import plain
from tests.picture.sights import SECOND, START, Line, process, wish

HOUR = 3_600_000
BOTH_WAYS = pytest.mark.parametrize("ahead", [-HOUR, HOUR])


def watched() -> Line:
    line = Line(owns_processes=True)
    line.seconds(12)
    return line


@BOTH_WAYS
def test_nobody_falls_silent_because_the_clock_was_set(ahead: int) -> None:
    line = watched()
    line.picture.clock_was_set(ahead)
    line.second()
    found = line.service()
    assert (found["state"], found["lag"]) == ("running", 0)
    assert line.shown().groups["g:quality"]["rate"] == 8.0


@BOTH_WAYS
def test_whoever_does_fall_silent_is_noticed_as_soon_as_ever(ahead: int) -> None:
    line = watched()
    line.picture.clock_was_set(ahead)
    line.pass_time(4)
    line.survey()
    assert line.service()["state"] == "running"
    line.pass_time(1)
    line.survey()
    assert line.service()["state"] == "unknown"
    line.pass_time(60)
    assert "s:quality" not in line.shown().services


@BOTH_WAYS
def test_instants_are_shown_as_clocks_tell_them_now(ahead: int) -> None:
    line = watched()
    line.picture.observe(process(line.now, "crashed", restart_at=line.now + 10 * SECOND))
    line.picture.observe(seen.CommandSeen(line.now, "w1", "quality", "pause", "sent"))
    line.picture.observe(seen.BrokerSeen(line.now, "running", 0))
    before = line.shown()
    line.picture.clock_was_set(ahead)
    after = line.shown()
    service, was = after.services["s:quality"], before.services["s:quality"]
    assert service["since_at"] - was["since_at"] == ahead
    (instance,), (before_it,) = service["instances"], was["instances"]
    assert instance["restart_at"] - before_it["restart_at"] == ahead
    for now, then, name in (
        (after.groups["g:quality"], before.groups["g:quality"], "commit_at"),
        (after.commands["w1"], before.commands["w1"], "at"),
        (after.ledger, before.ledger, "since_at"),
        (after.cluster, before.cluster, "as_of_at"),
        (after.cluster["broker"], before.cluster["broker"], "at"),
        (after.events[-1], before.events[-1], "seen_at"),
        (after.edges["w:s:scanner>t:parts"], before.edges["w:s:scanner>t:parts"], "seen_at"),
    ):
        assert now[name] - then[name] == ahead, name
    assert after.history[-1].at - before.history[-1].at == ahead
    line.picture.clock_was_set(0)
    assert line.shown() == before


def report_of_a_pause(ahead: int) -> dict[str, Any]:
    """Of a line that was paused for ten seconds; in the middle of it the clock was set."""
    line = watched()
    line.phase, line.want = "paused", "w1"
    line.picture.observe(wish(line.now))
    line.seconds(5, done=0)
    line.picture.clock_was_set(ahead)
    line.seconds(5, done=0)
    line.phase, line.want = "running", "w2"
    line.picture.observe(wish(line.now, "running", id="w2"))
    line.seconds(5, done=24)
    line.seconds(3)
    return line.only_report()


@BOTH_WAYS
def test_a_report_tells_lengths_as_they_were_although_the_clock_was_set(ahead: int) -> None:
    undisturbed, found = report_of_a_pause(0), report_of_a_pause(ahead)
    assert undisturbed["state"] == "recovered"
    moved = {name for name, value in found.items() if value != undisturbed[name]}
    assert moved == {"began_at", "resumed_at", "ended_at"}
    assert {found[name] - undisturbed[name] for name in moved} == {ahead}


@BOTH_WAYS
def test_a_pause_of_a_minute_lasts_a_minute_and_the_countdown_goes_on_evenly(ahead: int) -> None:
    line = watched()
    line.picture.observe(wish(line.now, until_at=line.now + 60 * SECOND))
    line.say(phase="paused", want="w1", outcome="done")
    until_at = line.service()["want"]["until_at"]
    line.picture.clock_was_set(ahead)
    want = line.service()["want"]
    assert (want["mode"], want["until_at"]) == ("paused", until_at + ahead)
    line.pass_time(59)
    line.say(phase="paused", want="w1", outcome="done")
    assert line.service()["state"] == "paused"
    line.pass_time(1)
    assert line.service()["want"]["mode"] == "running"
    assert line.service()["state"] == "resuming"


@BOTH_WAYS
def test_an_event_s_own_time_stays_as_its_producer_wrote_it(ahead: int) -> None:
    line = watched()
    before = line.shown().events[-1]["event_at"]
    line.picture.clock_was_set(ahead)
    assert line.shown().events[-1]["event_at"] == before


@BOTH_WAYS
def test_after_it_frames_follow_a_keyframe_as_ever(ahead: int) -> None:
    line = watched()
    line.picture.clock_was_set(ahead)
    cutter = FrameCutter("another epoch")
    state = apply(None, plain(cutter.key(line.shown(), START)))
    line.second()
    delta = cutter.delta(line.shown(), line.now)
    assert delta is not None
    state = apply(state, plain(delta))
    assert state == apply(None, plain(cutter.key(line.shown(), state["sent_at"])))


def test_what_services_say_of_themselves_is_left_as_they_said_it() -> None:
    said: dict[str, Any] = {
        "since_at": 5,
        "facts": {"sold_at": 5},
        "want": {"until_at": 5, "options": {"at": 5}, "event_at": 5},
        "services": {"at": {"since_at": 5, "ok": True}},
        "instances": [{"since_at": None, "restart_at": 5}],
    }
    assert on_the_wall(said, 10) == {
        "since_at": 15,
        "facts": {"sold_at": 5},
        "want": {"until_at": 15, "options": {"at": 5}, "event_at": 5},
        "services": {"at": {"since_at": 15, "ok": True}},
        "instances": [{"since_at": None, "restart_at": 15}],
    }
