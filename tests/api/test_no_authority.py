"""Every address, with every verb, asked by somebody who may not act: nothing acts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from dashboard import running
from dashboard.running import Running
from dashboard.seldom import Seldom
from tests.api.conftest import ARRANGEMENT
from tests.api.routes import UNSAFE, VERBS, routes, routes_of_actions

Calls = Callable[[], list[str]]

HOST = "127.0.0.1:8000"
STRANGERS: dict[str, dict[str, Any]] = {
    "a page of another site": {"headers": {"host": HOST, "origin": "http://evil.example"}},
    "a page on another port": {"headers": {"host": HOST, "origin": "http://127.0.0.1:8001"}},
    "a page of the same machine's name": {"headers": {"host": HOST, "origin": "http://localhost"}},
    "a page with TLS": {"headers": {"host": HOST, "origin": f"https://{HOST}"}},
    "a sandboxed page": {"headers": {"host": HOST, "origin": "null"}},
    "a page that hides its origin": {"headers": {"host": HOST, "sec-fetch-site": "cross-site"}},
    "a page of a site beside": {"headers": {"host": HOST, "sec-fetch-site": "same-site"}},
    "a rebound name": {"headers": {"host": "evil.example", "origin": "http://evil.example"}},
    "a name that is forged as well": {"headers": {"host": f"{HOST}, evil.example"}},
    "another machine": {"headers": {"host": HOST}, "REMOTE_ADDR": "192.0.2.9"},
    **{
        f"a proxy that says {name}": {"headers": {"host": HOST, name: "192.0.2.9"}}
        for name in ("forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-real-ip")
    },
}
MOVE = b'{"arrangement": "%s", "positions": {"s:quality": [1, 2]}}' % ARRANGEMENT.encode()
BODIES = {
    "application/json": MOVE,
    "text/plain": MOVE,
    "application/x-www-form-urlencoded": b"seconds=1&_method=POST",
    "multipart/form-data; boundary=x": b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n1'
    b"\r\n--x--\r\n",
    "": b"{}",
}
OTHER_VERBS = ("x-http-method-override", "x-http-method", "x-method-override")
"""Headers by which some servers let a GET be something else."""
ROUTES = routes()
EVERY_ACTION = routes_of_actions()
ACTS = [route for route in ROUTES if route.startswith("/act/")]


def moved() -> dict[str, tuple[float, float]]:
    """The nodes that anybody has moved."""
    now = running.current()
    assert now is not None
    return now.places.all()[1]


def bodies(verb: str) -> list[tuple[str, bytes]]:
    """All of them for a post; for other verbs one is enough."""
    return list(BODIES.items())[: len(BODIES) if verb == "POST" else 1]


def test_the_walk_finds_the_routes_that_act() -> None:
    assert "/act/services/quality/pause" in ROUTES
    assert "/api/services/quality/pause" in ROUTES
    assert "/act/whole/pause" in ROUTES
    assert "/api/broker/pause" in ROUTES
    assert "/positions" in ROUTES
    for action in (
        "services/quality/rewind",
        "broker/kill",
        "twin/stop",
        "all/right",
        "all/resume",
    ):
        assert f"/api/{action}" in EVERY_ACTION
    assert "/act/whole/start-over" in EVERY_ACTION


@pytest.mark.django_db
@pytest.mark.parametrize("stranger", STRANGERS)
def test_nothing_acts_for_a_stranger(calls: Calls, stranger: str) -> None:
    client = Client(enforce_csrf_checks=False)  # the authority alone must hold
    for route in ROUTES:
        for verb in VERBS:
            for kind, body in bodies(verb):
                answer = client.generic(verb, route, body, kind, **STRANGERS[stranger])
                if verb in UNSAFE:
                    assert answer.status_code in (400, 403), (verb, route, kind)
    assert moved() == {}
    assert calls() == []


@pytest.mark.parametrize("stranger", STRANGERS)
def test_no_action_there_is_is_done_for_a_stranger(calls: Calls, stranger: str) -> None:
    client = Client(enforce_csrf_checks=False)
    for route in EVERY_ACTION:
        for kind, body in BODIES.items():
            answer = client.generic("POST", route, body, kind, **STRANGERS[stranger])
            assert answer.status_code in (400, 403), (route, kind)
    assert calls() == []


@pytest.mark.django_db
def test_only_a_post_acts_and_nothing_makes_a_post_of_something_else(calls: Calls) -> None:
    """Asked by our own page, which may act."""
    client = Client(
        enforce_csrf_checks=False,
        headers={"host": HOST, "origin": f"http://{HOST}", **dict.fromkeys(OTHER_VERBS, "POST")},
    )
    for route in ROUTES:
        for verb in VERBS:
            if verb == "POST":
                continue
            for query in ("", "?_method=POST&method=POST&action=pause"):
                for kind, body in bodies(verb):
                    client.generic(verb, route + query, body, kind)
                    assert calls() == [], (verb, route, kind)
    assert moved() == {}


def test_a_post_of_our_own_page_does_act(calls: Calls) -> None:
    """Else the tests above would prove nothing."""
    client = Client(headers={"host": HOST, "origin": f"http://{HOST}"})
    for route in ACTS:
        assert client.post(route).status_code == 200
        assert len(calls()) == 1, route
    for route in EVERY_ACTION:
        answer = client.post(route, b"{}", content_type="application/json")
        assert answer.status_code in (200, 202), route
        assert len(calls()) == 1, route
    assert client.post("/positions", MOVE, content_type="application/json").status_code == 204
    assert moved() == {"s:quality": (1, 2)}


@pytest.mark.django_db
@pytest.mark.parametrize("kind", BODIES)
def test_no_form_does_anything_without_the_page_s_token(calls: Calls, kind: str) -> None:
    client = Client(enforce_csrf_checks=True, headers={"host": HOST, "origin": f"http://{HOST}"})
    client.get("/")  # the cookie is there, the token in the header is not
    for route in ROUTES:
        if kind == "application/json" and route.startswith("/api/"):
            continue  # a form cannot send it
        answer = client.generic("POST", route, BODIES[kind], kind)
        assert answer.status_code in (403, 405), route
        if route in ACTS:
            assert "Reload it" in answer.content.decode()
    assert moved() == {}
    assert calls() == []


@pytest.mark.parametrize("route", ACTS)
def test_looking_at_a_button_does_not_press_it(calls: Calls, route: str) -> None:
    client = Client(headers={"host": HOST})
    assert client.get(route).status_code == 405
    assert client.head(route).status_code == 405
    assert calls() == []


@pytest.mark.parametrize("route", ROUTES)
def test_a_foreign_page_cannot_keep_us_busy_with_what_it_loads(served: Running, route: str) -> None:
    image = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors"}
    frame = {"sec-fetch-mode": "navigate", "sec-fetch-dest": "iframe"}
    for headers in (image, image | {"sec-fetch-site": "same-site"}, image | frame):
        assert Client(headers={"host": HOST} | headers).get(route).status_code == 403


def test_a_link_of_a_foreign_page_leads_here(served: Running) -> None:
    link = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate"}
    answer = Client(headers={"host": HOST, "sec-fetch-dest": "document"} | link).get("/")
    assert answer.status_code == 200
    assert b'data-acts="yes"' in answer.content


def test_who_may_only_look_is_offered_no_buttons(served: Running) -> None:
    elsewhere = Client(headers={"host": HOST}, REMOTE_ADDR="192.0.2.9")
    proxied = Client(headers={"host": HOST, "x-forwarded-for": "192.0.2.9"})
    for client in (elsewhere, proxied):
        assert b'data-acts="no"' in client.get("/").content


def test_what_was_refused_is_in_the_log_with_what_it_said_of_itself_once_a_minute(
    served: Running, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dashboard.control.guard._refused", Seldom())
    caplog.set_level("INFO")
    for _ in range(100):
        Client(headers={"host": "evil.example"}).get("/api/flow")
    (line,) = [one.getMessage() for one in caplog.records if one.name.endswith("control.guard")]
    assert line.startswith("GET /api/flow was refused: This host name is not served here.")
    assert "Host evil.example, Origin None, from 127.0.0.1, through a proxy: no" in line
