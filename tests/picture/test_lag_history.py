"""The lag of the last two minutes: what is kept of it, and what is not known."""

from __future__ import annotations

from itertools import pairwise

from dashboard.picture.lag_history import MAX_GROUPS, MAX_SAMPLES, LagHistory
from tests.picture.sights import Line


def lags(line: Line) -> list[int | None]:
    return [sample.lags.get("quality") for sample in line.shown().history]


def test_every_second_of_the_lag_is_kept() -> None:
    line = Line()
    line.seconds(3)
    line.seconds(3, done=5)
    assert lags(line) == [0, 0, 0, 3, 6, 9]
    times = [sample.at for sample in line.shown().history]
    assert [later - sooner for sooner, later in pairwise(times)] == [1000] * 5


def test_while_no_survey_comes_the_lag_is_not_known() -> None:
    line = Line()
    line.seconds(2, done=7)
    for _ in range(6):
        line.pass_time(1)
    line.second()
    # Three seconds a survey counts as that of now; after it nothing is known until the next one.
    assert lags(line) == [1, 2, 2, 2, 2, None, None, None, 2]


def test_no_more_is_kept_than_two_minutes() -> None:
    line = Line()
    line.seconds(300, done=7)
    assert lags(line)[-1] == 300
    assert len(lags(line)) == MAX_SAMPLES == 121


def test_of_very_many_groups_those_with_the_most_lag_are_kept() -> None:
    history = LagHistory()
    history.take(0, [("unknown", None), *((f"g{n}", n) for n in range(MAX_GROUPS))])
    (sample,) = history.shown()
    assert len(sample.lags) == MAX_GROUPS
    assert "unknown" not in sample.lags
    assert sample.lags["g0"] == 0


def test_what_did_not_grow_is_the_same_object() -> None:
    history = LagHistory()
    history.take(0, [("g", 1)])
    assert history.shown() is history.shown()
