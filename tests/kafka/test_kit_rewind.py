"""Reading again and topics made anew, on a real broker: another pass, begun once."""

from __future__ import annotations

from collections import Counter

import pytest
from confluent_kafka import Consumer as PlainConsumer
from confluent_kafka import KafkaError, KafkaException, TopicPartition
from confluent_kafka.admin import NewTopic

from flowviz.kit import Event, Service, topic_ids
from flowviz.kit.holdings import Place
from flowviz.kit.ledger import LedgerEntry, Was
from flowviz.kit.partitions import Partitions
from flowviz.kit.wish import Rewind
from tests.kafka.conftest import MakeTopic
from tests.kafka.kit_services import service_of
from tests.kafka.kit_world import PROTOCOLS, World, fresh, now_ms, running
from tests.waiting import until


def make_anew(world: World, topic: str) -> None:
    world.admin.delete_topics([topic])[topic].result(30)

    def make() -> bool:
        try:
            world.admin.create_topics([NewTopic(topic, 1, 1)])[topic].result(30)
        except Exception:
            return False
        return True

    until(make, "the topic is made anew")


def test_a_topic_made_anew_is_another_pass(world: World, make_topic: MakeTopic) -> None:
    topic, name, seen = make_topic(), fresh("quality"), list[int]()
    world.send(topic, 10)
    with running(service_of(world, name, seen, topic)):
        world.until_total(name, topic, done=10)
    make_anew(world, topic)
    world.send(topic, 3)
    with running(service_of(world, name, seen, topic)):
        world.until_total(name, topic, done=3, lost=0)
        assert world.ledger(name, topic)[0][0] == 3


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_a_topic_made_anew_that_has_outgrown_the_old_position_is_noticed_while_it_is_read(
    world: World, make_topic: MakeTopic, protocol: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(topic_ids, "LOOK_EVERY_SECONDS", 0.5)
    topic, name, seen = make_topic(), fresh("quality"), list[int]()
    ids = set[str | None]()
    service = Service(name, world.conf, consumer=PROTOCOLS[protocol])

    @service.on(topic)
    def handle(event: Event) -> None:
        seen.append(event.offset)
        ids.add(event.topic_id)

    with running(service):
        world.send(topic, 10)
        world.until_total(name, topic, done=10)
        make_anew(world, topic)
        world.send(topic, 15)
        world.until_total(name, topic, base=0, done=15, lost=0, skipped=0)
    assert Counter(seen) >= Counter([*range(10), *range(15)]), "all of the old, all of the new"
    assert len(ids) == 2
    assert None not in ids


def test_a_position_in_a_topic_of_the_same_name_that_is_no_more_is_not_gone_on_from(
    world: World, make_topic: MakeTopic
) -> None:
    topic, name, seen = make_topic(), fresh("quality"), list[int]()
    world.send(topic, 5)
    entry = LedgerEntry(base=0, done=3, rw="r", topic_id="that-of-the-one-before")
    left = TopicPartition(topic, 0, 3, metadata=entry.encode())
    PlainConsumer(world.conf | {"group.id": name}).commit(offsets=[left], asynchronous=False)
    with running(service_of(world, name, seen, topic)):
        world.until_total(name, topic, base=0, done=5, lost=0)
    _, entry = world.ledger(name, topic)[0]
    assert (seen, entry.number, entry.rw) == ([*range(5)], 2, "r")


def test_a_rewind_begins_a_pass_and_is_done_once(world: World, make_topic: MakeTopic) -> None:
    topic, name, seen = make_topic(2), fresh("quality"), list[int]()
    world.send(topic, 20)
    with running(service_of(world, name, seen, topic)):
        world.until_total(name, topic, done=20)
        again = Rewind("again-1", "earliest")
        wish = world.wish(name, rewind=again)
        world.until_status(name, want=wish, outcome="done")
        until(lambda: len(seen) == 40, "all is read again")
        world.until_total(name, topic, done=20, base=0)
        entries = [entry for _, entry in world.ledger(name, topic).values()]
        assert {(e.number, e.rw, e.was) for e in entries} == {(2, again.id, Was(to=10, done=10))}
    with running(service_of(world, name, seen, topic)):
        world.send(topic, 2)
        world.until_total(name, topic, done=22)
    assert len(seen) == 42, "the wish is still there, and was not obeyed again"


def test_a_rewind_that_was_done_is_not_done_again_after_a_tool_has_set_the_offsets(
    world: World, make_topic: MakeTopic
) -> None:
    topic, name, seen = make_topic(2), fresh("quality"), list[int]()
    world.send(topic, 20)
    with running(service_of(world, name, seen, topic)):
        world.until_total(name, topic, done=20)
        world.wish(name, id="r", rewind=Rewind("r", "earliest"))
        until(lambda: len(seen) == 40, "all is read again")
        world.until_total(name, topic, done=20)

    def reset() -> None:
        """As kafka-consumer-groups --reset-offsets does: without metadata."""
        there = [TopicPartition(topic, 0, 7)]
        PlainConsumer(world.conf | {"group.id": name}).commit(offsets=there, asynchronous=False)

    reset()
    with running(service_of(world, name, seen, topic)):
        told = world.until_status(name, phase="running", outcome="rejected")
        assert f"somebody else set the group's position in {topic} [0]" in told["reason"]
        until(lambda: len(seen) == 43, "it goes on from where the tool has set it")
        until(lambda: world.ledger(name, topic)[0][0] == 10, "and commits that")
        # Each newer wish still holds the rewind that was left undone.
        for mode, phase in (("paused", "paused"), ("running", "running")):
            newer = world.wish(name, mode=mode, rewind=Rewind("r", "earliest"))
            told = world.until_status(name, want=newer, phase=phase)
            assert told["outcome"] != "rejected"
            world.until_status(name, want=newer, phase=phase, outcome="done", reason=None)
    reset()
    while_down = world.wish(name, mode="paused", rewind=Rewind("r", "earliest"))
    with running(service_of(world, name, seen, topic)):
        world.until_status(name, want=while_down, phase="paused", outcome="done", reason=None)
        answers = {told["outcome"] for told in world.statuses if told["want"] == while_down}
        assert "rejected" not in answers, "a pause holds the rewind, and does not ask for it"
        assert len(seen) == 43, "the rewind is still wished, and was not done again"
        world.wish(name, rewind=Rewind("another", "earliest"))
        until(lambda: len(seen) == 63, "a new one is obeyed")
        world.until_total(name, topic, base=0, done=20)


def test_a_rewind_that_was_wished_before_a_groups_first_start_is_obeyed(
    world: World, make_topic: MakeTopic
) -> None:
    topic, name, seen = make_topic(), fresh("quality"), list[int]()
    world.send(topic, 5)
    wish = world.wish(name, rewind=Rewind("r", "earliest"))
    service = service_of(world, name, seen, topic)
    service.consumer_conf["auto.offset.reset"] = "latest"
    with running(service):
        world.until_status(name, want=wish, phase="running", outcome="done", reason=None)
        until(lambda: len(seen) == 5, "what was there before is read")
        world.until_total(name, topic, base=0, done=5)


def test_a_rewind_while_paused_waits_for_the_resume(world: World, make_topic: MakeTopic) -> None:
    topic, name, seen = make_topic(), fresh("quality"), list[int]()
    world.send(topic, 10)
    with running(service_of(world, name, seen, topic)):
        world.until_total(name, topic, done=10)
        world.wish(name, mode="paused")
        world.until_status(name, phase="paused")
        world.wish(name, mode="paused", rewind=Rewind("r", {topic: {0: 4}}))
        until(lambda: world.ledger(name, topic)[0][0] == 4, "the commit is moved")
        assert len(seen) == 10
        world.wish(name, rewind=Rewind("r", {topic: {0: 4}}))
        world.until_total(name, topic, base=4, done=6)
    assert seen == [*range(10), *range(4, 10)]


def test_a_rewind_whose_step_back_failed_is_done_at_the_next_try(
    world: World, make_topic: MakeTopic, monkeypatch: pytest.MonkeyPatch
) -> None:
    topic, name, seen = make_topic(), fresh("quality"), list[int]()
    move, failures = Partitions.move, [KafkaException(KafkaError(KafkaError._TIMED_OUT))]

    def moved(self: Partitions, place: Place, offset: int) -> None:
        if failures:
            raise failures.pop()
        move(self, place, offset)

    monkeypatch.setattr(Partitions, "move", moved)
    with running(service_of(world, name, seen, topic)):
        world.send(topic, 3)
        world.until_total(name, topic, done=3)
        world.wish(name, rewind=Rewind("r", "earliest"))
        until(lambda: len(seen) == 6, "all is read again")
        assert world.until_total(name, topic, done=3, gaps=0).base == 0
    assert (seen, failures) == ([0, 1, 2] * 2, [])


def test_a_rewind_to_an_instant_reads_what_came_after_it_and_never_steps_ahead(
    world: World, make_topic: MakeTopic
) -> None:
    topic, name, seen = make_topic(), fresh("quality"), list[int]()
    world.send(topic, 5)
    with running(service_of(world, name, seen, topic)):
        world.until_total(name, topic, done=5)
        instant = now_ms() + 1
        until(lambda: now_ms() > instant, "the instant has passed")
        world.send(topic, 5)
        world.until_total(name, topic, done=10)
        world.wish(name, rewind=Rewind("r", instant))
        world.until_total(name, topic, base=5, done=5)
        world.wish(name, mode="paused")
        world.until_status(name, phase="paused")
        world.send(topic, 5)
        world.wish(name, rewind=Rewind("ahead", {topic: {0: 14}}))
        world.until_total(name, topic, base=10, done=5)
    assert seen == [*range(10), *range(5, 10), *range(10, 15)]
