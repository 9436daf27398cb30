"""Every address, with every verb, asked by somebody who may not act: nothing acts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from dashboard.models import NodePosition
from dashboard.running import Running

VERBS = ("get", "head", "options", "post", "put", "patch", "delete", "trace")
UNSAFE = ("post", "put", "patch", "delete", "trace")
HOST = "127.0.0.1:8000"
STRANGERS: dict[str, dict[str, Any]] = {
    "a page of another site": {"headers": {"host": HOST, "origin": "http://evil.example"}},
    "a page on another port": {"headers": {"host": HOST, "origin": "http://127.0.0.1:8001"}},
    "a sandboxed page": {"headers": {"host": HOST, "origin": "null"}},
    "a page that hides its origin": {"headers": {"host": HOST, "sec-fetch-site": "cross-site"}},
    "a rebound name": {"headers": {"host": "evil.example", "origin": "http://evil.example"}},
    "another machine": {"headers": {"host": HOST}, "REMOTE_ADDR": "192.0.2.9"},
    **{
        f"a proxy that says {name}": {"headers": {"host": HOST, name: "192.0.2.9"}}
        for name in ("forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-real-ip")
    },
}


def paths() -> Iterator[str]:
    """One address for each route there is, with something in each of its places."""

    def walk(patterns: list[URLPattern | URLResolver], prefix: str) -> Iterator[str]:
        for pattern in patterns:
            route = prefix + str(pattern.pattern)
            if isinstance(pattern, URLResolver):
                yield from walk(pattern.url_patterns, route)
            else:
                yield "/" + (
                    route.replace("<path:name>", "quality")
                    .replace("<action>", "pause")
                    .replace("<topic>", "parts.scanned")
                    .replace("<partition>", "0")
                    .replace("<offset>", "0")
                    .replace("<path:group>", "quality")
                    .replace("<trace>", "a")
                )

    return walk(get_resolver().url_patterns, "")


ROUTES = sorted(set(paths()))


def test_the_walk_finds_the_routes_that_act() -> None:
    assert "/act/services/quality/pause" in ROUTES
    assert "/api/services/quality/pause" in ROUTES
    assert "/act/whole/pause" in ROUTES
    assert "/api/broker/pause" in ROUTES
    assert "/positions" in ROUTES
    assert not [route for route in ROUTES if "<" in route]


@pytest.mark.django_db
@pytest.mark.parametrize("stranger", STRANGERS)
@pytest.mark.parametrize("content_type", ["application/json", "text/plain"])
def test_nothing_acts_for_a_stranger(served: Running, stranger: str, content_type: str) -> None:
    client = Client(enforce_csrf_checks=False)  # the authority alone must hold
    for route in ROUTES:
        for verb in VERBS:
            answer = client.generic(
                verb.upper(),
                route,
                b'{"positions": {"s:quality": [1, 2]}}',
                content_type=content_type,
                **STRANGERS[stranger],
            )
            if verb in UNSAFE:
                assert answer.status_code in (400, 403), (verb, route)
    assert not NodePosition.objects.exists()
    assert served.pipeline.view().commands == {}


@pytest.mark.parametrize("route", [route for route in ROUTES if route.startswith("/act/")])
def test_a_form_without_the_page_s_token_does_nothing(served: Running, route: str) -> None:
    client = Client(enforce_csrf_checks=True, headers={"host": HOST, "origin": f"http://{HOST}"})
    answer = client.post(route)
    assert answer.status_code == 403
    assert "Reload it" in answer.content.decode()


@pytest.mark.parametrize("route", [route for route in ROUTES if route.startswith("/act/")])
def test_looking_at_a_button_does_not_press_it(served: Running, route: str) -> None:
    client = Client(headers={"host": HOST})
    assert client.get(route).status_code == 405
    assert client.head(route).status_code == 405


@pytest.mark.parametrize(
    "content_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"]
)
def test_the_api_takes_nothing_that_a_form_of_another_site_could_send(
    served: Running, content_type: str
) -> None:
    client = Client(headers={"host": HOST})
    answer = client.generic(
        "POST", "/api/services/quality/pause", b'{"a": 1}', content_type=content_type
    )
    assert answer.status_code == 403


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
