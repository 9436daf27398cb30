"""The picture for scripts: all of it, one group, one trace."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Router

from dashboard.api.now import now_running
from dashboard.api.problems import Problem
from dashboard.api.shapes import FlowOut, ProblemOut, TraceOut
from dashboard.picture.ids import group_node
from dashboard.picture.shown import MAPS, Shown

router = Router(tags=["picture"])


@router.get("/flow", response={200: FlowOut, 503: ProblemOut}, summary="The whole picture")
def flow(request: HttpRequest) -> dict[str, Any]:
    """The same that the page is drawn from, with each group's partitions."""
    shown = now_running().pipeline.view()
    answer: dict[str, Any] = {
        name: [{"id": entity_id} | entity for entity_id, entity in getattr(shown, name).items()]
        for name in MAPS
    }
    answer["groups"] = [_group(shown, entity_id) for entity_id in shown.groups]
    return answer | {
        "cluster": shown.cluster,
        "ledger": shown.ledger,
        "events": list(shown.events),
    }


@router.get(
    "/groups/{path:group}",
    response={200: dict[str, Any], 404: ProblemOut, 503: ProblemOut},
    summary="One consumer group with its partitions",
)
def group(request: HttpRequest, group: str) -> dict[str, Any]:
    shown = now_running().pipeline.view()
    if group_node(group) not in shown.groups:
        raise Problem(404, f"There is no consumer group {group!r} in the picture.")
    return _group(shown, group_node(group))


@router.get(
    "/traces/{trace}",
    response={200: TraceOut, 404: ProblemOut, 503: ProblemOut},
    summary="The events of one trace, among the newest 60",
)
def trace(request: HttpRequest, trace: str) -> dict[str, Any]:
    """By trace id, or by the id of one of its events. Older events are not looked for."""
    events = now_running().pipeline.view().events
    traces = {e["trace"] for e in events if trace in (e["trace"], e["id"]) and e["trace"]}
    found = [e for e in events if e["trace"] in traces or e["id"] == trace or e["cause"] == trace]
    if not found:
        raise Problem(404, f"No event of trace {trace!r} is among the newest.")
    return {"trace": next(iter(traces), trace), "events": found}


def _group(shown: Shown, entity_id: str) -> dict[str, Any]:
    entity = shown.groups[entity_id]
    return (
        {"id": entity_id}
        | {"group": entity["name"]}
        | entity
        | {"partitions": shown.partitions(entity["name"])}
    )
