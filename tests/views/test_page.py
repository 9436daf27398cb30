"""The page, its buttons, and what every answer carries."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from django.test import Client

from dashboard import running
from dashboard.running import Running
from dashboard.views.headers import CONTENT_SECURITY_POLICY, HEADERS

HOST = "127.0.0.1:8000"


@pytest.fixture
def browser() -> Client:
    """Our own page in a browser on this machine; it carries the token as htmx does."""
    client = Client(enforce_csrf_checks=True, headers={"host": HOST, "origin": f"http://{HOST}"})
    client.get("/")
    return client


def press(browser: Client, path: str, **fields: str) -> str:
    token = browser.cookies["flowviz_csrf"].value
    answer = browser.post(path, fields, headers={"x-csrftoken": token, "hx-request": "true"})
    assert answer.status_code == 200
    return answer.content.decode()


class Inline(HTMLParser):
    """Finds what the policy would not run: inline scripts, styles and handlers."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "script" and "src" not in given and given.get("type") != "application/json":
            self.found.append("script")
        if tag == "style":
            self.found.append("style")
        self.found += [name for name in given if name == "style" or name.startswith("on")]
        for name in ("src", "href", "action"):
            if re.match(r"(https?:)?//", given.get(name) or ""):
                self.found.append(f"{name}={given[name]}")


def test_the_page_holds_nothing_that_the_policy_would_not_run(browser: Client) -> None:
    html = browser.get("/").content.decode()
    inline = Inline()
    inline.feed(html)
    assert inline.found == []


def test_the_page_knows_where_the_socket_is(browser: Client) -> None:
    assert 'data-socket="/ws/flow"' in browser.get("/").content.decode()


def test_the_page_knows_whether_one_may_act(browser: Client, served: Running) -> None:
    assert 'data-acts="yes"' in browser.get("/").content.decode()
    running.declare(None)
    assert 'data-acts="no"' in browser.get("/").content.decode()


@pytest.mark.parametrize(
    "path", ["/", "/nothing", "/healthz", "/api/flow", "/api/nothing", "/static/ninja/favicon.svg"]
)
@pytest.mark.parametrize("host", [HOST, "evil.example"])
def test_every_answer_carries_the_policy(path: str, host: str) -> None:
    answer = Client().get(path, headers={"host": host})
    for name, value in HEADERS.items():
        assert answer.headers[name] == value
    assert "unsafe" not in CONTENT_SECURITY_POLICY
    assert "Access-Control-Allow-Origin" not in answer.headers
    assert "Cache-Control" in answer.headers


def test_static_files_are_asked_for_anew_and_only_read() -> None:
    client = Client(headers={"host": HOST})
    first = client.get("/static/ninja/favicon.svg")
    assert first.content.startswith(b"<svg") or b"<svg" in first.content
    assert first.headers["Cache-Control"] == "max-age=0, public"
    again = client.get("/static/ninja/favicon.svg", headers={"if-none-match": first["ETag"]})
    assert again.status_code == 304
    assert again.content == b""
    assert client.get("/static/../manage.py").status_code == 404
    assert client.get("/static/..%2fmanage.py").status_code == 404


def test_a_button_gets_a_sentence_also_when_it_could_not_be_done(
    browser: Client, served: Running
) -> None:
    assert "Kafka is not there yet" in press(browser, "/act/services/quality/pause", seconds="60")
    assert "no service &#x27;a/b&#x27;" in press(browser, "/act/services/a/b/pause")
    assert "seconds must be a number" in press(
        browser, "/act/services/quality/pause", seconds="soon"
    )
    for path in ("/act/all/pause", "/act/all/right"):
        assert "Kafka is not there yet" in press(browser, path)


def test_a_button_pressed_while_nothing_runs_says_so(browser: Client) -> None:
    assert running.NOTHING_RUNS.split("`")[0] in press(browser, "/act/all/pause")


def test_errors_are_one_sentence_and_no_trace(monkeypatch: pytest.MonkeyPatch) -> None:
    client = Client(headers={"host": HOST}, raise_request_exception=False)

    def broken() -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr(running, "current", broken)
    answer = client.get("/")
    assert answer.status_code == 500
    assert "secret detail" not in answer.content.decode()
    assert "Traceback" not in answer.content.decode()
    answer = client.get("/api/flow")
    assert answer.status_code == 500
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert "secret detail" not in answer.content.decode()
