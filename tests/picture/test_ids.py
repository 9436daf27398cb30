from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.picture import ids

names = st.text(st.characters(exclude_categories=["Cs"]))


@pytest.mark.parametrize(
    ("name", "encoded"),
    [
        ("parts.scanned", "parts.scanned"),
        ("a b", "a%20b"),
        ("a:b>c", "a%3Ab%3Ec"),
        ("AZaz09-_.!~*'()", "AZaz09-_.!~*'()"),
        (";/?:@&=+$,#", "%3B%2F%3F%3A%40%26%3D%2B%24%2C%23"),
        ("é", "%C3%A9"),
        ("\N{GRINNING FACE}", "%F0%9F%98%80"),
        ("100%", "100%25"),
        ("", ""),
    ],
)
def test_names_are_encoded_as_encodeuricomponent_does(name: str, encoded: str) -> None:
    """The right side is what node's encodeURIComponent gives."""
    assert ids.encoded(name) == encoded


@given(names)
def test_a_name_comes_back_from_its_node(name: str) -> None:
    assert ids.named(ids.service_node(name)) == name
    assert ids.named(ids.topic_node(name)) == name


@given(names, names, names, names)
def test_different_edges_have_different_ids(a: str, b: str, c: str, d: str) -> None:
    assert (ids.read_edge(a, b) == ids.read_edge(c, d)) == ((a, b) == (c, d))
    left = ids.write_edge(ids.service_node(a), b)
    right = ids.write_edge(ids.service_node(c), d)
    assert (left == right) == ((a, b) == (c, d))


def test_kinds_never_meet() -> None:
    nodes = [ids.service_node("x"), ids.topic_node("x"), ids.group_node("x"), ids.unknown_node("x")]
    assert nodes == ["s:x", "t:x", "g:x", "u:x"]


def test_a_lone_surrogate_does_not_raise() -> None:
    assert ids.service_node("\udc80") == "s:%3F"
