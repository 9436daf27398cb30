from dashboard.tap.sampling import (
    EVERY_SECONDS,
    HOLD_SECONDS,
    SAMPLE_EVENTS,
    TURN_SECONDS,
    TURNS_PER_SECOND,
    Turns,
)

A = ("a", 0)


def sampled(*partitions: tuple[str, int], now: float = 0.0) -> Turns:
    turns = Turns()
    turns.sample(partitions, now)
    return turns


def test_a_followed_partition_is_always_shown() -> None:
    assert Turns().read(A, 7) == 7


def test_between_its_turns_nothing_is_shown() -> None:
    assert sampled(A).read(A, 7) == 0


def test_a_turn_ends_after_some_tens() -> None:
    turns = sampled(A)
    assert turns.to_open(0.0) == [A]
    assert turns.read(A, SAMPLE_EVENTS - 1) == SAMPLE_EVENTS - 1
    assert turns.read(A, 7) == 1
    assert turns.read(A, 7) == 0
    assert turns.to_close(0.01) == [A]
    assert turns.to_close(0.02) == []


def test_a_turn_ends_at_the_end_of_the_log() -> None:
    turns = sampled(A)
    turns.to_open(0.0)
    turns.at_end(A)
    assert turns.to_close(0.01) == [A]


def test_a_turn_that_brings_nothing_ends_all_the_same() -> None:
    turns = sampled(A)
    turns.to_open(0.0)
    assert turns.to_close(TURN_SECONDS / 2) == []
    assert turns.to_close(TURN_SECONDS) == [A]


def test_the_next_turn_comes_a_little_later() -> None:
    turns = sampled(A)
    turns.to_open(0.0)
    turns.at_end(A)
    turns.to_close(0.01)
    assert turns.to_open(EVERY_SECONDS / 2) == []
    assert turns.to_open(EVERY_SECONDS) == [A]


def test_many_partitions_share_the_turns_and_each_gets_one() -> None:
    many = [("t", number) for number in range(50)]
    turns = sampled(*many)
    opened: list[tuple[str, int]] = []
    for step in range(40):
        now = step * 0.1
        found = turns.to_open(now)
        assert len(found) <= TURNS_PER_SECOND
        opened += found
        for one in found:
            turns.at_end(one)
        turns.to_close(now)
    assert set(opened) == set(many)
    assert len(opened) <= TURNS_PER_SECOND * 5


def test_a_released_partition_is_followed() -> None:
    turns = sampled(A)
    turns.release([A])
    assert turns.partitions == frozenset()
    assert turns.read(A, 7) == 7


def test_it_is_sampled_for_a_while_at_least() -> None:
    turns = sampled(A)
    turns.to_open(0.0)
    assert turns.held_long_enough(HOLD_SECONDS / 2) == frozenset()
    assert turns.held_long_enough(HOLD_SECONDS) == frozenset({A})
