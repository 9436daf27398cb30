"""Speeds, with a clock that the test turns."""

from __future__ import annotations

import pytest

from flowviz.kit.pace import Pace
from flowviz.kit.sources import Sources
from flowviz.kit.wish import Rate, Wish


def wish(ms_per_event: float = 0, per_second: float | None = None) -> Wish:
    rate = None if per_second is None else Rate(per_second, until_at=1_000_000)
    return Wish("w", "s", ms_per_event=ms_per_event, rate=rate)


def test_without_a_wish_nothing_waits() -> None:
    pace = Pace()
    pace.took(10.0, 3)
    assert pace.left(10.0, None, 0) <= 0
    assert pace.left(10.0, wish(), 0) <= 0


def test_each_event_takes_at_least_what_is_wished() -> None:
    pace = Pace()
    pace.took(10.0, 2)
    assert pace.left(10.0, wish(ms_per_event=500), 0) == pytest.approx(1.0)
    assert pace.left(10.9, wish(ms_per_event=500), 0) == pytest.approx(0.1)
    assert pace.left(10.1, wish(ms_per_event=0), 0) <= 0, "a new wish counts at once"


def test_a_rate_is_kept_on_average_though_each_wait_is_a_little_long() -> None:
    pace, now, taken = Pace(), 100.0, 0
    while now < 110.0:
        pace.took(now, 1)
        taken += 1
        now += max(0.0, pace.left(now, wish(per_second=50), 0)) + 0.003
    assert taken == pytest.approx(500, abs=10)


def test_a_rate_ends_when_it_was_wished_to() -> None:
    pace = Pace()
    pace.took(10.0, 1)
    assert pace.left(10.0, wish(per_second=0.1), 999_999) > 9
    assert pace.left(10.0, wish(per_second=0.1), 1_000_000) <= 0


def made(sources: Sources, wanted: Wish | None, seconds: float, step: float = 0.01) -> int:
    start = 50.0
    steps = round(seconds / step)
    return sum(len(sources.take(start + n * step, wanted, 0)) for n in range(steps))


def test_sources_keep_their_own_rate_a_wished_one_and_a_least_interval() -> None:
    def sources() -> Sources:
        several = Sources()
        several.add(6, lambda: None)
        several.add(2, lambda: None)
        return several

    assert made(sources(), None, 10) == pytest.approx(80, abs=4)
    assert made(sources(), wish(per_second=16), 10) == pytest.approx(160, abs=4)
    assert made(sources(), wish(ms_per_event=1_000), 10) == pytest.approx(20, abs=4)


def test_a_source_that_was_held_up_does_not_burst() -> None:
    sources = Sources()
    sources.add(10, lambda: None)
    assert len(sources.take(0.0, None, 0)) == 1
    held_up = [len(sources.take(100.0 + n * 0.001, None, 0)) for n in range(50)]
    assert sum(held_up) <= 2


def test_a_source_needs_a_rate() -> None:
    with pytest.raises(ValueError, match="above 0"):
        Sources().add(0, lambda: None)
