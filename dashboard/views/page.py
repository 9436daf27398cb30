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


@require_safe
@ensure_csrf_cookie
def page(request: HttpRequest) -> HttpResponse:
    now = running.current()
    start = {
        "socket": "/ws/flow",
        "acts": now is not None and now.control.acts and _may_act(request),
        "positions": "/positions",
        "api": "/api",
    }
    return render(request, "page.html", {"start": start})


def _may_act(request: HttpRequest) -> bool:
    """Buttons that could only be refused are not offered. Whoever presses is asked again."""
    return authority.may_act(visit_of(request), settings.ALLOWED_HOSTS, settings.PUBLIC_ORIGINS)
