import pytest

from dashboard.tap.gauge import Gauge

A = ("a", 0)


def test_growth_is_measured_over_a_whole_window() -> None:
    gauge = Gauge()
    assert gauge.measure(A, 100, 100, now=0.0).events_per_second == 0
    assert gauge.measure(A, 900, 900, now=0.5).events_per_second == 0
    assert gauge.measure(A, 2_100, 2_100, now=2.0).events_per_second == 1_000
    assert gauge.measure(A, 2_100, 2_100, now=3.0).events_per_second == 0


def test_what_lies_unread_is_told() -> None:
    assert Gauge().measure(A, 100, 30, now=0.0).behind == 70


def test_the_mean_size_follows_what_is_read() -> None:
    gauge = Gauge()
    gauge.measure(A, 0, 0, now=0.0)
    gauge.saw(A, 100)
    assert gauge.measure(A, 1, 1, now=0.1).size == 100
    gauge.saw(A, 200)
    assert gauge.measure(A, 2, 2, now=0.2).size == 120


def test_many_events_weigh_as_much_as_each_after_the_other() -> None:
    together, apart = Gauge(), Gauge()
    for gauge in (together, apart):
        gauge.measure(A, 0, 0, now=0.0)
        gauge.saw(A, 100)
    together.saw(A, 200, events=3)
    for _ in range(3):
        apart.saw(A, 200)
    sizes = [gauge.measure(A, 1, 1, now=0.1).size for gauge in (together, apart)]
    assert sizes[0] == pytest.approx(sizes[1])


def test_a_log_made_anew_does_not_shrink() -> None:
    gauge = Gauge()
    gauge.measure(A, 1_000, 1_000, now=0.0)
    assert gauge.measure(A, 5, 5, now=1.0).events_per_second == 0


def test_what_is_forgotten_begins_anew() -> None:
    gauge = Gauge()
    gauge.measure(A, 0, 0, now=0.0)
    gauge.forget([A, ("never seen", 0)])
    assert gauge.measure(A, 5_000, 5_000, now=2.0).events_per_second == 0


def test_an_old_end_says_nothing_of_the_growth() -> None:
    gauge = Gauge()
    gauge.measure(A, 0, 0, now=0.0)
    assert gauge.measure(A, 2_000, 2_000, now=2.0).events_per_second == 1_000
    assert gauge.measure(A, 2_000, 2_000, now=4.0, is_news=False).events_per_second == 1_000
    assert gauge.measure(A, 2_000, 2_000, now=6.0).events_per_second == 0
