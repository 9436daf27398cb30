from typing import Any

from confluent_kafka import TIMESTAMP_LOG_APPEND_TIME, TIMESTAMP_NOT_AVAILABLE, Message

from dashboard.picture.observations import Observation, WishCleared, WishSeen
from dashboard.tap import own_topics
from flowviz.kit.wish import Rate, Wish

NOW = 1_770_000_000_000
HOUR = 3_600_000
MINUTE = 60_000
NOT_TOLD = (TIMESTAMP_NOT_AVAILABLE, -1)


def heard(
    value: bytes | None,
    key: bytes | None = b"quality",
    *,
    wall: int = NOW,
    live: bool = True,
    timestamp: tuple[int, int] = NOT_TOLD,
) -> Observation | None:
    message = Message(
        topic="flowviz.control",
        partition=0,
        offset=0,
        key=key,
        value=value,
        timestamp=timestamp,
    )
    return own_topics.heard(message, NOW, wall, live=live)


def until_of(wish: Wish, **how: Any) -> int | None:
    seen = heard(wish.encode(), **how)
    assert isinstance(seen, WishSeen)
    return seen.until_at


def minute(at: int) -> Wish:
    """A pause for a minute, made at that instant of its maker's clock."""
    return Wish("w-1", "quality", "paused", at + MINUTE, by="presenter", at=at)


def test_a_wish_is_told_whole() -> None:
    rate = Rate(200, NOW + 77)
    wish = Wish("w-1", "quality", "paused", NOW + 99, 40, rate, by="presenter", at=NOW)
    assert heard(wish.encode()) == WishSeen(
        NOW, "quality", "w-1", "paused", NOW + 99, 40, 200, NOW + 77, "presenter"
    )


def test_a_pause_of_a_minute_ends_a_minute_after_it_was_heard_whatever_its_makers_clock_says() -> (
    None
):
    for off in (-HOUR, 0, HOUR):
        assert until_of(minute(NOW + off)) == NOW + MINUTE
        assert until_of(minute(NOW), wall=NOW + off) == NOW + MINUTE


def test_a_pause_that_was_there_before_us_has_run_for_as_long_as_it_was_written() -> None:
    written = (TIMESTAMP_LOG_APPEND_TIME, NOW - 40_000)
    wish = minute(NOW - 40_000 + HOUR)
    assert until_of(wish, live=False, timestamp=written) == NOW + 20_000


def test_without_the_time_of_its_record_its_maker_is_believed() -> None:
    assert until_of(minute(NOW - 40_000), live=False) == NOW + 20_000
    undated = Wish("w-1", "quality", "paused", NOW + MINUTE + 500, by="presenter")
    assert until_of(undated, wall=NOW + 500) == NOW + MINUTE


def test_a_record_without_a_value_takes_the_wish_back() -> None:
    assert heard(None) == WishCleared(NOW, "quality")


def test_what_is_no_wish_is_left_out() -> None:
    assert heard(None, key=b"\xff") is None
    assert heard(None, key=None) is None
    assert heard(None, key=b"x" * 250) is None
    assert heard(b"pause!") is None


def test_a_wish_under_the_key_of_another_service_is_left_out_as_the_kit_leaves_it_out() -> None:
    assert heard(Wish("w-1", "shipping", "paused", by="presenter", at=5).encode()) is None
