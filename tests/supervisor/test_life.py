"""The life of an instance, driven by hand: no process, no clock, no waiting."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.supervisor.life import Life, Now, Step
from dashboard.supervisor.patience import PATIENCE


def at(seconds: float) -> Now:
    """`seconds` after the test's zero, on both clocks."""
    return Now(at=1_000_000 + round(seconds * 1000), clock=seconds)


def running(seconds: float = 0, exits: int = 0) -> Life:
    return Life("starting", at(seconds).at, exits=exits).launched(at(seconds), PATIENCE)


def test_a_start_is_launched_at_once() -> None:
    life = Life("stopped", at(0).at).start(at(5))
    assert (life.phase, life.since_at, life.step(5)) == ("starting", at(5).at, Step.LAUNCH)
    assert life.launched(at(5.1), PATIENCE).phase == "running"


def test_unasked_exits_wait_longer_and_longer_and_the_fifth_fails() -> None:
    life, waits = running(), []
    for _ in range(4):
        life = life.ended(at(100), "exit code 1", PATIENCE)
        assert (life.phase, life.reason) == ("restarting", "exit code 1")
        assert life.due is not None
        assert life.restart_at == at(life.due).at
        waits.append(life.due - 100)
        assert life.step(life.due - 0.001) is None
        assert life.step(life.due) is Step.LAUNCH
        life = life.launched(at(100), PATIENCE)
    life = life.ended(at(100), "exit code 1", PATIENCE)
    assert waits == [1, 2, 4, 8]
    assert (life.phase, life.exits, life.restart_at) == ("failed", 5, None)
    assert life.step(10_000) is None


def test_a_minute_of_health_forgets_the_exits() -> None:
    life = running(0, exits=3)
    assert life.step(59.9) is None
    assert life.step(60) is Step.FORGET_EXITS
    life = life.forgot_exits()
    assert (life.phase, life.exits, life.since_at) == ("running", 0, at(0).at)
    assert life.step(10_000) is None
    assert life.ended(at(70), "exit code 1", PATIENCE).exits == 1


def test_a_healthy_instance_has_nothing_due() -> None:
    assert running().due is None


def test_the_clock_on_the_wall_may_jump_without_a_wait_getting_longer() -> None:
    set_back = Now(at=0, clock=100)
    life = running().ended(set_back, "exit code 1", PATIENCE)
    assert (life.restart_at, life.due) == (1_000, 101)


def test_start_revives_what_failed_and_counts_anew() -> None:
    life = running(exits=4).ended(at(1), "exit code 1", PATIENCE).start(at(2))
    assert (life.phase, life.exits, life.reason) == ("starting", 0, None)


def test_start_does_not_wait_for_a_back_off() -> None:
    life = running(exits=3).ended(at(1), "exit code 1", PATIENCE).start(at(2))
    assert life.step(2) is Step.LAUNCH


def test_what_was_asked_to_stop_is_killed_when_patience_ends() -> None:
    life = running().stop(at(1), PATIENCE)
    assert life.phase == "running"
    assert life.step(10.9) is None
    assert life.step(11) is Step.KILL
    life = life.killed(PATIENCE)
    assert life.step(1_000) is None
    life = life.ended(at(11.1), "ended by SIGKILL", PATIENCE)
    assert life.phase == "stopped"
    assert life.reason == "did not end within 10 s of being asked, and was killed"


def test_a_second_stop_does_not_give_more_time() -> None:
    life = running().stop(at(1), PATIENCE).stop(at(9), PATIENCE)
    assert life.step(11) is Step.KILL


def test_an_end_that_was_asked_for_is_no_failure() -> None:
    life = running(exits=2).stop(at(1), PATIENCE).ended(at(2), "ended by SIGTERM", PATIENCE)
    assert (life.phase, life.exits, life.reason) == ("stopped", 0, None)
    assert life.step(10_000) is None


@pytest.mark.parametrize("exits", [0, 4])
def test_stop_ends_a_wait_or_a_failure(exits: int) -> None:
    life = running(exits=exits).ended(at(1), "exit code 1", PATIENCE).stop(at(2), PATIENCE)
    assert (life.phase, life.exits, life.step(10_000)) == ("stopped", 0, None)


