"""Asks the authority before any view: a route that is added later is guarded from its first day."""

from __future__ import annotations

import logging
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase

from dashboard.control import authority
from dashboard.seldom import Seldom, times

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
JSON_PATHS = ("/api/",)
"""Below these a post must be JSON; elsewhere Django's CSRF token is demanded instead."""
FORWARDED = tuple(f"HTTP_{name.upper().replace('-', '_')}" for name in authority.PROXY_HEADERS)

_refused = Seldom()
logger = logging.getLogger(__name__)


class AuthorityMiddleware:
    """Reading needs a host that is served; everything else needs the right to act."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        visit = visit_of(request)
        try:
            if request.method in SAFE_METHODS:
                authority.demand_look(visit, settings.ALLOWED_HOSTS)
            else:
                json_only = request.path_info.startswith(JSON_PATHS)
                authority.demand_act(
                    visit, settings.ALLOWED_HOSTS, settings.PUBLIC_ORIGINS, json_only=json_only
                )
        except authority.NotAllowed as refusal:
            _note(request, visit, refusal)
            return HttpResponse(
                str(refusal), status=refusal.status, content_type="text/plain; charset=utf-8"
            )
        return self._get_response(request)


def _note(request: HttpRequest, visit: authority.Visit, refusal: authority.NotAllowed) -> None:
    """What it was refused for: whoever set up a proxy needs to see it."""
    if (count := _refused.due()) is not None:
        logger.info(
            "%s %s was refused: %s Host %s, Origin %s, from %s, through a proxy: %s%s.",
            *(request.method, request.path, refusal, visit.host, visit.origin, visit.peer),
            *("yes" if visit.forwarded else "no", times(count)),
        )


def visit_of(request: HttpRequest) -> authority.Visit:
    meta = request.META
    return authority.Visit(
        scheme=request.scheme or "http",
        host=meta.get("HTTP_HOST"),
        origin=meta.get("HTTP_ORIGIN"),
        fetch_site=meta.get("HTTP_SEC_FETCH_SITE"),
        peer=meta.get("REMOTE_ADDR"),
        forwarded=any(name in meta for name in FORWARDED),
        content_type=meta.get("CONTENT_TYPE") or None,
        has_body=meta.get("CONTENT_LENGTH") not in (None, "", "0")
        or "HTTP_TRANSFER_ENCODING" in meta,
        navigates=meta.get("HTTP_SEC_FETCH_MODE") == "navigate"
        and meta.get("HTTP_SEC_FETCH_DEST") == "document",
    )
