"""Problem details (RFC 9457): the one shape of an error under /api/, whoever raised it."""

from __future__ import annotations

import json
from collections.abc import Callable
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, HttpResponseBase

CONTENT_TYPE = "application/problem+json"
PATHS = ("/api/", "/healthz", "/metrics")


class Problem(Exception):
    """Raised by a view: answered as problem details with this status and sentence."""

    def __init__(self, status: int, detail: str, retry_after_seconds: int | None = None) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.retry_after_seconds = retry_after_seconds


def answer(status: int, detail: str | None) -> HttpResponse:
    """Problem details; without a `type`, so `title` is the status' own phrase (RFC 9457, 4.2.1)."""
    problem: dict[str, object] = {"title": HTTPStatus(status).phrase, "status": status}
    if detail:
        problem["detail"] = detail
    return HttpResponse(json.dumps(problem), status=status, content_type=CONTENT_TYPE)


class ProblemMiddleware:
    """Gives errors that others made (404 of the router, 405, 403 of the guard) the same shape."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self._get_response(request)
        if response.status_code < 400 or not request.path_info.startswith(PATHS):
            return response
        if response.headers.get("Content-Type", "").startswith(CONTENT_TYPE):
            return response
        problem = answer(response.status_code, _sentence(response))
        for name in ("Allow", "Retry-After"):
            if name in response.headers:
                problem.headers[name] = response.headers[name]
        return problem


def _sentence(response: HttpResponseBase) -> str | None:
    """The text of a plain answer, which the guard and our error pages write for people."""
    plain = response.headers.get("Content-Type", "").startswith("text/plain")
    if not plain or not isinstance(response, HttpResponse):
        return None
    return response.content.decode(errors="replace") or None
