"""Acting on a demonstration as a whole from a script."""

from __future__ import annotations

from django.http import HttpRequest
from ninja import Router

from dashboard.api.now import now_running
from dashboard.api.services import BY
from dashboard.api.shapes import CommandOut, ProblemOut

router = Router(tags=["acting"])

ANSWERS = dict.fromkeys((403, 404, 409, 503), ProblemOut) | {202: CommandOut}


@router.post(
    "/broker/{action}",
    response=ANSWERS,
    summary="Kill the demonstration's own Kafka with SIGKILL, or restart it in order",
)
def broker(request: HttpRequest, action: str) -> tuple[int, dict[str, str]]:
    """`kill` or `restart`; its guard starts it again. 409 for a Kafka of somebody else."""
    return 202, {"command": now_running().control.on_whole(f"broker-{action}", by=BY)}
