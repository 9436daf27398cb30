"""Every address there is, walked from Django's own resolver: one that is added later is walked too.

Those of the static files and of the socket are not among them; WhiteNoise and asgi.py answer there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import quote

from django.urls import URLPattern, URLResolver, get_resolver

from dashboard.picture.actions import ACTIONS, CLUSTER_ACTIONS

VERBS = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE", "TRACE", "PROPFIND")
UNSAFE = VERBS[3:]
"""All that is no GET, HEAD or OPTIONS."""
PLACES = {
    "action": "pause",
    "group": "quality",
    "name": "quality",
    "offset": "0",
    "partition": "0",
    "topic": "parts.scanned",
    "trace": "a",
}
"""What stands in each place of a route, so that there is something to act on."""
ACTIONS_OF = {
    "act/services/": ACTIONS,
    "act/whole/": CLUSTER_ACTIONS,
    "api/all/": ("pause", "resume", "right"),
    "api/broker/": ("kill", "restart"),
    "api/services/": ACTIONS,
    "api/twin/": ("start", "stop"),
}
"""By the beginning of a route with a place for an action, those that there are."""
_PLACE = re.compile(r"<(?:\w+:)?(\w+)>")


def routes(everywhere: str | None = None) -> list[str]:
    """One address for each route, with `everywhere` in each of its places, or what is there.

    Raises KeyError where a new route has a place that PLACES does not know.
    """
    places = {name: everywhere or value for name, value in PLACES.items()}
    found = {_PLACE.sub(lambda m: quote(places[m[1]]), route) for route in _walk()}
    return sorted("/" + route for route in found)


def routes_of_actions() -> list[str]:
    """Each route with a place for an action once for every action that there is.

    Raises KeyError where a new route begins otherwise than ACTIONS_OF knows.
    """
    found = []
    for route in _walk():
        if "action>" in route:
            kind = "/".join(route.split("/", 2)[:2]) + "/"
            for action in ACTIONS_OF[kind]:
                places = PLACES | {"action": action}
                found.append("/" + _PLACE.sub(lambda m: quote(places[m[1]]), route))  # noqa: B023
    return sorted(found)


def _walk() -> Iterator[str]:
    def below(patterns: list[URLPattern | URLResolver], prefix: str) -> Iterator[str]:
        for pattern in patterns:
            route = prefix + str(pattern.pattern)
            if isinstance(pattern, URLResolver):
                yield from below(pattern.url_patterns, route)
            else:
                yield route

    return below(get_resolver().url_patterns, "")
