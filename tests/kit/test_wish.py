"""Wishes survive the wire, and nothing else is taken for one."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flowviz.kit.wish import (
    MAX_INSTANT,
    MAX_MS_PER_EVENT,
    MAX_OPTIONS,
    MAX_RATE_PER_SECOND,
    Rate,
    Rewind,
    Wish,
    WishError,
    parse,
)

instants = st.integers(0, MAX_INSTANT)
texts = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=36)
ids = st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=1, max_size=36)
offsets = st.dictionaries(
    texts, st.dictionaries(st.integers(0, 999), instants, min_size=1, max_size=3), min_size=1
)
wishes = st.builds(
    Wish,
    id=texts,
    service=texts,
    mode=st.sampled_from(["running", "paused"]),
    until_at=st.none() | instants,
    ms_per_event=st.integers(0, MAX_MS_PER_EVENT) | st.floats(0, MAX_MS_PER_EVENT),
    rate=st.none()
    | st.builds(
        Rate,
        st.floats(0, MAX_RATE_PER_SECOND, exclude_min=True) | st.integers(1, MAX_RATE_PER_SECOND),
        st.none() | instants,
    ),
    rewind=st.none() | st.builds(Rewind, ids, st.just("earliest") | instants | offsets),
    options=st.dictionaries(
        texts,
        st.none()
        | st.booleans()
        | st.integers(-MAX_INSTANT, MAX_INSTANT)
        | st.floats(-1e9, 1e9)
        | texts
        | st.just(""),
        max_size=MAX_OPTIONS,
    ),
    by=st.none() | texts,
    at=instants,
)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)

GOOD: dict[str, Any] = {
    "v": 1,
    "id": "5f0c",
    "service": "quality",
    "want": {
        "mode": "paused",
        "until_at": None,
        "ms_per_event": 0,
        "rate": {"per_second": 200, "until_at": None},
        "rewind": {"id": "9b1d", "to": {"parts.scanned": {"0": 123}}},
        "options": {"dedupe": False},
    },
    "by": "presenter",
    "at": 1763999940000,
}


@given(wishes)
def test_a_wish_is_read_back_as_it_was_written(wish: Wish) -> None:
    assert parse(wish.encode()) == wish


@given(st.binary() | json_values.map(lambda value: json.dumps(value).encode()))
def test_whatever_is_no_wish_is_refused_in_a_sentence(value: bytes) -> None:
    with pytest.raises(WishError) as refused:
        parse(value)
    assert str(refused.value).endswith(".")


PLACES = [
    ("v",),
    ("id",),
    ("service",),
    ("want",),
    ("by",),
    ("at",),
    ("want", "mode"),
    ("want", "until_at"),
    ("want", "ms_per_event"),
    ("want", "rate"),
    ("want", "rate", "per_second"),
    ("want", "options"),
    ("want", "options", "dedupe"),
    ("want", "rewind"),
    ("want", "rewind", "id"),
    ("want", "rewind", "to"),
    ("want", "rewind", "to", "parts.scanned"),
    ("want", "rewind", "to", "parts.scanned", "0"),
]


@given(st.sampled_from(PLACES), json_values)
def test_a_wish_with_one_field_changed_is_a_wish_or_a_clear_refusal(
    place: tuple[str, ...], value: object
) -> None:
    changed = json.loads(json.dumps(GOOD))
    inner = changed
    for step in place[:-1]:
        inner = inner[step]
    inner[place[-1]] = value
    raw = json.dumps(changed).encode()
    wish, said = Wish("w", "s"), "."
    try:
        wish = parse(raw)
    except WishError as error:
        said = str(error)
    assert said.endswith(".")
    assert parse(wish.encode()) == wish


@pytest.mark.parametrize(
    ("place", "value", "said"),
    [
        ("mode", "asleep", 'want.mode is \'asleep\'; it can be "running" or "paused".'),
        ("ms_per_event", -1, "want.ms_per_event is -1; it must be a number from 0 to 60000."),
        ("ms_per_event", True, "want.ms_per_event is True"),
        ("ms_per_event", 10**400, "it must be a number from 0 to 60000."),
        ("ms_per_event", float("nan"), "it must be a number from 0 to 60000."),
        ("rate", {"per_second": 10**400}, "it must be a number from 0 to"),
        ("rate", {"per_second": 0}, "to stop a service, pause it"),
        ("until_at", "soon", "want.until_at is 'soon'; it must be a whole number from 0."),
        ("rewind", {"id": "x", "to": {"t": {"-1": 3}}}, "has '-1' as a partition"),
        ("options", {str(n): n for n in range(21)}, "has 21 entries; at most 20 are read"),
        ("options", {"a": [1]}, "want.options.a is [1]; it must be text, a number or a switch."),
        ("options", {"a": float("inf")}, "want.options.a is inf; it is too large."),
        ("options", {"a": "x" * 201}, "text of 1 to 200 characters"),
        ("rewind", {"id": "x" * 37, "to": "earliest"}, "text of 1 to 36 characters"),
    ],
)
def test_a_refusal_says_what_is_wrong(place: str, value: object, said: str) -> None:
    raw = json.dumps(GOOD | {"want": GOOD["want"] | {place: value}}).encode()
    with pytest.raises(WishError) as refused:
        parse(raw)
    assert said in str(refused.value)


def test_fields_of_a_later_version_are_passed_over() -> None:
    more = GOOD | {"colour": "red", "want": GOOD["want"] | {"mood": "calm"}}
    assert parse(json.dumps(more).encode()) == parse(json.dumps(GOOD).encode())


def test_a_huge_or_deeply_nested_record_is_refused() -> None:
    for raw in (b" " * 70_000, b"[" * 60_000):
        with pytest.raises(WishError):
            parse(raw)


def test_a_pause_and_a_rate_end_by_themselves() -> None:
    wish = Wish("w", "s", mode="paused", until_at=100, rate=Rate(5, until_at=200))
    assert [wish.paused_at(now) for now in (0, 99, 100)] == [True, True, False]
    assert [wish.per_second_at(now) for now in (0, 199, 200)] == [5, 5, None]
    assert Wish("w", "s", mode="paused").paused_at(2**60)
