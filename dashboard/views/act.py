"""The buttons: each posts a form and gets one sentence back, which htmx puts where it is read."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from dashboard import running
from dashboard.control import arguments
from dashboard.control.refusal import Refusal

BY = "page"
"""Who asked, as it is written into the wish."""


@require_POST
def one(request: HttpRequest, name: str, action: str) -> HttpResponse:
    """One action on one service; its arguments are the fields of the form."""
    fields = {k: str(v) for k, v in request.POST.items() if k != "csrfmiddlewaretoken"}
    args = arguments.from_form(action, fields)
    return _said(request, lambda now: now.control.say(name, action, args, by=BY))


@require_POST
def whole(request: HttpRequest, action: str) -> HttpResponse:
    """One action on the demonstration as a whole, such as broker-kill."""
    return _said(request, lambda now: now.control.say_on_whole(action, by=BY))


@require_POST
def pause_all(request: HttpRequest) -> HttpResponse:
    return _said(request, lambda now: now.control.pause_all(by=BY))


@require_POST
def resume_all(request: HttpRequest) -> HttpResponse:
    return _said(request, lambda now: now.control.resume_all(by=BY))


@require_POST
def right_all(request: HttpRequest) -> HttpResponse:
    return _said(request, lambda now: now.control.right_all(by=BY))


def _said(request: HttpRequest, act: Callable[[running.Running], str]) -> HttpResponse:
    """200 also for a refusal: htmx swaps only good answers, and the sentence is the answer."""
    now = running.current()
    try:
        if now is None:
            raise Refusal(503, running.NOTHING_RUNS)
        said, done = act(now), True
    except Refusal as refusal:
        said, done = refusal.sentence, False
    return render(request, "partials/said.html", {"said": said, "done": done})
