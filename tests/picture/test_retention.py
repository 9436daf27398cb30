"""The warning before retention removes what a group has not read (lag.md, case 4)."""

from __future__ import annotations

from typing import Any

import pytest

from dashboard.picture.retention import (
    FORGET_AFTER_SECONDS,
    KEPT_STEPS,
    NOT_AT_THIS_RATE,
    NOT_KNOWN,
    CommitPace,
    Outlook,
    StartSteps,
    soonest,
)
from tests.picture.sights import SECOND, START, group, picture_of, reader_status, survey, topics

PARTS = ("parts", 0)


def stepped(*steps: tuple[float, int]) -> StartSteps:
    """A log whose start was moved to these offsets, so many seconds after START."""
    found = StartSteps()
    for seconds, start in steps:
        found.moved(START + int(seconds * SECOND), start)
    return found


def reached(steps: StartSteps, seconds: float, committed: int, pace: float | None = 0) -> Outlook:
    return steps.reaches(START + int(seconds * SECOND), committed, pace)


def test_the_time_left_is_the_way_left_over_the_speed_of_the_start() -> None:
    steps = stepped((0, 100), (60, 160), (120, 220))
    assert reached(steps, 120, committed=460) == ("approaching", 240.0)


def test_between_two_steps_the_time_left_runs_down_evenly() -> None:
    steps = stepped((0, 100), (60, 160), (120, 220))
    assert reached(steps, 150, committed=460) == ("approaching", 210.0)


def test_one_step_says_nothing_of_the_speed() -> None:
    assert reached(stepped((60, 160)), 90, committed=460) == NOT_KNOWN


def test_two_rules_of_retention_that_cut_one_after_the_other_are_one_step() -> None:
    assert reached(stepped((60, 160), (60.25, 400)), 90, committed=460) == NOT_KNOWN
    steps = stepped((0, 100), (60, 130), (60.25, 160), (120, 220))
    assert reached(steps, 120, committed=460) == ("approaching", 240.0)


def test_a_start_that_is_moved_all_the_while_has_a_speed_soon() -> None:
    steps = stepped(*((second, 10 * second) for second in range(8)))
    assert reached(steps, 7, committed=170) == ("approaching", 10.0)


def test_a_step_that_is_overdue_puts_the_end_off() -> None:
    steps = stepped((0, 100), (60, 160), (120, 220))
    on_time = reached(steps, 180, committed=460).seconds
    late = reached(steps, 1_200, committed=460).seconds
    assert on_time == 180.0
    assert late is not None
    assert late > 1_000


def test_a_start_that_has_come_by_leaves_no_time() -> None:
    assert reached(stepped((0, 100), (60, 160)), 60, committed=150) == ("approaching", 0.0)


def test_a_group_that_goes_on_as_fast_as_the_start_is_never_reached() -> None:
    steps = stepped((0, 100), (60, 160))
    assert reached(steps, 60, committed=460, pace=1.0) == NOT_AT_THIS_RATE
    assert reached(steps, 60, committed=460, pace=0.5) == ("approaching", 600.0)


def test_without_the_pace_of_the_group_nothing_is_said() -> None:
    assert reached(stepped((0, 100), (60, 160)), 60, committed=460, pace=None) == NOT_KNOWN


def test_what_happened_yesterday_says_nothing_of_tomorrow() -> None:
    steps = stepped((0, 100), (60, 160))
    assert reached(steps, FORGET_AFTER_SECONDS - 1, committed=460).seconds is not None
    assert reached(steps, FORGET_AFTER_SECONDS + 1, committed=460) == NOT_KNOWN


def test_so_many_steps_are_kept_and_no_more() -> None:
    steps = stepped(*((60 * n, 100 * n) for n in range(10 * KEPT_STEPS)))
    assert len(steps._steps) == KEPT_STEPS


