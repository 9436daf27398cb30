"""The system's clock is set while everything runs: what is stamped before and after agrees."""

from __future__ import annotations

import subprocess
import sys
import time
from typing import Any

import pytest

from dashboard import clock
from dashboard.picture.observations import ClusterSeen, CommandSeen, ProcessSeen
from dashboard.picture.picture import Picture
from dashboard.pipeline import Pipeline
from tests.pipeline.audience import Audience
from tests.waiting import until

HOUR = 3_600_000
BOTH_WAYS = pytest.mark.parametrize("by", [-HOUR, HOUR])


class SystemClock:
    """What the system's clock says, as this process is told; it can be set."""

    def __init__(self) -> None:
        self.by = 0

    def __call__(self) -> int:
        return time.time_ns() // 1_000_000 + self.by


@pytest.fixture
def system_clock(monkeypatch: pytest.MonkeyPatch) -> SystemClock:
    told = SystemClock()
    monkeypatch.setattr(clock, "wall", told)
    return told


@BOTH_WAYS
def test_steady_time_goes_on_whatever_the_system_says(system_clock: SystemClock, by: int) -> None:
    before = clock.steady()
    system_clock.by = by
    assert 0 <= clock.steady() - before < HOUR / 2


def test_what_was_just_seen_is_stamped_in_steady_time(system_clock: SystemClock) -> None:
    before = clock.steady()
    system_clock.by = -HOUR
    now = system_clock()
    seen = clock.steadied(
        ProcessSeen(
            now, "quality", "quality-1", "restarting", 1, since_at=now - 5, restart_at=now + 900
        )
    )
    assert before - 1 <= seen.at <= clock.steady()
    assert (seen.at - seen.since_at, (seen.restart_at or 0) - seen.at) == (5, 900)


def test_a_stamp_from_before_the_clock_was_set_back_is_not_from_the_future(
    system_clock: SystemClock,
) -> None:
    stamped = system_clock()
    system_clock.by = -HOUR
    assert clock.steadied(ClusterSeen(stamped, True, "b")).at <= clock.steady()


def test_another_process_counts_as_this_one_does(system_clock: SystemClock) -> None:
    code = "import sys; from dashboard import clock; clock.take_over(int(sys.argv[1]));"
    code += "print(clock.steady())"
    before = clock.steady()
    told = subprocess.run(
        [sys.executable, "-c", code, str(clock.share())], capture_output=True, text=True, check=True
    )
    assert before <= int(told.stdout) <= clock.steady()


def test_clocks_that_differ_a_little_are_not_set(system_clock: SystemClock) -> None:
    wall = clock.Wall()
    for by in (100, -100, clock.SET_MS // 2):
        system_clock.by = by
        wall.read()
        assert wall.ahead == 0


@BOTH_WAYS
def test_the_page_is_told_the_new_time_within_a_moment_and_nothing_else_changes(
    pipeline: Pipeline, system_clock: SystemClock, by: int
) -> None:
    def command() -> dict[str, Any]:
        return pipeline.view().commands.get("w1", {})

    pipeline.observe(ClusterSeen(system_clock(), reachable=True, bootstrap="b"))
    pipeline.observe(CommandSeen(system_clock(), "w1", "quality", "pause", "sent"))
    until(command, "the command")
    told_at = command()["at"]
    system_clock.by = by
    until(lambda: command()["at"] != told_at, "the command as the clock tells it now")
    assert abs(command()["at"] - told_at - by) < clock.SET_MS
    assert command()["state"] == "sent"
    pipeline.observe(CommandSeen(system_clock(), "w2", "quality", "resume", "sent"))
    until(lambda: "w2" in pipeline.view().commands, "a command after it")
    assert abs(pipeline.view().commands["w2"]["at"] - system_clock()) < HOUR / 2
    system_clock.by = 0
    until(lambda: abs(command()["at"] - told_at) < clock.SET_MS, "the first time again")


@BOTH_WAYS
def test_pages_begin_anew_for_what_they_drew_has_no_place_in_the_new_time(
    system_clock: SystemClock, by: int
) -> None:
    audience = Audience()
    pipeline = Pipeline(audience, Picture(started_at=clock.steady()))
    pipeline.start()
    try:
        pipeline.observe(ClusterSeen(system_clock(), reachable=True, bootstrap="b"))
        until(audience.deltas, "a delta")
        system_clock.by = by
        first = until(audience.keyframes, "a keyframe that nobody asked for")[0]
        assert abs(first["sent_at"] - system_clock()) < HOUR / 2
        assert first["cluster"]["reachable"]
        (anew,) = [frame for frame in audience.posted if frame.anew]
        assert anew.key is not None
    finally:
        pipeline.stop()
