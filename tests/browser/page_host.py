"""Serves the real page, its static files and its headers, without a dashboard behind."""

from __future__ import annotations

import json
import mimetypes
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.parse import parse_qs, unquote

from django.template.loader import render_to_string
from django.test import RequestFactory
from playwright.sync_api import Page

from dashboard.views.headers import HEADERS
from tests.browser.patience import until

ROOT = Path(__file__).resolve().parents[2]
STATIC = ROOT / "static"
QUIET: dict[str, object] = {"/api/lag": {"at": [], "groups": {}}}
"""What the API of a server answers that has only just started."""


class PageHost:
    """`url` is where it serves; `acts` what was posted, as (path, form, CSRF header).

    Where the page `may_act` not, `refused` says why that is so from where it is opened.
    `stage` names what is shown. `positions` is where nodes stand for everyone in the `arrangement`;
    `moves` what was posted of them, as (CSRF
    header, body). Where nobody `may_move`, the answer is 403. `api` is what the API answers, by
    path.
    """

    def __init__(self) -> None:
        self.acts: list[tuple[str, dict[str, list[str]], str | None]] = []
        self.may_act = True
        self.refused = ""
        self.stage = "here"
        self.arrangement = "first"
        self.positions: dict[str, list[float]] = {}
        self.moves: list[tuple[str | None, dict[str, Any]]] = []
        self.may_move = True
        self.api: dict[str, object] = dict(QUIET)
        host = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                host._get(self)

            def do_POST(self) -> None:
                host._post(self)

            def log_message(self, format: str, *args: object) -> None:
                """Requests are no news here."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> PageHost:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._server.server_close()

    def posted(self, page: Page, count: int) -> list[tuple[str, dict[str, list[str]]]]:
        """The paths and forms that the page posted, once there are so many; each with its token."""
        until(page, lambda: len(self.acts) >= count, f"{count} posts")
        assert all(token for _, _, token in self.acts)
        return [(path, form) for path, form, _ in self.acts]

    def _get(self, request: BaseHTTPRequestHandler) -> None:
        path = request.path.partition("?")[0]
        if path == "/":
            self._answer(request, 200, "text/html; charset=utf-8", self._page())
        elif path == "/blank":
            self._answer(request, 200, "text/html; charset=utf-8", b"<!doctype html><p>blank")
        elif path == "/positions":
            self._answer_json(request, self._placed(self.positions))
        elif path in self.api:
            self._answer_json(request, self.api[path])
        elif path.startswith("/static/"):
            self._static(request, STATIC / path.removeprefix("/static/"))
        else:
            self._answer(request, 404, "text/plain", b"There is nothing at this address.")

    def _page(self) -> bytes:
        start = {
            "socket": "/ws/flow",
            "origins": self.url,
            "acts": self.may_act,
            "refused": "" if self.may_act else self.refused,
            "looks": "" if self.may_act else self.refused or "Only for looking.",
            "positions": "/positions",
            "stage": self.stage,
            "api": "/api",
        }
        request = RequestFactory().get("/")
        return render_to_string("page.html", {"start": start}, request).encode()

    def _static(self, request: BaseHTTPRequestHandler, path: Path) -> None:
        if not path.resolve().is_relative_to(STATIC) or not path.is_file():
            self._answer(request, 404, "text/plain", b"There is no such file.")
            return
        kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        self._answer(request, 200, kind, path.read_bytes())

    def _post(self, request: BaseHTTPRequestHandler) -> None:
        length = int(request.headers.get("Content-Length", "0"))
        body = request.rfile.read(length).decode()
        if request.path == "/positions":
            self._move(request, json.loads(body))
            return
        form = parse_qs(body)
        self.acts.append((unquote(request.path), form, request.headers.get("X-CSRFToken")))
        said = {"said": "Asked <b>quality</b> to pause.", "done": True}
        sentence = render_to_string("partials/said.html", said).encode()
        self._answer(request, 200, "text/html; charset=utf-8", sentence)

    def _move(self, request: BaseHTTPRequestHandler, body: dict[str, Any]) -> None:
        self.moves.append((request.headers.get("X-CSRFToken"), body))
        named = body["positions"]
        if body["arrangement"] != self.arrangement:
            self._answer(request, 409, "text/plain", b"Everything has begun anew since.")
        elif not self.may_move:
            self._answer(request, 403, "text/plain", b"From here one can only look.")
        elif body["keep"]:
            self.positions = named | self.positions
            kept = {node: self.positions[node] for node in named}
            self._answer_json(request, self._placed(kept))
        else:
            moved = self.positions | named
            self.positions = {node: at for node, at in moved.items() if at is not None}
            self._answer(request, 204, "text/plain", b"")

    def _placed(self, positions: dict[str, list[float]]) -> dict[str, object]:
        return {"arrangement": self.arrangement, "positions": positions}

    def _answer_json(self, request: BaseHTTPRequestHandler, body: object) -> None:
        self._answer(request, 200, "application/json", json.dumps(body).encode())

    def _answer(self, request: BaseHTTPRequestHandler, status: int, kind: str, body: bytes) -> None:
        request.send_response(status)
        request.send_header("Content-Type", kind)
        request.send_header("Content-Length", str(len(body)))
        for name, value in HEADERS.items():
            request.send_header(name, value)
        request.end_headers()
        request.wfile.write(body)
