"""Every address, beside the socket's (asgi.py)."""

from __future__ import annotations

from django.urls import path

from dashboard.api.api import api
from dashboard.api.health import healthz
from dashboard.api.metrics import metrics
from dashboard.views import act, page, positions

urlpatterns = [
    path("", page.page, name="page"),
    path("act/services/<path:name>/<action>", act.one, name="act"),
    path("act/all/pause", act.pause_all, name="pause-all"),
    path("act/all/resume", act.resume_all, name="resume-all"),
    path("act/all/right", act.right_all, name="right-all"),
    path("act/whole/<action>", act.whole, name="act-whole"),
    path("positions", positions.positions, name="positions"),
    path("healthz", healthz, name="healthz"),
    path("metrics", metrics, name="metrics"),
    path("api/", api.urls),
]

handler400 = "dashboard.views.errors.bad_request"
handler404 = "dashboard.views.errors.not_found"
handler500 = "dashboard.views.errors.server_error"
