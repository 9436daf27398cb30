"""What came of calls, counted."""

from __future__ import annotations

import pytest

from flowviz.kit import Service
from flowviz.kit.calls import MAX_CALLED, MAX_REASON, MAX_RECENT, RECENT_SECONDS, CallCounts, Calls


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_call_is_counted_once_when_it_ends_and_each_further_try_beside_it() -> None:
    calls = Calls()
    assert calls.counts() == CallCounts(), "nothing was called: nothing is known of its length"
    calls.retried("no answer within 2 s")
    calls.retried("no answer within 2 s")
    assert calls.counts() == CallCounts(retried=2, reason="no answer within 2 s")
    calls.timed_out("no answer within 2 s")
    calls.refused("no connection")
    assert calls.counts() == CallCounts(0, 1, 1, 2, None, "no connection")
    calls.done(0.07)
    assert calls.counts() == CallCounts(1, 1, 1, 2, 0.07, None), "the newest try went well"
    calls.refused(None)
    assert calls.counts() == CallCounts(1, 2, 1, 2, 0.07, None), "it was not tried: no room"


def test_how_long_a_call_takes_is_the_median_of_the_last_ten_seconds() -> None:
    clock = Clock()
    calls = Calls(clock)
    calls.done(5.0)
    clock.now = RECENT_SECONDS
    for seconds in (0.1, 0.3):
        calls.done(seconds)
    assert calls.counts().seconds == 0.3
    clock.now += 1
    assert calls.counts().seconds == 0.2, "the first one is too long ago"
    clock.now += RECENT_SECONDS
    assert calls.counts().seconds is None, "lately none was answered"


def test_what_is_kept_is_bounded() -> None:
    calls = Calls(Clock())
    for number in range(MAX_RECENT + 100):
        calls.done(float(number))
    assert calls.counts().seconds == 100 + (MAX_RECENT - 1) / 2
    calls.refused("x" * 1000)
    assert len(calls.counts().reason or "") == MAX_REASON
    service = Service("a", {})
    for number in range(MAX_CALLED):
        service.calls_to(f"b{number}")
    assert service.calls_to("b0") is service.calls_to("b0")
    with pytest.raises(ValueError, match="at most"):
        service.calls_to("one more")
