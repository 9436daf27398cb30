from hypothesis import given
from hypothesis import strategies as st

from dashboard.picture.observations import Partition
from dashboard.tap.budget import Budget, Demand, above_share

BUDGET = Budget(events_per_second=1_000, bytes_per_second=1_000_000)
A, B, C = ("a", 0), ("b", 0), ("c", 0)


def test_within_the_budget_everything_is_followed() -> None:
    assert above_share({A: Demand(400), B: Demand(500)}, BUDGET, ()) == frozenset()


def test_nothing_to_read_is_nothing_to_sample() -> None:
    assert above_share({}, BUDGET, ()) == frozenset()


def test_the_flooded_partition_is_sampled_and_the_others_are_followed() -> None:
    demands = {A: Demand(50_000), B: Demand(300), C: Demand(300)}
    assert above_share(demands, BUDGET, ()) == {A}


def test_bytes_count_as_well_as_events() -> None:
    assert above_share({A: Demand(5, size=1_000_000), B: Demand(5)}, BUDGET, ()) == {A}


def test_two_that_ask_for_too_much_are_both_sampled() -> None:
    assert above_share({A: Demand(800), B: Demand(900), C: Demand(10)}, BUDGET, ()) == {A, B}


def test_a_backlog_too_long_to_be_read_through_is_passed_over() -> None:
    assert above_share({A: Demand(10, behind=100_000), B: Demand(10)}, BUDGET, ()) == {A}
    assert above_share({A: Demand(10, behind=100), B: Demand(10)}, BUDGET, ()) == frozenset()


def test_a_sampled_partition_is_followed_again_only_well_below_its_share() -> None:
    assert above_share({A: Demand(900)}, BUDGET, {A}) == {A}
    assert above_share({A: Demand(600)}, BUDGET, {A}) == frozenset()


PARTITIONS = st.tuples(st.just("t"), st.integers(0, 30))


@given(st.dictionaries(PARTITIONS, st.builds(Demand, st.floats(0, 5_000), st.floats(0, 10_000))))
def test_what_is_followed_always_fits_the_budget(demands: dict[Partition, Demand]) -> None:
    sampled = above_share(demands, BUDGET, ())
    followed = [demand for one, demand in demands.items() if one not in sampled]
    assert sum(demand.events_per_second for demand in followed) <= 1_000.001
    assert sum(demand.events_per_second * demand.size for demand in followed) <= 1_000_001
