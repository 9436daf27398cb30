from confluent_kafka import Message

from dashboard.picture.observations import WishCleared, WishSeen
from dashboard.tap.own_topics import heard
from flowviz.kit.wish import Rate, Wish


def message(value: bytes | None, key: bytes | None = b"quality") -> Message:
    return Message(topic="flowviz.control", partition=0, offset=0, key=key, value=value)


def test_a_wish_is_told_whole() -> None:
    wish = Wish("w-1", "quality", "paused", 99, 40, Rate(200, 77), by="presenter", at=5)
    assert heard(message(wish.encode()), 123) == WishSeen(
        123, "quality", "w-1", "paused", 99, 40, 200, 77, "presenter"
    )


def test_a_record_without_a_value_takes_the_wish_back() -> None:
    assert heard(message(None), 123) == WishCleared(123, "quality")


def test_what_is_no_wish_is_left_out() -> None:
    assert heard(message(None, key=b"\xff"), 123) is None
    assert heard(message(None, key=None), 123) is None
    assert heard(message(None, key=b"x" * 250), 123) is None
    assert heard(message(b"pause!"), 123) is None


def test_a_wish_under_the_key_of_another_service_is_left_out_as_the_kit_leaves_it_out() -> None:
    assert (
        heard(message(Wish("w-1", "shipping", "paused", by="presenter", at=5).encode()), 1) is None
    )
