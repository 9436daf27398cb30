"""The lag of the last two minutes, by group: what a chart shows that has only just been opened."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Router

from dashboard.api.now import now_running
from dashboard.api.shapes import LagOut, ProblemOut
from dashboard.picture.lag_history import SPAN_SECONDS

router = Router(tags=["picture"])

Seconds = Annotated[int, Query(ge=1, le=SPAN_SECONDS)]


@router.get(
    "/lag", response={200: LagOut, 503: ProblemOut}, summary="Every group's lag, second by second"
)
def lag(request: HttpRequest, seconds: Seconds = SPAN_SECONDS) -> dict[str, Any]:
    """The samples of the last `seconds`, counted back from the newest."""
    history = now_running().pipeline.view().history
    since = history[-1].at - seconds * 1000 if history else 0
    samples = [sample for sample in history if sample.at >= since]
    groups = dict.fromkeys(name for sample in samples for name in sample.lags)
    return {
        "at": [sample.at for sample in samples],
        "groups": {name: [sample.lags.get(name) for sample in samples] for name in groups},
    }
