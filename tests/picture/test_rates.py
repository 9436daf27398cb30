from __future__ import annotations

import pytest

from dashboard.picture.rates import MAX_SAMPLES, Count, added, quantised


def test_there_is_no_rate_before_there_is_a_second_to_judge_by() -> None:
    count = Count()
    assert count.rate() is None
    count.add(0, 5)
    assert count.rate() is None
    count.add(999, 5)
    assert count.rate() is None
    count.add(1_000, 0)
    assert count.rate() == 5.0


def test_a_rate_is_the_mean_over_the_window() -> None:
    count = Count()
    for second in range(30):
        count.add(second * 1_000, 8 if second > 15 else 100)
    assert count.rate() == 8.0


def test_a_rate_falls_to_zero_when_nothing_comes() -> None:
    count = Count()
    count.add(0, 100)
    for second in range(1, 12):
        count.add(second * 1_000, 0)
    assert count.rate() == 0.0


def test_slow_surveys_have_a_rate_as_well() -> None:
    count = Count()
    count.add(0, 0)
    count.add(60_000, 120)
    assert count.rate() == 2.0


def test_the_past_is_bounded() -> None:
    count = Count()
    for n in range(10_000):
        count.add(n, 1)
    assert len(count._samples) == MAX_SAMPLES


def test_a_rate_of_lately_ends_soon_after_what_was_frequent() -> None:
    count = Count()
    found = []
    for second in range(30):
        count.add(second * 1_000, 8 if second < 20 else 0)
        found.append(count.lately())
    assert found[19] == 8.0
    assert found[22] == 0.0


def test_a_rate_of_lately_does_not_flicker_where_little_comes() -> None:
    count = Count()
    found = []
    for second in range(60):
        count.add(second * 1_000, 1 if second % 4 == 0 else 0)
        found.append(count.lately())
    assert all(0.15 < rate < 0.45 for rate in found[12:] if rate is not None)
    for second in range(60, 80):
        count.add(second * 1_000, 0)
        found.append(count.lately())
    assert found[-1] == 0.0


def test_a_rate_of_lately_is_not_known_before_there_is_a_second_to_judge_by() -> None:
    count = Count()
    assert count.lately() is None
    count.add(0, 5)
    assert count.lately() is None
    for second in range(1, 5):
        count.add(second * 1_000, 0)
    assert count.lately() == 0.0, "what had come when the watch began was no movement"


@pytest.mark.parametrize(
    ("rate", "shown"),
    [(None, None), (0.0, 0.0), (7.96, 8.0), (7.94, 7.9), (123.4, 123.0), (80_123.0, 80_100.0)],
)
def test_rates_are_as_fine_as_an_eye_can_use(rate: float | None, shown: float | None) -> None:
    assert quantised(rate) == shown


def test_unknown_rates_are_left_out_of_a_sum_that_knows_others() -> None:
    assert added([None, 2.0, 3.0]) == 5.0
    assert added([None]) is None
    assert added([]) is None


def test_the_headline_falls_to_zero_in_three_seconds_while_the_mean_still_remembers() -> None:
    count = Count()
    for tick in range(80):  # a quarter of a second apart; nothing comes in the last three seconds
        count.add(tick * 250, 2 if tick < 68 else 0)
    assert count.headline_rate() == 0
    assert (count.rate() or 0) > 4


def test_the_headline_is_not_known_before_there_is_a_rate_and_follows_slow_surveys() -> None:
    count = Count()
    count.add(0, 5)
    assert count.headline_rate() is None
    count.add(10_000, 50)
    assert count.headline_rate() == 5
