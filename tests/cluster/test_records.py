from confluent_kafka import TIMESTAMP_CREATE_TIME, Message

from dashboard.cluster.records import MAX_HEADERS, shown


def message(**parts: object) -> Message:
    parts = {
        "topic": "parts",
        "partition": 2,
        "offset": 41,
        "timestamp": (TIMESTAMP_CREATE_TIME, 1_700_000_000_000),
    } | parts
    return Message(**parts)  # type: ignore[arg-type]


def test_it_says_where_it_stands_and_from_when() -> None:
    record = shown(message(key=b"p-7", value=b"{}"), 1_000)
    assert (record.topic, record.partition, record.offset) == ("parts", 2, 41)
    assert record.at == 1_700_000_000_000
    assert record.key == "p-7"


def test_secret_headers_are_masked() -> None:
    record = shown(message(headers=[("authorization", b"Bearer abc"), ("ce_id", b"1")]), 1_000)
    assert record.headers == (("authorization", "•••"), ("ce_id", "1"))


def test_a_key_that_carries_a_secret_is_masked() -> None:
    assert shown(message(key=b"token=abc"), 1_000).key == "token=•••"


def test_headers_above_the_cap_are_counted() -> None:
    record = shown(message(value=b"x", headers=[("h", b"1")] * (MAX_HEADERS + 7)), 1_000)
    assert len(record.headers) == MAX_HEADERS
    assert record.notes == ("7 more headers",)


def test_a_negative_time_is_not_known() -> None:
    assert shown(message(timestamp=(TIMESTAMP_CREATE_TIME, -5)), 1_000).at is None
