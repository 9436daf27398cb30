"""An end in a wish is told by the clock of its maker, whatever ours shows."""

from __future__ import annotations

import pytest

from flowviz.kit.wish import Rate, Wish
from flowviz.kit.wish_clock import Heard, WishClock

HOUR = 3_600_000
AT = 100 * HOUR
DAY = 7
"""What this machine's clock of the day says, set to the very beginning: it must not matter."""
PAUSE = Wish("w", "quality", mode="paused", until_at=AT + 60_000, at=AT)


@pytest.mark.parametrize("off", [-HOUR, 0, HOUR])
@pytest.mark.parametrize("broker_off", [None, -7 * HOUR, 7 * HOUR])
def test_a_wish_that_is_heard_as_it_comes_was_made_just_now(
    off: int, broker_off: int | None
) -> None:
    clock = WishClock()
    if broker_off is not None:
        clock.broker_said(AT + broker_off, AT + off)
    clock.hear(Heard(PAUSE, None if broker_off is None else AT + broker_off, AT + off))
    assert [clock.now(AT + off + later, DAY) for later in (0, 59_999, 60_000)] == [
        AT,
        AT + 59_999,
        AT + 60_000,
    ]
    assert PAUSE.paused_at(clock.now(AT + off + 59_999, DAY))
    assert not PAUSE.paused_at(clock.now(AT + off + 60_000, DAY))


@pytest.mark.parametrize("off", [-HOUR, 0, HOUR])
def test_the_age_of_a_wish_that_was_there_before_is_known_by_the_brokers_clock(off: int) -> None:
    clock = WishClock()
    assert not clock.guesses
    clock.hear(Heard(PAUSE, AT + 5 * HOUR, None))
    assert clock.guesses
    clock.broker_said(AT + 5 * HOUR + 45_000, AT + off + 45_000)
    assert not clock.guesses
    assert clock.now(AT + off + 50_000, DAY) == AT + 50_000


def test_a_wish_that_came_late_is_as_old_as_the_broker_says() -> None:
    """As after an outage, or when the process was frozen."""
    clock = WishClock()
    clock.broker_said(AT, AT)
    clock.hear(Heard(PAUSE, AT, AT + 40_000))
    assert clock.now(AT + 40_000, DAY) == AT + 40_000


@pytest.mark.parametrize("by", [-HOUR, HOUR])
@pytest.mark.parametrize("live", [True, False])
def test_a_pause_of_a_minute_lasts_a_minute_though_the_brokers_clock_is_set(
    by: int, live: bool
) -> None:
    clock = WishClock()
    clock.broker_said(AT, 0)
    clock.hear(Heard(PAUSE, AT, 0 if live else None))
    clock.broker_said(AT + 10_000 + by, 10_000)
    assert PAUSE.paused_at(clock.now(59_999, DAY))
    assert not PAUSE.paused_at(clock.now(60_000, DAY))


def test_where_nothing_better_is_known_our_clock_counts() -> None:
    clock = WishClock()
    assert clock.now(1, 5) == 5
    clock.hear(Heard(PAUSE, None, None))
    assert (clock.now(1, AT + 7), clock.guesses) == (AT + 7, False)
    clock.hear(Heard(Wish("w", "quality", until_at=AT), AT, AT))
    assert clock.now(1, AT + 7) == AT + 7, "who made it did not say when"


def test_only_what_has_an_end_depends_on_a_clock() -> None:
    clock = WishClock()
    for wish, guesses in (
        (Wish("w", "s", mode="paused", at=AT), False),
        (Wish("w", "s", rate=Rate(5), at=AT), False),
        (Wish("w", "s", rate=Rate(5, AT + 1), at=AT), True),
    ):
        clock.hear(Heard(wish, AT, None))
        assert clock.guesses is guesses
