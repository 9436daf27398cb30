"""A killed service that nobody of ours runs: what it counted stands in the cluster, and counts."""

from __future__ import annotations

import signal
from typing import Any

import pytest

from dashboard.cluster.connection import Connection
from dashboard.pipeline import Pipeline
from dashboard.tap.topic_filter import TopicFilter
from tests.kafka.conftest import MakeTopic
from tests.kafka.kit_services import copier
from tests.kafka.kit_world import World, fresh
from tests.waiting import PATIENCE_SECONDS, until

MANY = 60


def test_a_killed_service_that_is_forgotten_takes_nothing_out_of_the_ledger(
    world: World, pipeline: Pipeline, make_topic: MakeTopic, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dashboard.picture.services.FORGET_AFTER_SECONDS", 2.0)
    topic, out, name = make_topic(2), make_topic(), fresh("copier")
    world.send(topic, MANY)
    # Who is known from the events it wrote is not forgotten: those are not looked at.
    pipeline.look_at(Connection(world.bootstrap), TopicFilter.parse(topic))
    process = copier(world, name, topic, out)

    def service() -> dict[str, Any]:
        return pipeline.view().services.get(f"s:{name}", {})

    def ledger() -> dict[str, Any]:
        return pipeline.view().ledger

    until(lambda: ledger()["handled"] == MANY and service().get("kit"), "all handled")
    process.send_signal(signal.SIGKILL)
    process.wait()
    world.send(topic, 5)
    until(lambda: not service().get("instances"), "it is forgotten")
    until(lambda: ledger()["waiting"] == 5, "what it left waiting is counted")
    found = ledger()
    assert (found["published"], found["handled"], found["lost"]) == (MANY + 5, MANY, 0)
    assert found["groups"][name]["handled"] == MANY

    process = copier(world, name, topic, out)
    until(lambda: ledger()["handled"] == MANY + 5, "it goes on")
    until(lambda: ledger()["groups"] == {}, "under its own name")
    process.terminate()
    assert process.wait(PATIENCE_SECONDS) == 0
