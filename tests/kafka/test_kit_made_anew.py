"""All topics are made anew under a running service, on a cluster whose broker was restarted.

Kafka numbers the leaders of a partition: a restart makes the number higher, and a topic made anew
begins at 0 again, which a client that knows a higher one takes for old news.
"""

from __future__ import annotations

import pytest

from dashboard.cluster.connection import Connection
from dashboard.cluster.embedded import EmbeddedKafka
from dashboard.cluster.making_topics import TopicSpec, ensure, remake
from dashboard.management.own_topics import OWN_TOPICS
from flowviz.kit import Event, Service, topic_ids
from flowviz.kit.wish import CONTROL_TOPIC
from tests.kafka.kit_world import PROTOCOLS, World, running
from tests.waiting import until

SPECS = {"in": TopicSpec(2), **OWN_TOPICS}


def test_a_service_goes_on_by_itself_and_obeys_after_its_topics_were_made_anew(
    own_kafka: EmbeddedKafka, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It waits for a topic of its own all the while."""
    monkeypatch.setattr(topic_ids, "LOOK_EVERY_SECONDS", 0.5)
    ensure(Connection(own_kafka.start()), SPECS)
    own_kafka.stop()
    before = World(own_kafka.start(), flowviz_topics=False)
    service = Service(
        "weights",
        before.conf,
        consumer=PROTOCOLS["consumer"],
        producer={"topic.metadata.propagation.max.ms": 100},
    )
    handled: list[str | None] = []

    @service.on("in")
    def weigh(event: Event) -> None:
        service.publish("out", event.json())
        handled.append(event.topic_id)

    with running(service):
        before.send("in", 20)
        until(lambda: len(handled) == 20, "it reads")
        ids = service._running._link._control._ids  # type: ignore[union-attr]
        until(lambda: CONTROL_TOPIC in ids._told, "it knows which topic its wishes are on")
        cluster = Connection(before.bootstrap)
        remake(cluster, SPECS, lambda _topic: False)
        # Who looks on is another client too: for it the same holds.
        after = World(before.bootstrap)
        after.send("in", 30)
        until(lambda: len(handled) >= 50, "it reads the new topic")
        ensure(cluster, {"out": TopicSpec(1)})
        after.until_total("weights", "in", base=0, done=30, lost=0, skipped=0)
        pause = after.wish("weights", mode="paused")
        after.until_status("weights", phase="paused", want=pause, outcome="done")
        after.wish("weights")
        after.send("in", 4)
        after.until_total("weights", "in", base=0, done=34, lost=0, skipped=0)
    assert len(set(handled)) == 2
    for each in (before, after):
        each.close()
