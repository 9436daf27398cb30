"""What a person sees when a page is not there or something broke: one sentence, never a trace."""

from __future__ import annotations

import logging

from django.http import HttpRequest, HttpResponse


class SaidToThePerson(logging.Filter):
    """Keeps from the log what the answer itself has said: only what broke (500) is news."""

    def filter(self, record: logging.LogRecord) -> bool:
        return getattr(record, "status_code", 500) == 500


def _say(sentence: str, status: int) -> HttpResponse:
    return HttpResponse(sentence, status=status, content_type="text/plain; charset=utf-8")


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _say("This request could not be understood.", 400)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _say("There is nothing at this address. The page is at /", 404)


def server_error(request: HttpRequest) -> HttpResponse:
    return _say("Something broke in Flowviz itself; its log has the details.", 500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return _say("This page is older than the server. Reload it and press again.", 403)
