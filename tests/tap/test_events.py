from confluent_kafka import TIMESTAMP_CREATE_TIME, TIMESTAMP_NOT_AVAILABLE, Message

from dashboard.picture.observations import Event
from dashboard.tap.events import CLOCKS_MAY_DIFFER_MS, MAX_KEY, shown_event

NOW = 1_770_000_000_000
FUTURE = NOW + CLOCKS_MAY_DIFFER_MS
PARTS = ("parts", 2)


def seen(**parts: object) -> Event:
    parts = {
        "topic": "parts",
        "partition": 2,
        "offset": 41,
        "value": b"{}",
        "timestamp": (TIMESTAMP_CREATE_TIME, NOW - 1_000),
    } | parts
    return shown_event(Message(**parts), PARTS, NOW, FUTURE, live_from=0)  # type: ignore[arg-type]


class UnreadableHeaders(Message):
    def headers(self) -> None:
        raise UnicodeDecodeError("utf-8", b"\xff", 0, 1, "invalid start byte")


def test_an_ordinary_event_has_no_note() -> None:
    event = seen(key=b"p-7", headers=[("ce_id", b"1"), ("ce_source", b"scanner")])
    assert (event.topic, event.partition, event.offset) == ("parts", 2, 41)
    assert (event.key, event.id, event.source, event.note) == ("p-7", "1", "scanner", None)
    assert event.size == 5
    assert event.event_at == NOW - 1_000


def test_the_producers_time_comes_before_the_records() -> None:
    event = seen(headers=[("ce_time", b"2026-02-02T02:00:00Z")])
    assert event.event_at == 1_769_997_600_000


def test_a_missing_value_is_noted() -> None:
    assert seen(value=None).note == "no value"


def test_an_empty_value_is_a_value() -> None:
    assert seen(value=b"").note is None


def test_a_large_value_is_noted_and_not_carried() -> None:
    event = seen(value=b"x" * 1_000_000)
    assert event.note == "large: 1\u202f000\u202f000 bytes"
    assert "xxx" not in str(event)


def test_an_event_from_the_future_keeps_its_time_and_says_so() -> None:
    event = seen(timestamp=(TIMESTAMP_CREATE_TIME, NOW + 3 * 3_600_000))
    assert event.event_at == NOW + 3 * 3_600_000
    assert event.note == "from the future: 3 h ahead"


def test_a_clock_a_little_ahead_is_not_odd() -> None:
    assert seen(timestamp=(TIMESTAMP_CREATE_TIME, NOW + 900)).note is None


def test_the_future_is_told_by_the_clock_on_the_wall_and_not_by_when_it_was_seen() -> None:
    """The system's clock was set an hour forward: what is stamped by it now is not odd."""
    hour = 3_600_000
    message = Message(
        topic="parts", partition=2, offset=0, value=b"1", timestamp=(TIMESTAMP_CREATE_TIME, NOW)
    )
    event = shown_event(message, PARTS, NOW - hour, FUTURE, live_from=0)
    assert (event.seen_at, event.event_at, event.note) == (NOW - hour, NOW, None)


def test_impossible_times_are_not_known() -> None:
    assert seen(timestamp=(TIMESTAMP_CREATE_TIME, -5)).event_at is None
    assert seen(timestamp=(TIMESTAMP_CREATE_TIME, 2**62)).note == "its time cannot be right"
    assert seen(timestamp=(TIMESTAMP_NOT_AVAILABLE, -1)).event_at is None


def test_a_long_key_is_cut_and_a_binary_one_shown_in_hexadecimal() -> None:
    assert len(seen(key=b"k" * 100_000).key or "") == MAX_KEY
    assert seen(key=b"\xff\x01").key == "ff 01 (2 bytes)"


def test_headers_that_cannot_be_decoded_are_noted() -> None:
    message = UnreadableHeaders(topic="parts", partition=2, offset=0, value=b"1")
    assert shown_event(message, PARTS, NOW, FUTURE, live_from=0).note == "unreadable headers"


def test_what_was_there_before_the_tap_came_is_not_live() -> None:
    message = Message(topic="parts", partition=2, offset=41, value=b"1")
    assert not shown_event(message, PARTS, NOW, FUTURE, live_from=42).live
    assert shown_event(message, PARTS, NOW, FUTURE, live_from=41).live


def test_what_happened_before_it_is_said_first() -> None:
    message = Message(topic="parts", partition=2, offset=9, value=None)
    before = "7 before it were removed unread"
    event = shown_event(message, PARTS, NOW, FUTURE, live_from=0, before=before)
    assert event.note == "7 before it were removed unread; no value"
