"""`GET /healthz`: for scripts that wait for a start, and for whoever restarts what is broken."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from dashboard import running
from dashboard.api import problems


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """200 while this is a live picture of a cluster that answers; else 503 with the reason."""
    now = running.current()
    reason = running.NOTHING_RUNS if now is None else now.pipeline.trouble()
    if reason is not None:
        return problems.answer(503, reason)
    return JsonResponse({"status": "ok"})
