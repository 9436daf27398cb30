"""Other wishes than a pause, and what a service of the kit says of itself, on a real broker."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Mapping

import pytest

from flowviz.kit import Service
from flowviz.kit.control_reader import ControlReader
from flowviz.kit.wish import MAX_RATE_PER_SECOND, Rate, Wish
from tests.kafka.conftest import MakeTopic
from tests.kafka.kit_services import Places, reader
from tests.kafka.kit_world import PROTOCOLS, World, fresh, running
from tests.waiting import PATIENCE_SECONDS, until


@pytest.mark.parametrize("want", [{"ms_per_event": 60_000}, {"rate": Rate(0.001)}])
def test_a_slowed_service_goes_slowly_and_takes_up_its_own_speed_at_once(
    world: World, make_topic: MakeTopic, want: Mapping[str, object]
) -> None:
    topic, name, seen, witness = make_topic(), fresh("quality"), Places(), Places()
    with running(reader(world, name, topic, seen)):
        world.until_status(name, phase="running")
        slow = world.wish(name, **want)
        world.until_status(name, phase="running", want=slow, outcome="done")
        world.send(topic, 20)
        until(lambda: len(seen) == 1, "the first is handled")
        world.until_total(name, topic, done=1)
        with running(reader(world, fresh("witness"), topic, witness)):
            until(lambda: len(witness) == 20, "somebody else has read it all")
        assert len(seen) == 1
        world.wish(name)
        world.until_total(name, topic, done=20)


def test_in_a_slowed_service_no_partition_waits_for_good_behind_the_backlog_of_another(
    world: World, make_topic: MakeTopic
) -> None:
    topic, name, seen = make_topic(2), fresh("quality"), Places()
    sent = [0, 0]

    def send(partition: int, count: int) -> None:
        for _ in range(count):
            world.producer.produce(topic, "{}", partition=partition)
        assert world.producer.flush(PATIENCE_SECONDS) == 0
        sent[partition] += count

    def both() -> bool:
        done = sum(partition == 0 for partition, _ in seen)
        send(0, max(0, done + 8 - sent[0]))
        return len({partition for partition, _ in seen}) == 2

    send(0, 8)
    send(1, 8)
    world.wish(name, ms_per_event=250)
    with running(reader(world, name, topic, seen)):
        until(both, "one of each partition, although more comes than is handled")


def test_a_source_obeys_pause_and_rate(world: World, make_topic: MakeTopic) -> None:
    topic, name = make_topic(), fresh("scanner")
    service = Service(name, world.conf)
    made = [0]

    @service.every(per_second=100)
    def make() -> None:
        made[0] += 1
        service.publish(topic, {"number": made[0]})

    with running(service):
        until(lambda: made[0] > 5, "it makes some")
        pause = world.wish(name, mode="paused")
        status = world.until_status(name, phase="paused", want=pause, outcome="done")
        assert status["groups"] == []
        written = made[0]
        assert [value["number"] for value, _ in world.read(topic)] == list(range(1, written + 1))
        crawl = world.wish(name, rate=Rate(0.001))
        world.until_status(name, phase="running", want=crawl, outcome="done")
        assert made[0] <= written + 1, "one was due; the next is due in a quarter of an hour"
        world.wish(name)
        until(lambda: made[0] > written + 5, "it goes on")


def test_a_source_in_flood_gives_all_it_can_is_exact_and_obeys_a_pause(
    world: World, make_topic: MakeTopic
) -> None:
    topic, name, made = make_topic(3), fresh("scanner"), itertools.count()
    few = {"queue.buffering.max.messages": 100}
    service = Service(name, world.conf, producer=few)
    last = [-1]

    @service.every(per_second=8)
    def make() -> None:
        last[0] = next(made)
        service.publish(topic, {"number": last[0]})

    with running(service):
        world.until_status(name, phase="running")
        world.wish(name, rate=Rate(MAX_RATE_PER_SECOND))
        until(lambda: last[0] > 3_000, "more than its queue can hold is made")
        pause = world.wish(name, mode="paused", rate=Rate(MAX_RATE_PER_SECOND))
        world.until_status(name, phase="paused", want=pause, outcome="done")
        written = [value["number"] for value, _ in world.read(topic)]
        assert sorted(written) == list(range(last[0] + 1))


def test_more_instances_than_partitions_say_that_they_wait(
    world: World, make_topic: MakeTopic
) -> None:
    topic, name, seen = make_topic(1), fresh("quality"), Places()
    first = reader(world, name, topic, seen)
    with running(first):
        world.until_status(name, phase="running", assigned=True)
        with running(reader(world, name, topic, seen, number=2)):
            world.until_status(
                name, f"{name}-2", phase="starting", reason="waits for its partitions"
            )


def test_whoever_sees_a_settled_wish_sees_the_newest(world: World, make_topic: MakeTopic) -> None:
    """Another thread may look between any two steps of the one that hears."""
    name, wishes = fresh("quality"), list[Wish | None]()

    class Watched(ControlReader):
        def __setattr__(self, field: str, value: object) -> None:
            super().__setattr__(field, value)
            if field == "settled" and value:
                wishes.append(self.wish)

    wanted = world.wish(name, mode="paused")
    reader = Watched(world.conf, name, f"{name}-1", lambda _heard: None)
    until(lambda: reader.hear(0.1) and reader.settled, "all wishes are read")
    reader.close()
    assert [None if wish is None else wish.id for wish in wishes] == [wanted]


def test_a_service_is_starting_until_it_reads(world: World, make_topic: MakeTopic) -> None:
    topic, name, may_go_on = make_topic(), fresh("inventory"), threading.Event()
    service = Service(name, world.conf, consumer=PROTOCOLS["consumer"])
    service.at_start(lambda: may_go_on.wait(PATIENCE_SECONDS))
    service.on(topic)(lambda event: None)
    with running(service):
        first = until(lambda: world.status(name), "it says something")
        assert first["phase"] == "starting"
        may_go_on.set()
        world.until_status(name, phase="running")


def test_a_service_reads_the_options_that_are_wished_of_it(
    world: World, make_topic: MakeTopic
) -> None:
    topic, name = make_topic(), fresh("inventory")
    service = Service(name, world.conf, consumer=PROTOCOLS["consumer"])
    found: list[object] = []
    service.on(topic)(lambda event: found.append(service.options.get("dedupe", True)))
    assert service.options == {}
    with running(service):
        world.send(topic, 1)
        world.until_total(name, topic, done=1)
        wish = world.wish(name, options={"dedupe": False})
        world.until_status(name, want=wish, outcome="done")
        world.send(topic, 1)
        world.until_total(name, topic, done=2)
    assert found == [True, False]


def test_a_service_knows_how_many_events_wait_after_the_one_in_hand(
    world: World, make_topic: MakeTopic
) -> None:
    topic, name = make_topic(), fresh("quality")
    service = Service(name, world.conf, consumer=PROTOCOLS["consumer"])
    waiting: list[int | None] = []
    service.on(topic)(lambda event: waiting.append(service.waiting()))
    assert service.waiting() is None
    world.send(topic, 10)
    with running(service):
        world.until_total(name, topic, done=10)
    assert waiting == list(range(9, -1, -1))
