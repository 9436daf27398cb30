"""Where the nodes stand for everyone who looks; how long that lasts is in `dashboard/places.py`."""

from __future__ import annotations

import json

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_http_methods

from dashboard import running
from dashboard.places import Place, Places

MAX_AT_ONCE = 500
MAX_PIXELS = 1_000_000.0
"""The cards of 2,000 groups below each other reach 230,000."""
MAX_NODE_ID = 800
"""A node's id holds a percent-encoded name; Kafka's names have at most 249 characters."""
SHAPE = 'Send {"arrangement": "<name>", "positions": {"<node>": [x, y]}}.'
ANEW = "Everything has begun anew since: nothing of an older arrangement is kept."


@require_http_methods(["GET", "HEAD", "POST"])
def positions(request: HttpRequest) -> HttpResponse:
    """GET: `{"arrangement": name, "positions": {id: [x, y]}}`. POST the same: these are moved.

    `null` in place of a position forgets it. The answer is 204; 422 with a sentence; or 409 where
    another arrangement has begun meanwhile. With `"keep": true` only those that have no position
    get one, and the answer is 200 and where each of those named stands now: of two pages that
    place a new node, the first one wins and the other learns it.
    """
    now = running.current()
    if now is None:
        return _said(503, running.NOTHING_RUNS)
    if request.method != "POST":
        return _told(*now.places.all())
    try:
        arrangement, moves, keep = _parse(request.body)
    except ValueError as error:
        return _said(422, str(error))
    if keep:
        return _keep(now.places, arrangement, moves)
    return HttpResponse(status=204) if now.places.move(arrangement, moves) else _said(409, ANEW)


def _keep(places: Places, arrangement: str, moves: dict[str, Place | None]) -> HttpResponse:
    kept = places.keep(arrangement, {n: place for n, place in moves.items() if place is not None})
    return _said(409, ANEW) if kept is None else _told(arrangement, kept)


def _told(arrangement: str, places: dict[str, Place]) -> HttpResponse:
    return JsonResponse({"arrangement": arrangement, "positions": places})


def _said(status: int, sentence: str) -> HttpResponse:
    return HttpResponse(sentence, status=status, content_type="text/plain; charset=utf-8")


def _parse(body: bytes) -> tuple[str, dict[str, Place | None], bool]:
    try:
        given = json.loads(body)
        arrangement, items = given["arrangement"], given["positions"].items()
        keep = given.get("keep", False)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise ValueError(SHAPE) from None
    if not isinstance(arrangement, str):
        raise ValueError(SHAPE)
    if not isinstance(keep, bool):
        raise ValueError("keep is true or false.")
    if len(items) > MAX_AT_ONCE:
        raise ValueError(f"At most {MAX_AT_ONCE} nodes can be moved at once.")
    return arrangement, {_node(node): _place(place) for node, place in items}, keep


def _node(node: str) -> str:
    if not 3 <= len(node) <= MAX_NODE_ID or node[1] != ":":
        raise ValueError("A node's id looks like s:quality.")
    if not node.isascii():  # names in ids are percent-encoded
        raise ValueError("A node's id is percent-encoded, as in s:qualit%C3%A9.")
    return node


def _place(place: object) -> Place | None:
    if place is None:
        return None
    if isinstance(place, list) and len(place) == 2:
        x, y = place
        if all(
            isinstance(n, int | float) and not isinstance(n, bool) and abs(n) <= MAX_PIXELS
            for n in place
        ):
            return float(x), float(y)
    raise ValueError("A position is [x, y] in pixels, or null to forget it.")