def test_the_pace_of_a_group_is_told_after_a_while_and_follows_it() -> None:
    pace = CommitPace()
    told = [pace.survey(START + n * SECOND, 5 * n) for n in range(120)]
    assert told[:10] == [None] * 10
    assert told[10:] == [5.0] * 110
    stopped = [pace.survey(START + (120 + n) * SECOND, 600) for n in range(62)]
    assert stopped[-1] == 0.0


def test_a_step_back_begins_the_pace_anew() -> None:
    pace = CommitPace()
    for n in range(20):
        pace.survey(START + n * SECOND, 1_000 + 5 * n)
    assert pace.survey(START + 20 * SECOND, 0) is None
    assert pace.survey(START + 30 * SECOND, 40) == 4.0


@pytest.mark.parametrize(
    ("outlooks", "whole"),
    [
        ([], NOT_KNOWN),
        ([NOT_AT_THIS_RATE, NOT_AT_THIS_RATE], NOT_AT_THIS_RATE),
        ([NOT_AT_THIS_RATE, NOT_KNOWN], NOT_KNOWN),
        (
            [Outlook("approaching", 90.0), NOT_KNOWN, Outlook("approaching", 30.0)],
            Outlook("approaching", 30.0),
        ),
    ],
)
def test_of_several_the_first_to_lose_something_is_told(
    outlooks: list[Outlook], whole: Outlook
) -> None:
    assert soonest(outlooks) == whole


class Cut:
    """A log of 1,000 events from which retention takes 60 each minute, read up to 400."""

    def __init__(self) -> None:
        self.picture = picture_of(topics(parts=1), reader_status())
        self.second = 0
        self.committed = 400

    def pass_(self, seconds: int, *, cuts: bool = True, handled: int = 0, end: int = 1_000) -> None:
        for _ in range(seconds):
            self.second += 1
            self.committed += handled
            start = 60 * (self.second // 60) if cuts else 0
            facts = group(committed={PARTS: self.committed})
            self.picture.observe(
                survey(
                    START + self.second * SECOND, facts, ends={PARTS: end}, starts={PARTS: start}
                )
            )

    def told(self) -> tuple[Any, Any]:
        found = self.picture.shown().groups["g:quality"]
        return found["retention"], found["retention_seconds"]


def test_a_group_that_stands_still_is_warned_of_what_it_will_lose() -> None:
    cut = Cut()
    cut.pass_(61)
    assert cut.told() == (None, None)
    cut.pass_(120)
    kind, seconds = cut.told()
    assert kind == "approaching"
    # At 181 s the start has been moved to 180, a minute apart each time: 220 offsets are left.
    assert seconds == pytest.approx(220, abs=10)
    shown = cut.picture.shown()
    service = shown.services["s:quality"]
    assert (service["retention"], service["retention_seconds"]) == (kind, seconds)
    (part,) = shown.partitions("quality")
    assert (part["retention"], part["retention_seconds"], part["lost"]) == (kind, seconds, 0)


def test_a_group_that_reads_on_is_not_warned() -> None:
    cut = Cut()
    cut.pass_(181, handled=2)
    assert cut.told() == ("not at this rate", None)


def test_where_nothing_waits_nothing_is_lost() -> None:
    cut = Cut()
    cut.pass_(181, end=400)
    assert cut.told() == ("not at this rate", None)


def test_a_log_that_keeps_everything_is_no_reason_to_promise_anything() -> None:
    cut = Cut()
    cut.pass_(181, cuts=False)
    assert cut.told() == (None, None)


def test_when_it_was_passed_the_loss_is_told_and_that_it_goes_on() -> None:
    cut = Cut()
    cut.pass_(421)
    found = cut.picture.shown().groups["g:quality"]
    assert (found["lost"], found["retention"], found["retention_seconds"]) == (
        20,
        "approaching",
        0.0,
    )


def test_a_topic_made_anew_forgets_what_was_cut_from_the_old_one() -> None:
    cut = Cut()
    cut.pass_(181)
    cut.picture.observe(topics(START + 182 * SECOND))
    cut.picture.observe(topics(START + 182 * SECOND, parts=1))
    cut.pass_(1)
    assert cut.told() == (None, None)
