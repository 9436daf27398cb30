"""The page itself. What it shows comes through the socket; here is only what it cannot ask for."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_safe

from dashboard import running
from dashboard.control import authority
from dashboard.control.guard import visit_of

LOOKS_ONLY = "Flowviz was started for looking only; with FLOWVIZ_CONTROL=1 people can act."


@require_safe
@ensure_csrf_cookie
def page(request: HttpRequest) -> HttpResponse:
    now = running.current()
    refused = _why_not_act(request)
    looks = refused or (LOOKS_ONLY if now is not None and not now.control.acts else "")
    start = {
        "socket": "/ws/flow",
        "origins": " ".join([_own_origin(request), *settings.PUBLIC_ORIGINS]),
        "acts": now is not None and not looks,
        "refused": refused or "",
        "looks": looks,
        "positions": "/positions",
        "stage": "" if now is None else now.stage,
        "api": "/api",
    }
    return render(request, "page.html", {"start": start})


def _why_not_act(request: HttpRequest) -> str | None:
    """Buttons that could only be refused are not offered. Whoever presses is asked again."""
    return authority.why_not_act(visit_of(request), settings.ALLOWED_HOSTS, settings.PUBLIC_ORIGINS)


def _own_origin(request: HttpRequest) -> str:
    """Where we see our page to be; behind a proxy the browser may see it elsewhere, and then the
    socket is opened only from a public origin."""
    return f"{request.scheme}://{request.get_host()}"
