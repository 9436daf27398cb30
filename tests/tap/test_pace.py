from dashboard.tap.pace import REMEMBERED, Pace


def pace() -> Pace:
    return Pace(10, at_least=0.25, at_most=10.0)


def settled(took: float) -> Pace:
    """One that has remembered looks that took so long, and no other."""
    made = pace()
    for _ in range(1 + REMEMBERED):
        made.rest(took)
    return made


def test_it_rests_ten_times_as_long_as_a_look_takes() -> None:
    assert settled(0.1).rest(0.1) == 1.0


def test_it_keeps_to_its_bounds() -> None:
    assert settled(0.001).rest(0.001) == 0.25
    assert settled(30.0).rest(30.0) == 10.0


def test_the_first_look_connects_and_does_not_put_off_the_second() -> None:
    assert pace().rest(3.0) == 0.25


def test_one_look_that_had_to_wait_changes_nothing() -> None:
    assert settled(0.1).rest(4.0) == 1.0


def test_a_cluster_that_has_become_slow_is_left_alone_for_longer() -> None:
    slower = settled(0.1)
    rests = [slower.rest(0.5) for _ in range(REMEMBERED)]
    assert rests == [1.0] * (REMEMBERED - 1) + [5.0]


def test_a_cluster_that_has_become_quick_is_looked_at_more_often_at_once() -> None:
    assert settled(0.5).rest(0.1) == 1.0
