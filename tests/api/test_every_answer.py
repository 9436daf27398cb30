"""What every answer carries, and what none of them hands back: walked over every address."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from dashboard import running
from dashboard.running import Running
from dashboard.views.headers import CONTENT_SECURITY_POLICY, HEADERS
from tests.api.routes import VERBS, routes

HOST = "127.0.0.1:8000"
STATIC = (
    "/static/ninja/favicon.svg",
    "/static/dashboard/js/main.js",
    "/static/dashboard/css/base.css",
)
ELSEWHERE = ("/nothing", "/api/nothing", "/static/nothing", "/static/", "/api", "/%00", "/%ff")
VISITORS: dict[str, dict[str, Any]] = {
    "our own page": {"headers": {"host": HOST, "origin": f"http://{HOST}"}},
    "a page of another site": {"headers": {"host": HOST, "origin": "http://evil.example"}},
    "a rebound name": {"headers": {"host": "evil.example"}},
    "somebody without a name": {"headers": {"host": ""}},
}
MARKUP = "<img src=x onerror=alert(1)>\"'&</script><script>alert(2)</script>"


def carries_the_headers(answer: Any, what: str) -> None:
    for name, value in HEADERS.items():
        assert answer.headers[name] == value, (what, name)
    assert not [name for name in answer.headers if name.lower().startswith("access-control-")]
    stored = answer.headers["Cache-Control"]
    if what.split(" ")[1] in STATIC and answer.status_code == 200:
        assert stored == "max-age=0, public"
    else:
        assert "no-store" in stored, what


@pytest.mark.django_db
@pytest.mark.parametrize("visitor", VISITORS)
def test_every_answer_carries_the_headers(served: Running, visitor: str) -> None:
    client = Client(enforce_csrf_checks=False, raise_request_exception=False)
    kinds = set()
    for path in (*routes(), *STATIC, *ELSEWHERE):
        for verb in VERBS:
            answer = client.generic(verb, path, b"{}", "application/json", **VISITORS[visitor])
            carries_the_headers(answer, f"{verb} {path}")
            kinds.add(answer.status_code)
    if visitor == "our own page":
        assert kinds >= {200, 404, 405, 422, 503}


def test_the_policy_allows_nothing_from_elsewhere_and_nothing_inline() -> None:
    allowed = dict(part.split(" ", 1) for part in CONTENT_SECURITY_POLICY.split("; "))
    assert allowed["default-src"] == allowed["script-src"] == allowed["style-src"] == "'self'"
    assert allowed["connect-src"] == allowed["form-action"] == "'self'"
    assert allowed["frame-ancestors"] == allowed["object-src"] == allowed["base-uri"] == "'none'"
    assert "unsafe" not in CONTENT_SECURITY_POLICY
    assert "*" not in CONTENT_SECURITY_POLICY


def test_an_answer_that_broke_carries_them_too(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> None:
        raise RuntimeError(MARKUP)

    monkeypatch.setattr(running, "current", broken)
    client = Client(headers={"host": HOST}, raise_request_exception=False)
    for path in ("/", "/healthz", "/api/flow", "/metrics"):
        answer = client.get(path)
        assert answer.status_code == 500
        carries_the_headers(answer, f"GET {path}")
        assert "alert" not in answer.content.decode()


def test_a_body_that_is_too_long_is_refused_with_them(served: Running) -> None:
    client = Client(headers={"host": HOST, "origin": f"http://{HOST}"})
    form = "application/x-www-form-urlencoded"
    for path, kind in (
        ("/positions", "application/json"),
        ("/act/services/quality/pause", form),
        ("/api/services/quality/pause", "application/json"),
    ):
        answer = client.post(path, b"{" + b" " * 100_000, content_type=kind)
        assert answer.status_code in (400, 413, 422)
        carries_the_headers(answer, f"POST {path}")


@pytest.mark.django_db
@pytest.mark.parametrize("verb", VERBS)
def test_what_was_sent_never_comes_back_as_markup(served: Running, verb: str) -> None:
    """In paths, queries, headers, forms and JSON; read as a browser would read it."""
    client = Client(enforce_csrf_checks=False, raise_request_exception=False)
    sent = {"referer": MARKUP, "user-agent": MARKUP, "accept": MARKUP, "cookie": f"a={MARKUP}"}
    bodies = {
        "application/json": json.dumps({MARKUP: MARKUP, "positions": {MARKUP: [MARKUP]}}),
        "application/x-www-form-urlencoded": f"{MARKUP}={MARKUP}&seconds={MARKUP}",
    }
    paths = (*routes(MARKUP), *routes(), f"/{MARKUP}", f"/static/{MARKUP}", f"/api/{MARKUP}")
    for path in paths:
        for kind, body in bodies.items():
            for headers in ({"host": HOST}, {"host": HOST, "origin": MARKUP}, {"host": MARKUP}):
                answer = client.generic(
                    verb, f"{path}?limit={MARKUP}", body.encode(), kind, headers=sent | headers
                )
                assert answer.headers["X-Content-Type-Options"] == "nosniff"
                content_type = answer.headers.get("Content-Type", "")
                if content_type.startswith(("text/html", "image/svg", "text/xml")):
                    assert "<img" not in answer.content.decode(), path
                    assert "<script>alert" not in answer.content.decode(), path
                assert MARKUP not in str(answer.headers)


def test_cookies_are_of_this_site_alone_and_hold_no_secret(served: Running) -> None:
    answer = Client(headers={"host": HOST}).get("/")
    assert set(answer.cookies) == {"flowviz_csrf"}
    cookie = answer.cookies["flowviz_csrf"]
    assert cookie["samesite"] == "Strict"
    assert cookie["httponly"]
    assert not cookie["domain"]
