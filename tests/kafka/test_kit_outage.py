"""A service of the kit on a cluster without Flowviz's topics, and on one that goes away."""

from __future__ import annotations

import itertools
import os
import signal
import threading
from collections import Counter
from typing import Any

import pytest
from confluent_kafka import Consumer as PlainConsumer
from confluent_kafka import KafkaError, KafkaException, TopicPartition
from confluent_kafka.admin import NewTopic

from dashboard.cluster.embedded import EmbeddedKafka
from flowviz.kit import Consumer, Event, Service, positions
from flowviz.kit.book import Book
from flowviz.kit.opening import Opened
from tests.kafka.conftest import MakeTopic
from tests.kafka.kit_services import copier
from tests.kafka.kit_world import PROTOCOLS, World, fresh, running
from tests.waiting import PATIENCE_SECONDS, until


def test_it_works_without_flowviz_topics_and_over_an_outage(
    own_kafka: EmbeddedKafka, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "flowviz.kit")
    world = World(own_kafka.start(), flowviz_topics=False)
    for topic in ("in", "out"):
        world.admin.create_topics([NewTopic(topic, 1, 1)])[topic].result(30)
    service = Service("copier", world.conf, consumer=PROTOCOLS["consumer"])

    @service.on("in")
    def copy(event: Event) -> None:
        service.publish("out", {"of": event.offset})

    with running(service):
        world.send("in", 5)
        world.until_total("copier", "in", done=5)
        missing = [r for r in caplog.records if "there is no topic" in r.getMessage()]
        assert len(missing) == 2, "each missing topic is said once"

        world.make_flowviz_topics()
        world.wish("copier", mode="paused")
        listening = World(world.bootstrap)
        listening.until_status("copier", phase="paused")

        own_kafka.stop()
        until(lambda: "does not answer" in caplog.text, "the outage is said")
        own_kafka.start()
        listening.wish("copier")
        listening.send("in", 5)
        listening.until_total("copier", "in", done=10, lost=0, skipped=0)
        listening.until_status("copier", phase="running", outcome="done")
        until(lambda: "answers again" in caplog.text, "its end is said")
    assert Counter(value["of"] for value, _ in listening.read("out")) == Counter(range(10))
    for each in (world, listening):
        each.close()


def test_what_cannot_be_written_holds_the_commit_and_says_why(
    world: World, make_topic: MakeTopic
) -> None:
    topic, name = make_topic(), fresh("quality")
    service = Service(name, world.conf, consumer=PROTOCOLS["consumer"])

    @service.on(topic)
    def handle(event: Event) -> None:
        service.publish("no topic can have blanks", {})

    with running(service):
        world.send(topic, 1)

        def complains() -> str:
            return str(world.status(name).get("reason") or "")

        until(lambda: "cannot write to" in complains(), "it says why")
        assert world.total(name, topic).done == 0


def test_what_a_source_could_not_write_goes_out_when_it_can(world: World) -> None:
    name, late, numbers = fresh("scanner"), fresh("late"), itertools.count()
    service = Service(name, world.conf, producer={"topic.metadata.propagation.max.ms": 100})
    service.every(per_second=5)(lambda: service.publish(late, {"n": next(numbers)}))
    with running(service):

        def complains() -> str:
            return str(world.status(name).get("reason") or "")

        until(lambda: f"cannot write to {late}" in complains(), "it says why")
        world.admin.create_topics([NewTopic(late, 1, 1)])[late].result(30)
        world.until_status(name, reason=None)
    written = Counter(value["n"] for value, _ in world.read(late))
    assert written == Counter(range(next(numbers)))
    world.admin.delete_topics([late])[late].result(30)


