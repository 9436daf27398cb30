"""Where people put the nodes."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from dashboard.models import NodePosition
from dashboard.views import positions

pytestmark = pytest.mark.django_db


@pytest.fixture
def client() -> Client:
    return Client(headers={"host": "127.0.0.1:8000"})


def move(client: Client, body: object) -> Any:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return client.post("/positions", content, content_type="application/json")


def kept(client: Client) -> dict[str, list[float]]:
    return dict(client.get("/positions").json()["positions"])


def test_what_one_moves_everyone_sees(client: Client) -> None:
    assert kept(client) == {}
    assert move(client, {"positions": {"s:quality": [10, 20.5], "t:a": [0, -3]}}).status_code == 204
    assert kept(client) == {"s:quality": [10, 20.5], "t:a": [0, -3]}
    move(client, {"positions": {"s:quality": [11, 21]}})
    assert kept(client) == {"s:quality": [11, 21], "t:a": [0, -3]}


def test_null_forgets_one(client: Client) -> None:
    move(client, {"positions": {"s:quality": [10, 20], "t:a": [0, 0]}})
    assert move(client, {"positions": {"s:quality": None, "s:never": None}}).status_code == 204
    assert kept(client) == {"t:a": [0, 0]}


def test_of_two_pages_that_place_a_node_the_first_wins_and_both_know(client: Client) -> None:
    first = move(client, {"positions": {"s:a": [1, 2]}, "keep": True})
    assert (first.status_code, first.json()) == (200, {"positions": {"s:a": [1, 2]}})
    second = move(client, {"positions": {"s:a": [9, 9], "s:b": [3, 4]}, "keep": True})
    assert second.json() == {"positions": {"s:a": [1, 2], "s:b": [3, 4]}}
    assert kept(client) == {"s:a": [1, 2], "s:b": [3, 4]}
    move(client, {"positions": {"s:a": [9, 9]}, "keep": False})
    assert kept(client)["s:a"] == [9, 9]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[" * 5_000,
        [],
        {},
        {"positions": 1},
        {"positions": ["ab"]},
        {"positions": [[1, [2, 3]]]},
        {"positions": {"s": [1, 2]}},
        {"positions": {"s:é": [1, 2]}},
        b'{"positions": {"s:\\ud800": [1, 2]}}',
        {"positions": {"quality": [1, 2]}},
        {"positions": {"s:" + "x" * 1_000: [1, 2]}},
        {"positions": {"s:a": [1]}},
        {"positions": {"s:a": ["1", 2]}},
        {"positions": {"s:a": [True, 2]}},
        {"positions": {"s:a": [1e9, 2]}},
        {"positions": {"s:a": [10**400, 2]}},
        {"positions": {"s:a": [1, 2]}, "keep": "yes"},
        {"positions": {"s:a": [1, 2]}, "keep": None},
        b'{"positions": {"s:a": [NaN, 2]}}',
        b'{"positions": {"s:a": [1e999, 2]}}',
        {"positions": {f"s:{number}": [0, 0] for number in range(501)}},
    ],
)
def test_what_is_no_position_changes_nothing(client: Client, body: object) -> None:
    answer = move(client, body)
    assert answer.status_code == 422
    assert answer.content
    assert kept(client) == {}


def test_the_last_of_two_thousand_cards_below_each_other_has_a_place(client: Client) -> None:
    assert move(client, {"positions": {"g:last": [40, 230_000]}}).status_code == 204
    assert kept(client) == {"g:last": [40, 230_000]}


def test_the_number_kept_is_bounded_and_the_oldest_go_first(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(positions, "MAX_POSITIONS", 3)
    for at, node in enumerate(("s:a", "s:b", "s:c")):
        NodePosition.objects.create(node=node, x=0, y=0, moved_at=at)
    move(client, {"positions": {"s:d": [1, 1], "s:a": [2, 2]}})
    assert kept(client) == {"s:d": [1, 1], "s:a": [2, 2], "s:c": [0, 0]}
