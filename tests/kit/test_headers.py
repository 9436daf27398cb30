"""What events carry: who, because of what, and in which trace."""

from __future__ import annotations

import re
from uuid import RFC_4122, UUID, uuid5

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flowviz.kit import headers
from flowviz.kit.headers import NAMESPACE, caused_id, next_traceparent, pairs, stamp, text


def test_a_caused_id_is_the_same_for_the_same_three_and_for_no_others() -> None:
    same = {caused_id("quality", "a", 0) for _ in range(3)}
    others = {caused_id(*three) for three in (("q", "a", 0), ("quality", "b", 0))}
    others |= {caused_id("quality", "a", 1), caused_id("quality", "a", -1)}
    assert len(same) == 1
    assert len(same | others) == 5


def test_a_caused_id_never_changes_between_versions() -> None:
    assert str(NAMESPACE) == "6f3ab2c8-5d0e-5c1f-9a77-4f0c2e9d8b10"
    assert caused_id("quality", "c0ffee", 0) == "8e8e21fe-c592-5742-b3a9-ed01e9c47d9b"
    assert UUID(caused_id("quality", "c0ffee", 0)).version == 5


@given(st.text(), st.text(), st.integers())
def test_ids_are_uuids_as_everybody_makes_them(service: str, cause: str, ordinal: int) -> None:
    expected = uuid5(uuid5(NAMESPACE, service), f"{cause}/{ordinal}")
    assert caused_id(service, cause, ordinal) == str(expected)
    first = UUID(headers.random_id())
    assert (first.version, first.variant) == (4, RFC_4122)


def test_a_first_event_has_no_cause_and_a_trace_of_its_own() -> None:
    one, other = stamp("scanner", "part", 0), stamp("scanner", "part", 0)
    assert set(one) == {
        "ce_specversion",
        "ce_id",
        "ce_source",
        "ce_type",
        "ce_time",
        "traceparent",
    }
    assert one["ce_time"] == b"1970-01-01T00:00:00.000Z"
    assert one["ce_id"] != other["ce_id"]
    assert one["traceparent"][3:35] != other["traceparent"][3:35]


def test_a_caused_event_goes_on_in_the_trace_with_a_span_of_its_own() -> None:
    first = stamp("scanner", "part", 0)["traceparent"].decode()
    second = next_traceparent(first)
    assert second[:36] == first[:36]
    assert second[36:52] != first[36:52]


@pytest.mark.parametrize(
    "bad",
    [
        None,
        "",
        "nonsense",
        "ff-" + "1" * 32 + "-" + "1" * 16 + "-01",
        "00-" + "0" * 32 + "-" + "1" * 16 + "-01",
        "00-" + "1" * 32 + "-" + "0" * 16 + "-01",
        "00-" + "G" * 32 + "-" + "1" * 16 + "-01",
    ],
)
def test_a_traceparent_that_is_none_begins_a_new_trace(bad: str | None) -> None:
    made = next_traceparent(bad)
    assert re.fullmatch(r"00-[0-9a-f]{32}-[0-9a-f]{16}-01", made)
    assert bad is None or made[3:35] not in bad


@given(st.lists(st.tuples(st.text(), st.none() | st.binary())))
def test_reading_a_header_never_fails(found: list[tuple[str, bytes | None]]) -> None:
    for name, _ in [*found, (headers.ID, None)]:
        read = text(found, name)
        assert read is None or isinstance(read, str)


def test_the_last_header_of_a_name_counts() -> None:
    assert text([("a", b"1"), ("a", b"2")], "a") == "2"
    assert text({"a": "1"}, "a") == "1"
    assert text([("a", b"\xff")], "a") is None
    assert pairs(None) == []
