"""Acting on a demonstration as a whole from a script."""

from __future__ import annotations

from django.http import HttpRequest
from ninja import Router, Status

from dashboard.api.now import now_running
from dashboard.api.problems import Problem
from dashboard.api.services import BY
from dashboard.api.shapes import CommandOut, ProblemOut, SaidOut

router = Router(tags=["acting"])

ANSWERS = dict.fromkeys((403, 404, 409, 503), ProblemOut) | {202: CommandOut}


@router.post(
    "/all/{action}",
    response={200: SaidOut} | dict.fromkeys((403, 404, 409, 503), ProblemOut),
    summary="Pause or resume every service, or put everything right",
)
def all_of_them(request: HttpRequest, action: str) -> dict[str, str]:
    """`pause`: every service that can be. `resume`: every service; each keeps its pace, rate and
    options. `right`: all run at full speed, as many of each as were declared; what had ended is
    started."""
    control = now_running().control
    acts = {
        "pause": control.pause_all,
        "resume": control.resume_all,
        "right": control.right_all,
    }
    if action not in acts:
        known = "pause, resume and right"
        raise Problem(404, f"There is no action {action!r} on all; there are {known}.")
    return {"said": acts[action](by=BY)}


@router.post(
    "/demo/start-over",
    response=ANSWERS,
    summary="Make everything as at the first start of the demonstration",
)
def start_over(request: HttpRequest) -> Status[dict[str, str]]:
    """Topics, groups, counters and reports are deleted, and the services start as at first. It
    takes some seconds; `cluster.starting_over` says how long, and the command what came of it.
    """
    return Status(202, {"command": now_running().control.on_whole("start-over", by=BY)})


@router.post(
    "/twin/{action}",
    response=ANSWERS,
    summary="Switch the line of direct calls on or off",
)
def twin(request: HttpRequest, action: str) -> Status[dict[str, str]]:
    """`start` or `stop`; its processes start and end. 409 where a demonstration has none."""
    return Status(202, {"command": now_running().control.on_whole(f"twin-{action}", by=BY)})


@router.post(
    "/broker/{action}",
    response=ANSWERS,
    summary="Kill the demonstration's own Kafka with SIGKILL, or restart it in order",
)
def broker(request: HttpRequest, action: str) -> Status[dict[str, str]]:
    """`kill` or `restart`; its guard starts it again. 409 for a Kafka of somebody else."""
    return Status(202, {"command": now_running().control.on_whole(f"broker-{action}", by=BY)})
