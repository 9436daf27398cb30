"""Where the nodes stand: the same for everyone who looks, and kept over a restart.

Pixels are those of the page's drawing before it is scaled to a window (`static/dashboard/js/
shared.js`), so that every size of window shows the same arrangement.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterable

from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_http_methods

from dashboard.models import NODE_ID_LENGTH, NodePosition

MAX_POSITIONS = 2000
"""Kept in all; those moved longest ago are forgotten first."""
MAX_AT_ONCE = 500
MAX_PIXELS = 1_000_000.0
"""The cards of 2,000 groups below each other reach 230,000."""


@require_http_methods(["GET", "HEAD", "POST"])
def positions(request: HttpRequest) -> HttpResponse:
    """GET: `{"positions": {id: [x, y]}}`. POST the same shape: those named are moved.

    `null` in place of a position forgets it; the answer is 204, or 422 with a sentence. With
    `"keep": true` only those that have no position get one, and the answer is 200 and where each
    of those named stands now: of two pages that place a new node, the first one wins and the
    other learns it.
    """
    if request.method != "POST":
        return _kept(NodePosition.objects.all())
    try:
        moves, keep = _parse(request.body)
    except ValueError as error:
        return HttpResponse(str(error), status=422, content_type="text/plain; charset=utf-8")
    now = int(time.time() * 1000)
    placed = [
        NodePosition(node=node, x=place[0], y=place[1], moved_at=now)
        for node, place in moves.items()
        if place is not None
    ]
    if keep:
        return _keep(placed)
    _move(placed, [node for node, place in moves.items() if place is None])
    return HttpResponse(status=204)


def _move(placed: list[NodePosition], gone: list[str]) -> None:
    with transaction.atomic():
        NodePosition.objects.filter(node__in=gone).delete()
        NodePosition.objects.bulk_create(
            placed,
            update_conflicts=True,
            unique_fields=["node"],
            update_fields=["x", "y", "moved_at"],
        )
        _forget_oldest()


def _keep(placed: list[NodePosition]) -> HttpResponse:
    with transaction.atomic():
        NodePosition.objects.bulk_create(placed, ignore_conflicts=True)
        _forget_oldest()
    return _kept(NodePosition.objects.filter(node__in=[place.node for place in placed]))


def _kept(places: Iterable[NodePosition]) -> HttpResponse:
    return JsonResponse({"positions": {place.node: [place.x, place.y] for place in places}})


def _forget_oldest() -> None:
    newest = NodePosition.objects.order_by("-moved_at", "node").values("node")[:MAX_POSITIONS]
    NodePosition.objects.exclude(node__in=list(newest.values_list("node", flat=True))).delete()


def _parse(body: bytes) -> tuple[dict[str, tuple[float, float] | None], bool]:
    try:
        given = json.loads(body)
        items = given["positions"].items()
        keep = given.get("keep", False)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise ValueError('Send {"positions": {"<node>": [x, y]}}.') from None
    if not isinstance(keep, bool):
        raise ValueError("keep is true or false.")
    if len(items) > MAX_AT_ONCE:
        raise ValueError(f"At most {MAX_AT_ONCE} nodes can be moved at once.")
    return {_node(node): _place(place) for node, place in items}, keep


def _node(node: str) -> str:
    if not 3 <= len(node) <= NODE_ID_LENGTH or node[1] != ":":
        raise ValueError("A node's id looks like s:quality.")
    if not node.isascii():  # names in ids are percent-encoded; half a character would break SQLite
        raise ValueError("A node's id is percent-encoded, as in s:qualit%C3%A9.")
    return node


def _place(place: object) -> tuple[float, float] | None:
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