def test_start_while_it_stops_starts_it_anew_once_it_has_ended() -> None:
    life = running().stop(at(1), PATIENCE).start(at(2))
    assert life.step(11) is Step.KILL
    life = life.ended(at(3), "ended by SIGTERM", PATIENCE)
    assert (life.phase, life.step(3)) == ("starting", Step.LAUNCH)


def test_stop_takes_back_a_start_that_came_while_it_stopped() -> None:
    life = running().stop(at(1), PATIENCE).start(at(2)).stop(at(3), PATIENCE)
    assert life.ended(at(4), "ended by SIGTERM", PATIENCE).phase == "stopped"


def test_a_crash_on_request_stays_down_as_long_as_asked_and_counts_as_no_failure() -> None:
    life = running(exits=2).crash(at(1), 10)
    assert life.step(1) is Step.KILL
    life = life.killed(PATIENCE).ended(at(1.1), "ended by SIGKILL", PATIENCE)
    assert (life.phase, life.restart_at, life.exits) == ("crashed", at(11.1).at, 2)
    assert life.step(11) is None
    assert life.step(11.2) is Step.LAUNCH


def test_a_crash_of_what_was_asked_to_stop_kills_it_and_it_stays_stopped() -> None:
    life = running().stop(at(1), PATIENCE).crash(at(2), 10)
    assert life.step(2) is Step.KILL
    life = life.killed(PATIENCE).ended(at(2.1), "ended by SIGKILL", PATIENCE)
    assert (life.phase, life.reason, life.restart_at) == ("stopped", "killed on request", None)
    assert life.step(10_000) is None


def test_a_crash_of_what_was_killed_already_keeps_the_reason_of_that() -> None:
    life = running().stop(at(1), PATIENCE).killed(PATIENCE).crash(at(12), 10).killed(PATIENCE)
    life = life.ended(at(12.1), "ended by SIGKILL", PATIENCE)
    assert life.reason == "did not end within 10 s of being asked, and was killed"


def test_a_frozen_process_earns_no_health() -> None:
    life = running(0, exits=2).froze(at(10))
    assert (life.phase, life.since_at, life.step(100)) == ("frozen", at(10).at, None)
    life = life.thawed(at(100), PATIENCE)
    assert (life.phase, life.exits, life.step(159)) == ("running", 2, None)
    assert life.step(160) is Step.FORGET_EXITS


def test_a_frozen_process_that_does_not_stop_is_killed_all_the_same() -> None:
    life = running().stop(at(1), PATIENCE).froze(at(2))
    assert life.step(11) is Step.KILL
    assert life.thawed(at(3), PATIENCE).step(11) is Step.KILL


EVENTS: dict[str, Callable[[Life, Now], Life]] = {
    "start": lambda life, now: life.start(now),
    "stop": lambda life, now: life.stop(now, PATIENCE),
    "crash": lambda life, now: life.crash(now, 10) if life.alive else life,
    "freeze": lambda life, now: life.froze(now),
    "thaw": lambda life, now: life.thawed(now, PATIENCE),
    "exit": lambda life, now: life.ended(now, "exit code 1", PATIENCE) if life.alive else life,
    "wait": lambda life, now: life,
}


@given(st.lists(st.tuples(st.sampled_from(sorted(EVENTS)), st.sampled_from([0.0, 1.0, 70.0]))))
def test_whatever_happens_stop_ends_it_and_start_revives_it(
    course: list[tuple[str, float]],
) -> None:
    life, clock = Life("stopped", 0), 0.0

    def do_what_is_due() -> None:
        nonlocal life
        match life.step(clock):
            case Step.LAUNCH:
                assert not life.alive
                life = life.launched(at(clock), PATIENCE)
            case Step.KILL:
                assert life.alive
                life = life.killed(PATIENCE).ended(at(clock), "ended by SIGKILL", PATIENCE)
            case Step.FORGET_EXITS:
                life = life.forgot_exits()

    for event, seconds in course:
        life = EVENTS[event](life, at(clock))
        assert life.exits <= PATIENCE.exits_to_fail
        assert (life.restart_at is not None) == (life.phase in ("restarting", "crashed"))
        clock += seconds
        do_what_is_due()

    life = life.stop(at(clock), PATIENCE)
    clock += PATIENCE.stop_seconds
    do_what_is_due()
    assert life.phase == "stopped"
    life = life.start(at(clock))
    do_what_is_due()
    assert life.phase == "running"
