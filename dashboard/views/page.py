"""The page itself. What it shows comes through the socket; here is only what it cannot ask for."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_safe

from dashboard import running


@require_safe
@ensure_csrf_cookie
def page(request: HttpRequest) -> HttpResponse:
    now = running.current()
    start = {
        "socket": "/ws/flow",
        "acts": now is not None and now.control.acts,
        "positions": "/positions",
        "api": "/api",
    }
    return render(request, "page.html", {"start": start})
