from dashboard.picture.observations import Event
from dashboard.tap.history import MAX_HELD, WAIT_SECONDS, History
from dashboard.tap.places import Place

A, B = ("a", 0), ("b", 0)
BEGUN = {A: Place(0, 2), B: Place(5, 6), ("empty", 0): Place(0, 0)}


def event(topic: str, offset: int, at: int, live: bool = False) -> Event:
    return Event(
        topic, 0, offset, None, None, None, None, at, 1_000, None, None, 1, live, None
    )  # fmt: skip


def test_it_is_over_when_each_partition_has_told_all() -> None:
    history = History(BEGUN, now=0.0)
    history.hold([event("a", 0, 1), event("b", 5, 2)])
    assert not history.is_over(0.1)
    history.hold([event("a", 1, 3)])
    assert history.is_over(0.1)


def test_history_is_told_in_the_order_of_time_and_live_events_after_it() -> None:
    history = History(BEGUN, now=0.0)
    history.hold([event("a", 2, 9, live=True), event("a", 0, 8), event("b", 5, 2)])
    assert [one.event_at for one in history.told(1_000)] == [2, 8, 9]


def test_an_event_from_the_future_counts_as_seen_now() -> None:
    history = History(BEGUN, now=0.0)
    history.hold([event("a", 0, 10**13), event("b", 5, 1_001), event("a", 1, 999)])
    assert [one.offset for one in history.told(1_000)] == [1, 0, 5]


def test_nothing_to_tell_is_over_at_once() -> None:
    assert History({A: Place(3, 3)}, now=0.0).is_over(0.0)


def test_a_hole_at_the_end_is_not_waited_for() -> None:
    history = History(BEGUN, now=0.0)
    history.hold([event("a", 0, 1)])
    history.at_end(A)
    history.at_end(B)
    assert history.is_over(0.1)


def test_a_slow_cluster_is_not_waited_for() -> None:
    assert History(BEGUN, now=0.0).is_over(WAIT_SECONDS)


def test_no_more_than_the_cap_is_held() -> None:
    history = History(BEGUN, now=0.0)
    history.hold([event("c", n, n, live=True) for n in range(MAX_HELD)])
    assert history.is_over(0.1)
