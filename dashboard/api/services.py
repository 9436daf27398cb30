"""Acting on a service from a script."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema, Status

from dashboard.api.now import now_running
from dashboard.api.problems import Problem
from dashboard.api.shapes import CommandOut, ProblemOut
from dashboard.picture.actions import ACTIONS

BY = "api"

router = Router(tags=["acting"])


class Arguments(Schema):
    """`pause {"seconds"}`, `slow {"ms_per_event"}`, `rate {"per_second", "seconds"}`,
    `flood {"seconds"}`, `rewind {"to"}`, `crash {"seconds", "instance"}`, `freeze {"instance"}`,
    `thaw {"instance"}`, `scale {"instances"}`; `options` takes names of the service's own."""

    seconds: float | None = None
    ms_per_event: float | None = None
    per_second: float | None = None
    instances: int | None = None
    instance: str | None = None
    to: str | int | dict[str, dict[str, int]] | None = None


@router.post(
    "/services/{path:name}/{action}",
    response=dict.fromkeys((403, 404, 409, 422, 503), ProblemOut) | {202: CommandOut},
    summary=f"Ask something of a service: {', '.join(ACTIONS)}",
    openapi_extra={
        "requestBody": {
            "required": False,
            "content": {"application/json": {"schema": Arguments.json_schema()}},
        }
    },
)
def act(request: HttpRequest, name: str, action: str) -> Status[dict[str, str]]:
    """202 also when repeated, and for a service that is down: it obeys when it is back."""
    args = _arguments(request.body)
    return Status(202, {"command": now_running().control.perform(name, action, args, by=BY)})


def _arguments(body: bytes) -> dict[str, Any]:
    """An empty body is `{}`. Read by hand, for a body that is absent is no JSON to ninja."""
    if not body.strip():
        return {}
    try:
        args = json.loads(body)
    except (ValueError, RecursionError):
        raise Problem(422, "The body is not JSON.") from None
    if not isinstance(args, dict):
        raise Problem(422, "The body must be a JSON object.")
    return args
