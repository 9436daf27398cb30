"""Messages of one partition that came together, some of them perhaps for the second time."""

from confluent_kafka import Message

from dashboard.tap.reader import without_repeats


def run(*offsets: int) -> list[Message]:
    return [Message(topic="parts", partition=0, offset=offset, value=b"1") for offset in offsets]


def left(messages: list[Message]) -> list[int | None]:
    return [message.offset() for message in messages]


def test_what_was_read_before_is_left_out_and_counts_among_those_to_be_shown() -> None:
    new, shown = without_repeats(run(5, 6, 7, 8), shown=3, position=6)
    assert left(new) == [6, 7, 8]
    assert shown == 2


def test_holes_are_no_repeats() -> None:
    new, shown = without_repeats(run(5, 7, 20), shown=3, position=5)
    assert left(new) == [5, 7, 20]
    assert shown == 3


def test_what_comes_twice_in_one_run_counts_once() -> None:
    new, shown = without_repeats(run(5, 6, 5, 6, 7), shown=5, position=0)
    assert left(new) == [5, 6, 7]
    assert shown == 3


def test_nothing_is_left_of_a_run_that_was_read_before() -> None:
    assert without_repeats(run(5, 6), shown=2, position=7) == ([], 0)
