"""What tests of several rooms share: settings that touch no folder of a user, a running picture."""

from __future__ import annotations

import time
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from django.conf import settings

from dashboard import running
from dashboard.control.actions import Control
from dashboard.live.hub import Hub
from dashboard.picture.observations import (
    ClusterSeen,
    DeclarationSeen,
    DeclaredService,
    TopicFacts,
    TopicsSeen,
)
from dashboard.picture.picture import Picture
from dashboard.pipeline import Pipeline
from tests.waiting import until

WITH_KAFKA = Path(__file__).parent / "kafka"


def pytest_configure() -> None:
    # Else the first signed cookie would make a key in the data folder of whoever runs the tests.
    settings.SECRET_KEY = "only for tests, " * 4
    # How long an example takes, or is looked for, says something of the machine alone.
    slow = [hypothesis.HealthCheck.too_slow]
    hypothesis.settings.register_profile("any machine", deadline=None, suppress_health_check=slow)
    hypothesis.settings.load_profile("any machine")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The files that wait for Kafka first: where several workers share the files of a run, the
    quick ones in the end keep all of them at work."""
    items.sort(key=lambda item: not item.path.is_relative_to(WITH_KAFKA))


@pytest.hookimpl(wrapper=True)
def pytest_report_to_serializable() -> Generator[None, Any, Any]:
    """Half of a surrogate pair, which some tests log or fail with, cannot be sent from one worker
    process to the other: the whole run would end with it."""
    return _sendable((yield))


def _sendable(part: Any) -> Any:
    if isinstance(part, str):
        return part.encode(errors="backslashreplace").decode()
    if isinstance(part, dict):
        return {_sendable(key): _sendable(value) for key, value in part.items()}
    if isinstance(part, list | tuple):
        return type(part)(_sendable(each) for each in part)
    return part


def now_ms() -> int:
    return int(time.time() * 1000)


@pytest.fixture
def pipeline() -> Iterator[Pipeline]:
    """A pipeline without a cluster, with a hub and a picture of its own: the test observes."""
    made = Pipeline(Hub(), Picture(started_at=now_ms(), can_act=True, owns_processes=True))
    made.start()
    yield made
    made.stop()


@pytest.fixture
def line(pipeline: Pipeline) -> Pipeline:
    """The pipeline after it has heard of a scanner and of quality, which reads parts.scanned."""
    at = now_ms()
    pipeline.observe(ClusterSeen(at, reachable=True, bootstrap="127.0.0.1:9092", brokers=1))
    pipeline.observe(
        DeclarationSeen(
            at,
            title="A line",
            headline_topic="parts.scanned",
            headline_unit="parts",
            topics=("parts.scanned",),
            services={
                "scanner": DeclaredService((), ("parts.scanned",), None, ("scanner-1",)),
                "quality": DeclaredService(("parts.scanned",), (), "quality", ("quality-1",)),
            },
        )
    )
    pipeline.observe(TopicsSeen(at, {"parts.scanned": TopicFacts("an-id", 3)}))
    until(lambda: "t:parts.scanned" in pipeline.view().topics, "the topic is in the picture")
    until(lambda: len(pipeline.view().services) == 2, "both services are in the picture")
    return pipeline


@pytest.fixture
def control(line: Pipeline) -> Control:
    """Control over the line that reaches no Kafka and no process."""
    return Control(acts=True, observe=line.observe, view=line.view)


@pytest.fixture
def served(line: Pipeline, control: Control) -> Iterator[running.Running]:
    """The line as pages and API find it."""
    now = running.Running(line, control)
    running.declare(now)
    yield now
    running.declare(None)
