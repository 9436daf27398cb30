"""Where the layout has put the nodes, for everyone who looks."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from dashboard import places, running
from dashboard.control.actions import Control
from dashboard.pipeline import Pipeline
from dashboard.places import Places

NOW = "first"


@pytest.fixture
def laid(line: Pipeline, control: Control) -> Iterator[Places]:
    """Where nodes stand in what runs; the arrangement is called NOW."""
    laid = Places(NOW)
    running.declare(running.Running(line, control, places=laid))
    yield laid
    running.declare(None)


@pytest.fixture
def client(laid: Places) -> Client:
    return Client(headers={"host": "127.0.0.1:8000"})


def move(client: Client, body: object) -> Any:
    """As a page that knows of the arrangement there is, unless it says otherwise."""
    named = {"arrangement": NOW} | body if isinstance(body, dict) else body
    content = named if isinstance(named, bytes) else json.dumps(named).encode()
    return client.post("/positions", content, content_type="application/json")


def kept(client: Client) -> dict[str, list[float]]:
    return dict(client.get("/positions").json()["positions"])


def test_where_a_page_puts_a_node_it_stands_for_everyone(client: Client) -> None:
    assert client.get("/positions").json() == {"arrangement": NOW, "positions": {}}
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
    assert (first.status_code, first.json()["positions"]) == (200, {"s:a": [1, 2]})
    second = move(client, {"positions": {"s:a": [9, 9], "s:b": [3, 4]}, "keep": True})
    assert second.json() == {"arrangement": NOW, "positions": {"s:a": [1, 2], "s:b": [3, 4]}}
    assert kept(client) == {"s:a": [1, 2], "s:b": [3, 4]}
    move(client, {"positions": {"s:a": [9, 9]}, "keep": False})
    assert kept(client)["s:a"] == [9, 9]


@pytest.mark.parametrize("keep", [True, False])
def test_of_an_arrangement_that_is_over_nothing_is_kept(
    client: Client, laid: Places, keep: bool
) -> None:
    move(client, {"positions": {"s:a": [1, 2]}})
    laid.begin_anew()
    answer = client.get("/positions").json()
    assert answer["positions"] == {}
    assert answer["arrangement"] != NOW
    late = move(client, {"positions": {"s:b": [1, 2]}, "keep": keep})
    assert late.status_code == 409
    assert "begun anew" in late.content.decode()
    assert kept(client) == {}
    here = {"arrangement": answer["arrangement"], "positions": {"s:b": [3, 4]}, "keep": keep}
    assert move(client, here).status_code == (200 if keep else 204)
    assert kept(client) == {"s:b": [3, 4]}


def test_where_nothing_runs_nothing_stands_anywhere() -> None:
    client = Client(headers={"host": "127.0.0.1:8000"})
    for answer in (client.get("/positions"), move(client, {"positions": {}})):
        assert (answer.status_code, answer.content.decode()) == (503, running.NOTHING_RUNS)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[" * 5_000,
        [],
        {},
        b'{"positions": {}}',
        {"arrangement": None, "positions": {}},
        {"positions": 1},
        {"positions": ["ab"]},
        {"positions": [[1, [2, 3]]]},
        {"positions": {"s": [1, 2]}},
        {"positions": {"s:é": [1, 2]}},
        b'{"arrangement": "first", "positions": {"s:\\ud800": [1, 2]}}',
        {"positions": {"quality": [1, 2]}},
        {"positions": {"s:" + "x" * 1_000: [1, 2]}},
        {"positions": {"s:a": [1]}},
        {"positions": {"s:a": ["1", 2]}},
        {"positions": {"s:a": [True, 2]}},
        {"positions": {"s:a": [1e9, 2]}},
        {"positions": {"s:a": [10**400, 2]}},
        {"positions": {"s:a": [1, 2]}, "keep": "yes"},
        {"positions": {"s:a": [1, 2]}, "keep": None},
        b'{"arrangement": "first", "positions": {"s:a": [NaN, 2]}}',
        b'{"arrangement": "first", "positions": {"s:a": [1e999, 2]}}',
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
    monkeypatch.setattr(places, "MAX_PLACES", 3)
    for node in ("s:a", "s:b", "s:c"):
        move(client, {"positions": {node: [0, 0]}})
    move(client, {"positions": {"s:d": [1, 1], "s:a": [2, 2]}})
    assert kept(client) == {"s:c": [0, 0], "s:d": [1, 1], "s:a": [2, 2]}
    move(client, {"positions": {"s:e": [3, 3]}, "keep": True})
    assert kept(client) == {"s:d": [1, 1], "s:a": [2, 2], "s:e": [3, 3]}
