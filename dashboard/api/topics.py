"""What lies on a topic. These ask Kafka, in the request's own thread, never on the event loop."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Path, Query, Router

from dashboard.api.now import cluster, now_running
from dashboard.api.problems import Problem
from dashboard.api.shapes import LogOut, ProblemOut, RecordOut
from dashboard.cluster import logs, records
from dashboard.picture.ids import topic_node

router = Router(tags=["topics"])

# As far as Kafka's own numbers go: 32 bits and 64 bits.
Partition = Annotated[int, Path(ge=0, le=2**31 - 1)]
Offset = Annotated[int, Path(ge=0, le=2**63 - 1)]
PROBLEMS = dict.fromkeys((404, 422, 503), ProblemOut)


@router.get(
    "/topics/{topic}/events",
    response={200: list[RecordOut]} | PROBLEMS,
    summary="The newest events, oldest first",
)
def events(
    request: HttpRequest,
    topic: str,
    limit: Annotated[int, Query(ge=1, le=records.MAX_LIST)] = 50,
) -> list[dict[str, Any]]:
    _demand_shown(topic)
    try:
        with cluster() as kafka:
            return [asdict(record) for record in records.newest(kafka, topic, limit)]
    except records.RecordError as error:
        raise _problem(error) from None


@router.get(
    "/topics/{topic}/events/{partition}/{offset}",
    response={200: RecordOut} | PROBLEMS,
    summary="One record with its payload, masked",
)
def event(request: HttpRequest, topic: str, partition: Partition, offset: Offset) -> dict[str, Any]:
    _demand_shown(topic)
    try:
        with cluster() as kafka:
            return asdict(records.read_one(kafka, topic, partition, offset))
    except records.RecordError as error:
        raise _problem(error) from None


@router.get(
    "/topics/{topic}/partitions",
    response={200: list[LogOut]} | PROBLEMS,
    summary="Where each partition's log begins and ends",
)
def partitions(request: HttpRequest, topic: str) -> list[dict[str, Any]]:
    _demand_shown(topic)
    try:
        with cluster() as kafka:
            return [asdict(log) for log in logs.of_topic(kafka, topic)]
    except logs.LogsError as error:
        raise Problem(503, str(error)) from None


def _demand_shown(topic: str) -> None:
    """Only topics of the picture: FLOWVIZ_TOPICS decides what people may see."""
    if topic_node(topic) not in now_running().pipeline.view().topics:
        raise Problem(404, f"There is no topic {topic!r} in the picture.")


def _problem(error: records.RecordError) -> Problem:
    return Problem(404 if isinstance(error, records.NoSuchRecord) else 503, str(error))
