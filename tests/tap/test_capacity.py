"""What the tap can follow on this machine, found out by what it does."""

from dashboard.tap.capacity import LEAST_PER_SECOND, Capacity

MOST = 20_000.0


def watched(*seconds: tuple[int, int]) -> Capacity:
    """After so many seconds; in each so many were read, and so many waited then."""
    capacity = Capacity(MOST, late_seconds=0.5)
    capacity.measure(0, 0.0)
    for number, (read, behind) in enumerate(seconds, 1):
        capacity.read(read)
        capacity.measure(behind, float(number))
    return capacity


def test_who_keeps_up_can_do_as_much_as_is_allowed() -> None:
    assert watched((12_000, 3_000), (19_000, 500)).events_per_second == MOST


def test_who_is_late_can_do_what_was_done_meanwhile() -> None:
    late = (3_000, 9_000)
    assert watched(late).events_per_second == MOST / 2
    assert watched(late, late).events_per_second == MOST / 4
    assert watched(late, late, late).events_per_second == 3_000


def test_it_is_late_by_seconds_and_not_by_a_number_of_events() -> None:
    assert watched((12_000, 5_900)).events_per_second == MOST
    assert watched((12_000, 6_100)).events_per_second == 12_000


def test_a_handful_that_waits_proves_nothing() -> None:
    assert watched((8, 900)).events_per_second == MOST


def test_it_is_never_taken_for_able_to_do_nothing() -> None:
    assert watched(*[(0, 50_000)] * 9).events_per_second == LEAST_PER_SECOND


def test_never_for_more_than_is_allowed() -> None:
    assert watched((50_000, 90_000)).events_per_second == MOST


def test_it_is_trusted_with_more_again_little_by_little() -> None:
    late = (3_000, 9_000)
    assert 3_000 < watched(late, late, late, (100, 0)).events_per_second < 3_500
    assert watched(late, late, late, *[(100, 0)] * 30).events_per_second == MOST


def test_what_is_read_counts_over_a_while() -> None:
    capacity = watched((12_000, 0))
    capacity.read(10)
    capacity.measure(9_000, 1.1)
    assert capacity.events_per_second == MOST


def test_who_may_be_as_late_as_need_be_is_never_late() -> None:
    capacity = Capacity(MOST, late_seconds=float("inf"))
    capacity.measure(0, 0.0)
    capacity.read(10)
    capacity.measure(1_000_000, 1.0)
    assert capacity.events_per_second == MOST