@pytest.mark.parametrize("protocol", ["consumer", "classic eager"])
def test_one_partition_without_a_leader_keeps_none_of_the_others_waiting(
    world: World, make_topic: MakeTopic, protocol: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    topic, name, seen = make_topic(3), fresh("quality"), Counter[tuple[int, int]]()
    leaderless, ends_of = threading.Event(), positions.ends_of

    def asked(client: Any, topic: str, partition: int, seconds: float = 5) -> tuple[int, int]:
        if partition == 1 and not leaderless.is_set():
            raise KafkaException(KafkaError(KafkaError.LEADER_NOT_AVAILABLE))
        return ends_of(client, topic, partition, seconds)

    monkeypatch.setattr(positions, "ends_of", asked)
    service = Service(name, world.conf, consumer=PROTOCOLS[protocol])
    service.on(topic)(lambda event: seen.update([(event.partition, event.offset)]))
    world.send(topic, 9)
    with running(service):
        until(lambda: len(seen) == 6, "the others are read")

        def complains() -> bool:
            told = world.status(name)
            waits = str(told.get("reason")).startswith(f"waits for {topic} [1]: ")
            return waits and told["phase"] == "running"

        until(complains, "it runs, and says for what it waits")
        world.wish(name, mode="paused")
        world.until_status(name, phase="paused")
        leaderless.set()
        world.until_status(name, phase="paused", reason=None)
        assert len(seen) == 6
        world.wish(name)
        world.until_total(name, topic, done=9, lost=0, skipped=0, gaps=0)
    leaderless.clear()
    assert set(seen.values()) == {1}

    other = Service(fresh("quality"), world.conf, consumer=PROTOCOLS[protocol])
    other.on(topic)(lambda event: None)
    with running(other):
        until(lambda: "waits for" in str(world.status(other.name).get("reason")), "it says why")


def test_what_the_client_asked_before_a_place_was_known_does_not_move_it_from_there(
    shared_kafka: EmbeddedKafka,
    world: World,
    make_topic: MakeTopic,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The broker's answers are slow: it stands still from before the partition is given to the
    client until after its place is known."""
    java, name, place = shared_kafka.pid, fresh("late"), (make_topic(), 0)
    assert java is not None
    world.send(place[0], 3)
    with Consumer(world.conf | {"group.id": name}, service=name) as consumer:
        # Now the client knows the partition's leader and has a connection to it.
        PlainConsumer.assign(consumer, [TopicPartition(*place, 0)])
        until(lambda: PlainConsumer.poll(consumer, 1), "the broker is known")
        PlainConsumer.unassign(consumer)

        partitions = consumer.reader.partitions
        known = Opened(place, Book(0), as_committed=False, strange=False)
        answers: list[list[Opened]] = [[], [known]]

        def ask(_seconds: float) -> list[Opened]:
            opened = answers.pop(0)
            for each in opened:
                partitions.opening.forget(each.place)
            return opened

        monkeypatch.setattr(partitions.opening, "ask", ask)
        partitions.hold(True)
        os.kill(java, signal.SIGSTOP)
        try:
            consumer.assign([TopicPartition(*place)])
            assert partitions.opening.places() == [place]
            partitions.open_late()
        finally:
            os.kill(java, signal.SIGCONT)
        assert partitions.opening.places() == []
        # Answers come in turn: after this one, everything that was asked before is answered.
        asked = TopicPartition(*place)
        assert consumer.get_watermark_offsets(asked, timeout=PATIENCE_SECONDS) == (0, 3)
        message = until(lambda: consumer.poll(1), "it reads")
        assert (message.error(), message.offset()) == (None, 0)


def test_a_service_that_can_not_read_where_it_was_waits_and_says_why() -> None:
    service = Service("inventory", {"bootstrap.servers": "127.0.0.1:9"}, instance=fresh("inv"))
    service.at_start(lambda: service.newest("stock"))
    codes: list[int] = []
    thread = threading.Thread(target=lambda: codes.append(service.run()), daemon=True)
    thread.start()

    def reason() -> str | None:
        return None if service._running is None else service._running.report().reason

    until(lambda: str(reason()).startswith("waits to read the end of stock: "), "it says why")
    service.stop()
    thread.join(PATIENCE_SECONDS)
    assert codes == [0]


def test_a_frozen_instance_that_wakes_counts_nothing_twice(
    world: World, make_topic: MakeTopic
) -> None:
    topic, out, name = make_topic(2), make_topic(), fresh("copier")
    world.send(topic, 600)
    frozen = copier(world, name, topic, out)
    until(lambda: world.total(name, topic).done >= 100, "it reads")
    frozen.send_signal(signal.SIGSTOP)
    other = copier(world, name, topic, out)
    world.until_total(name, topic, done=600, lost=0)
    frozen.send_signal(signal.SIGCONT)
    world.send(topic, 200)
    world.until_total(name, topic, done=800, lost=0, skipped=0, gaps=0)
    for process in (frozen, other):
        process.terminate()
        assert process.wait(PATIENCE_SECONDS) == 0
    written = world.read(out)
    assert len({value["of"] for value, _ in written}) == 800
    assert len({headers["ce_id"] for _, headers in written}) == 800


def test_a_service_stops_at_once_while_the_cluster_is_away() -> None:
    service = Service("quality", {"bootstrap.servers": "127.0.0.1:9"}, instance=fresh("quality"))
    service.on("parts")(lambda event: None)
    codes: list[int] = []
    thread = threading.Thread(target=lambda: codes.append(service.run()), daemon=True)
    thread.start()
    service.stop()
    thread.join(PATIENCE_SECONDS)
    assert codes == [0]
