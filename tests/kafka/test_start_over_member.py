"""A start over while somebody else is a member of one of the demonstration's groups."""

from __future__ import annotations

from pathlib import Path

from confluent_kafka import Consumer, TopicPartition

from dashboard.cluster.connection import Connection
from dashboard.cluster.embedded import EmbeddedKafka
from dashboard.cluster.making_topics import TopicSpec, ensure
from dashboard.control.wishes import Wishes
from dashboard.management.own_topics import OWN_TOPICS
from dashboard.management.starting_over import StartingOver
from dashboard.picture.picture import Picture
from dashboard.pipeline import Pipeline
from dashboard.places import Places
from tests.conftest import now_ms
from tests.kafka.watching import committed
from tests.supervisor.running import Running
from tests.waiting import until

SPECS = {"parts": TopicSpec(1, {}), **OWN_TOPICS}


def test_a_member_that_does_not_leave_by_itself_does_not_keep_all_from_being_started_over(
    own_kafka: EmbeddedKafka,
    pipeline: Pipeline,
    tmp_path: Path,
) -> None:
    servers = own_kafka.start()
    cluster = Connection(servers)
    ensure(cluster, SPECS)
    run = Running(tmp_path / "line", {"reader": "steady.py"})
    group = run.supervisor.scenario.services["reader"].group
    assert group is not None
    stranger = Consumer(
        {
            "bootstrap.servers": servers,
            "group.id": group,
            "session.timeout.ms": 300_000,
            "log_level": 0,
        }
    )
    stranger.subscribe(["parts"])
    wishes = Wishes(cluster)
    run.supervisor.start()
    try:
        until(lambda: stranger.poll(0.1) or stranger.assignment(), "the stranger reads")
        stranger.commit(offsets=[TopicPartition("parts", 0, 7)], asynchronous=False)
        assert committed(servers, group, "parts") == 7
        over = StartingOver(
            pipeline,
            run.supervisor,
            wishes,
            cluster=cluster,
            specs=SPECS,
            keeper=None,
            places=Places(),
            picture=lambda: Picture(started_at=now_ms(), can_act=True, owns_processes=True),
            look=lambda: None,
            known=list,
        )
        assert over.begin("start-1")
        told = until(lambda: pipeline.view().commands.get("start-1"), "what came of it")
        over.stop()
    finally:
        run.supervisor.stop()
        wishes.close()
        stranger.close()
    assert (told["state"], told["reason"]) == ("obeyed", None)
    assert own_kafka.state.restarts == 0
    assert committed(servers, group, "parts") is None, "what was committed before is gone"
