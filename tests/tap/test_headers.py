import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.tap.headers import (
    MAX_HEADERS,
    MAX_ID,
    NO_STAMP,
    Headers,
    Stamp,
    carefully,
    parse_instant,
    read_headers,
)

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"


def stamp_of(headers: Headers) -> Stamp:
    return Stamp(*read_headers(headers))


def test_cloudevents_headers_are_read() -> None:
    stamp = stamp_of(
        [
            ("ce_specversion", b"1.0"),
            ("ce_id", b"e-1"),
            ("ce_source", b"quality"),
            ("ce_type", b"part.graded"),
            ("ce_time", b"2026-01-02T03:04:05.678Z"),
            ("traceparent", f"00-{TRACE}-00f067aa0ba902b7-01".encode()),
            ("ce_causationid", b"e-0"),
        ]
    )
    assert (stamp.id, stamp.source, stamp.type) == ("e-1", "quality", "part.graded")
    assert stamp.event_at == 1_767_323_045_678
    assert (stamp.trace, stamp.cause, stamp.note) == (TRACE, "e-0", None)


def test_an_event_without_headers_has_no_stamp() -> None:
    assert read_headers(None) == read_headers([]) == read_headers([("own", b"1")]) == NO_STAMP


def test_the_first_of_two_counts_and_the_second_is_noted() -> None:
    stamp = stamp_of([("ce_source", b"a"), ("ce_source", b"b")])
    assert stamp.source == "a"
    assert stamp.note == "ce_source twice"


def test_bytes_that_are_no_text_are_shown_as_bytes_and_noted() -> None:
    stamp = stamp_of([("ce_source", b"\xff\xfe")])
    assert stamp.source == "ff fe (2 bytes)"
    assert stamp.note == "ce_source is not UTF-8"


def test_a_huge_id_is_cut_and_noted() -> None:
    stamp = stamp_of([("ce_id", b"7" * 900_000)])
    assert len(stamp.id or "") == MAX_ID
    assert stamp.note == "ce_id is too long (900\u202f000 bytes)"


def test_empty_and_null_headers_are_as_good_as_none() -> None:
    stamp = stamp_of([("ce_id", None), ("ce_source", b"")])
    assert (stamp.id, stamp.source) == (None, None)
    assert stamp.note == "ce_source is empty"


@pytest.mark.parametrize("raw", [b"", b"garbage", f"00-{'0' * 32}-00f067aa0ba902b7-01".encode()])
def test_a_malformed_traceparent_is_noted(raw: bytes) -> None:
    stamp = stamp_of([("traceparent", raw)])
    assert (stamp.trace, stamp.note) == (None, "malformed traceparent")


@pytest.mark.parametrize(
    "raw", [b"", b"yesterday", b"2026-01-02", b"2026-01-02T03:04:05", b"\xff", b"9" * 5_000]
)
def test_what_is_no_rfc3339_time_is_noted(raw: bytes) -> None:
    stamp = stamp_of([("ce_time", raw)])
    assert (stamp.event_at, stamp.note) == (None, "malformed ce_time")


def test_times_before_1970_are_no_instants() -> None:
    assert parse_instant(b"1969-12-31T23:59:59Z") is None
    assert parse_instant(b"0001-01-01T00:00:00+14:00") is None


def test_a_flood_of_headers_is_not_looked_through() -> None:
    stamp = stamp_of([("x", b"")] * MAX_HEADERS + [("ce_id", b"late")])
    assert stamp.id is None
    assert stamp.note == f"more than {MAX_HEADERS} headers"


NAMES = st.sampled_from(["ce_id", "ce_source", "ce_type", "ce_time", "traceparent", "other"])


@given(
    st.lists(
        st.tuples(NAMES, st.none() | st.binary(max_size=300) | st.text(max_size=99)), max_size=9
    )
)
def test_no_header_stops_the_reader(headers: list[tuple[str, str | bytes | None]]) -> None:
    for part in read_headers(headers):
        str(part).encode()
        assert len(str(part)) < 1_000


HEX = st.text("0123456789abcdef0", min_size=31, max_size=33)
PLAIN_OR_NEARLY = st.lists(
    st.one_of(
        st.tuples(
            st.sampled_from(["ce_id", "ce_source", "ce_type", "ce_causationid", "other"]),
            st.one_of(
                st.none(),
                st.text("ab-1 \t\u00e9\u202e", max_size=5).map(str.encode),
                st.integers(110, 210).map(lambda length: b"7" * length),
            ),
        ),
        st.tuples(
            st.just("ce_time"),
            st.one_of(
                st.datetimes().map(lambda at: at.isoformat().encode()),
                st.datetimes().map(lambda at: f"{at.isoformat(timespec='milliseconds')}Z".encode()),
                st.sampled_from([b"", b"1969-12-31T23:59:59Z", b"2026-01-02T03:04:05+01:00"]),
            ),
        ),
        st.tuples(
            st.just("traceparent"),
            st.builds(
                lambda version, trace, end: f"{version}-{trace}-{'a' * 16}-01{end}".encode(),
                st.sampled_from(["00", "01", "0g", "-0"]),
                st.one_of(HEX, st.just("0" * 32), st.just("a" * 16 + "-" * 16)),
                st.sampled_from(["", "-more", "x"]),
            ),
        ),
    ),
    max_size=7,
)


@given(PLAIN_OR_NEARLY)
def test_the_short_way_gives_what_the_careful_one_does(
    headers: list[tuple[str, str | bytes | None]],
) -> None:
    assert read_headers(headers) == (carefully(headers) if headers else NO_STAMP)
