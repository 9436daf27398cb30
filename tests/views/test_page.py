"""The page and its buttons. What every answer carries is in tests/api/test_every_answer.py."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from django.test import Client, override_settings

from dashboard import running
from dashboard.running import Running

HOST = "127.0.0.1:8000"
OUTSIDE = (
    "../manage.py",
    "..%2fmanage.py",
    "%2e%2e/manage.py",
    "%2e%2e%2f%2e%2e%2fmanage.py",
    "..%252fmanage.py",
    "..\\manage.py",
    "..%5cmanage.py",
    "....//manage.py",
    "/etc/passwd",
    "%2fetc%2fpasswd",
    "js/main.js%00.html",
    "%00",
    "a" * 5_000,
    "~root/.profile",
    "",
    ".",
    "js",
)
"""Ways to ask for what lies beside the folders of static files, or for a folder."""


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


def test_the_page_knows_why_one_may_not_act(served: Running) -> None:
    here = Client(headers={"host": HOST})
    elsewhere = Client(headers={"host": HOST}, REMOTE_ADDR="192.0.2.7")
    assert 'data-refused=""' in here.get("/").content.decode()
    html = elsewhere.get("/").content.decode()
    assert 'data-acts="no"' in html
    assert "From here one can only look. Act on the machine that Flowviz runs on." in html


@override_settings(PUBLIC_ORIGINS=["https://flow.example"])
def test_the_page_knows_from_which_addresses_its_socket_is_opened(browser: Client) -> None:
    known = f'data-origins="http://{HOST} https://flow.example"'
    assert known in browser.get("/").content.decode()


def test_static_files_are_asked_for_anew_and_only_read() -> None:
    client = Client(headers={"host": HOST})
    first = client.get("/static/ninja/favicon.svg")
    assert first.content.startswith(b"<svg") or b"<svg" in first.content
    assert first.headers["Cache-Control"] == "max-age=0, public"
    again = client.get("/static/ninja/favicon.svg", headers={"if-none-match": first["ETag"]})
    assert again.status_code == 304
    assert again.content == b""


@pytest.mark.parametrize("reload", [False, True])
def test_no_path_leads_out_of_the_static_folders(reload: bool) -> None:
    with override_settings(WHITENOISE_AUTOREFRESH=reload):
        client = Client(headers={"host": HOST})
        assert client.get("/static/dashboard/js/main.js").status_code == 200
        for path in OUTSIDE:
            assert client.get(f"/static/{path}").status_code == 404, path
            assert client.get(f"/static/dashboard/{path}").status_code == 404, path


def test_a_button_gets_a_sentence_also_when_it_could_not_be_done(
    browser: Client, served: Running
) -> None:
    assert "Kafka is not there yet" in press(browser, "/act/services/quality/pause", seconds="60")
    assert "no service &#x27;a/b&#x27;" in press(browser, "/act/services/a/b/pause")
    assert "seconds must be a number" in press(
        browser, "/act/services/quality/pause", seconds="soon"
    )
    for path in ("/act/all/pause", "/act/all/resume", "/act/all/right"):
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
