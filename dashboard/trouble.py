"""Why this is not a live picture, in a sentence for `/healthz`; docs/operations.md has each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

STANDSTILL_SECONDS = 10.0
"""The loop turns at least once a second; after so long something holds it up."""
OLD_SURVEY_SECONDS = 60.0
"""Surveys come every ten seconds at the least, and a cluster that is away is told sooner."""
WORKERS = ("reader", "surveyor", "supervisor", "broker_watch", "keeper")
"""As the picture's `cluster` has them; one that is None was never told of."""


@dataclass(frozen=True, slots=True)
class Loop:
    """How the picture's loop is."""

    alive: bool
    still_seconds: float
    """Since it turned last."""
    cuts: bool
    """Whether it could cut its last frame."""


def trouble(loop: Loop, cluster: Mapping[str, Any], survey_age: float | None) -> str | None:
    """The first that holds; None while all is well. `survey_age` is seconds."""
    return _of_loop(loop) or _of_cluster(cluster) or _of_survey(survey_age)


def is_standstill(still_seconds: float) -> bool:
    """Of the picture's loop, rather than the moments that it takes for a frame."""
    return still_seconds > STANDSTILL_SECONDS


def _of_loop(loop: Loop) -> str | None:
    if not loop.alive:
        return "The picture's loop has ended."
    if is_standstill(loop.still_seconds):
        return f"The picture has stood still for {loop.still_seconds:.0f} s."
    if not loop.cuts:
        return "No frame could be cut just now; the log has the details."
    return None


def _of_cluster(cluster: Mapping[str, Any]) -> str | None:
    if cluster["reachable"] is not True:
        # The demonstration's own Kafka tells why it is away; its clients only see that it is.
        own = (cluster["broker"] or {}).get("reason")
        return own or cluster["reason"] or "Kafka is not there yet."
    for worker in WORKERS:
        if cluster[worker] is not None and cluster[worker]["ok"] is False:
            name = worker.replace("_", " ")
            return f"The {name} does not work. {cluster[worker]['reason'] or ''}".strip()
    return None


def _of_survey(age: float | None) -> str | None:
    if age is not None and age > OLD_SURVEY_SECONDS:
        return f"The newest survey is {age:.0f} s old, and so is every lag."
    return None
