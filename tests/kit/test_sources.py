import pytest

from flowviz.kit.sources import LOOK_AGAIN_SECONDS, Sources
from flowviz.kit.wish import Wish


def make() -> None:
    """What a source would make."""


def sources(per_second: float = 8) -> Sources:
    made = Sources()
    made.add(per_second, make)
    return made


def taken(made: Sources, now: float, wish: Wish | None = None) -> int:
    return len(made.take(now, wish, now_ms=int(now * 1000)))


def test_a_source_that_is_held_is_not_due_and_does_not_let_its_loop_spin() -> None:
    made = sources()
    taken(made, 100.0)
    for step in range(20):
        now = 100.2 + step * LOOK_AGAIN_SECONDS
        made.hold(now)
        assert made.seconds_left(now) == pytest.approx(LOOK_AGAIN_SECONDS)


def test_what_was_not_made_while_it_was_held_is_not_made_up_for() -> None:
    made = sources(per_second=8)
    taken(made, 100.0)
    made.hold(160.0)
    assert sum(taken(made, 160.0 + step / 1000) for step in range(300)) == 2


def test_without_a_source_nothing_is_ever_due() -> None:
    empty = Sources()
    empty.hold(100.0)
    assert empty.seconds_left(100.0) == float("inf")
