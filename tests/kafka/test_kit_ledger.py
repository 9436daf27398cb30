"""The ledger in the commits, on a real broker: exact whatever happens."""

from __future__ import annotations

import signal
from collections import Counter

import pytest
from confluent_kafka import Producer as PlainProducer
from confluent_kafka import TopicPartition

from flowviz.kit import Service
from flowviz.kit.wish import Rewind
from tests.kafka.conftest import MakeTopic
from tests.kafka.kit_services import copier, service_of
from tests.kafka.kit_world import PROTOCOLS, World, fresh, running
from tests.waiting import PATIENCE_SECONDS, until


def test_counters_stay_exact_over_kill_9_and_repeats_carry_the_same_ids(
    world: World, make_topic: MakeTopic
) -> None:
    topic, out, name = make_topic(2), make_topic(), fresh("copier")
    world.send(topic, 1_000)
    for reached in (150, 450):
        process = copier(world, name, topic, out)

        def handled(least: int = reached) -> bool:
            return world.total(name, topic).done >= least

        until(handled, f"{reached} are handled")
        process.send_signal(signal.SIGKILL)
        process.wait()
    process = copier(world, name, topic, out)
    world.until_total(name, topic, done=1_000, base=0, dead=0, skipped=0, gaps=0, lost=0)
    process.terminate()
    assert process.wait(PATIENCE_SECONDS) == 0

    written = world.read(out)
    assert len({value["of"] for value, _ in written}) == 1_000, "no output is lost"
    ids = Counter((headers["ce_id"], value["of"]) for value, headers in written)
    assert len(ids) == 1_000, "a repeat has the id of the first"
    assert len(world.ledger(name, topic)) == 2


def test_an_orderly_stop_leaves_nothing_to_repeat(world: World, make_topic: MakeTopic) -> None:
    topic, out, name = make_topic(2), make_topic(), fresh("copier")
    handled = 0
    for _ in range(3):
        world.send(topic, 200)
        process = copier(world, name, topic, out)

        def goes_on(before: int = handled) -> bool:
            return world.total(name, topic).done > before

        until(goes_on, f"more than {handled} are handled")
        process.terminate()
        assert process.wait(PATIENCE_SECONDS) == 0
        handled = world.total(name, topic).done
    process = copier(world, name, topic, out)
    world.until_total(name, topic, done=600)
    process.terminate()
    assert process.wait(PATIENCE_SECONDS) == 0
    assert Counter(value["of"] for value, _ in world.read(out)).total() == 600


def test_markers_of_transactions_are_gaps(world: World, make_topic: MakeTopic) -> None:
    topic, name, seen = make_topic(), fresh("quality"), list[int]()
    writer = PlainProducer(world.conf | {"transactional.id": fresh("tx"), "log_level": "0"})
    writer.init_transactions(30)
    for _ in range(3):
        writer.begin_transaction()
        writer.produce(topic, "{}")
        writer.commit_transaction(30)
    world.send(topic, 1)
    with running(service_of(world, name, seen, topic)):
        world.until_total(name, topic, done=4, gaps=3, lost=0)
    assert seen == [0, 2, 4, 6]


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_what_retention_removed_unread_is_lost_and_said_so(
    world: World, make_topic: MakeTopic, protocol: str
) -> None:
    topic, name, seen = make_topic(2), fresh("quality"), list[int]()
    world.send(topic, 20)
    with running(service_of(world, name, seen, topic, protocol)):
        world.until_total(name, topic, done=20)
    world.send(topic, 40)
    removed = world.admin.delete_records([TopicPartition(topic, 0, 25)])
    for future in removed.values():
        future.result(30)
    with running(service_of(world, name, seen, topic, protocol)):
        world.until_total(name, topic, done=45, lost=15, gaps=0)
    assert Counter(seen) == Counter([*range(10), *range(10), *range(25, 30), *range(10, 30)])


def test_dedupe_drops_what_it_knows_and_books_it_as_skipped(
    world: World, make_topic: MakeTopic
) -> None:
    topic, name, seen = make_topic(), fresh("quality"), list[int]()
    with running(service_of(world, name, seen, topic, dedupe=True)):
        world.send(topic, 3, ce_id="same", ce_source="tester")
        world.send(topic, 2)
        world.send(topic, 1, ce_id="same", ce_source="another")
        world.until_total(name, topic, done=4, skipped=2)
        world.wish(name, rewind=Rewind("r", "earliest"))
        until(lambda: len(seen) == 8, "a rewind forgets what is known")
    assert seen == [0, 3, 4, 5] * 2


def test_the_first_position_is_committed_at_once(world: World, make_topic: MakeTopic) -> None:
    topic, name, seen = make_topic(), fresh("quality"), list[int]()
    world.send(topic, 7)
    service = Service(
        name, world.conf, consumer={**PROTOCOLS["consumer"], "auto.offset.reset": "latest"}
    )
    service.on(topic)(lambda event: seen.append(event.offset))
    with running(service):
        world.until_total(name, topic, base=7, done=0)
        world.send(topic, 2)
        world.until_total(name, topic, base=7, done=2)
    assert seen == [7, 8]
