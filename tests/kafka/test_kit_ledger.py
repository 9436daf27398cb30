"""The ledger in the commits, on a real broker: exact whatever happens."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from confluent_kafka import Consumer as PlainConsumer
from confluent_kafka import KafkaError, KafkaException, TopicPartition
from confluent_kafka import Producer as PlainProducer
from confluent_kafka.admin import NewTopic

from flowviz.kit import Event, Service, topic_ids
from flowviz.kit.holdings import Place
from flowviz.kit.ledger import LedgerEntry
from flowviz.kit.partitions import Partitions
from flowviz.kit.wish import Rewind
from tests.kafka import kit_programs
from tests.kafka.conftest import MakeTopic
from tests.kafka.kit_world import PROTOCOLS, World, fresh, now_ms, running
from tests.waiting import PATIENCE_SECONDS, until

COPIER = Path(str(kit_programs.__file__)).parent / "copier.py"
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def world(bootstrap: str) -> Iterator[World]:
    world = World(bootstrap)
    yield world
    world.close()


def service_of(
    world: World, name: str, seen: list[int], topic: str, protocol: str = "consumer", **more: Any
) -> Service:
    """Notes the offsets that it handles."""
    service = Service(name, world.conf, consumer=PROTOCOLS[protocol], **more)

    @service.on(topic)
    def handle(event: Event) -> None:
        seen.append(event.offset)

    return service


def copier(world: World, name: str, topic: str, out: str) -> subprocess.Popen[bytes]:
    there = {"KAFKA_BOOTSTRAP_SERVERS": world.bootstrap, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, str(COPIER), name, topic, out]
    return subprocess.Popen(command, env=os.environ | there)


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
        assert {(e.number, e.rw) for _, e in world.ledger(name, topic).values()} == {(2, again.id)}
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


def test_an_event_that_cannot_be_handled_is_a_dead_letter_with_all_it_came_with(
    world: World, make_topic: MakeTopic
) -> None:
    topic, out, name = make_topic(), make_topic(), fresh("quality")
    service = Service(name, world.conf, consumer=PROTOCOLS["consumer"], tries=2)
    tries: Counter[int] = Counter()

    @service.on(topic)
    def handle(event: Event) -> None:
        tries[event.offset] += 1
        service.publish(out, {"of": event.offset, "try": tries[event.offset]})
        if event.offset == 1 or (event.offset == 2 and tries[2] == 1):
            raise ValueError("not this one")

    dead = f"{topic}.{name}.dlq"
    with running(service):
        world.send(topic, 4, ce_id="the-id", ce_source="tester", colour="red")
        world.until_total(name, topic, done=3, dead=1, skipped=0)
        assert world.until_status(name, phase="running", failed=3)["reason"] is None
    assert tries == {0: 1, 1: 2, 2: 2, 3: 1}
    assert [value for value, _ in world.read(out)] == [
        {"of": 0, "try": 1},
        {"of": 2, "try": 2},
        {"of": 3, "try": 1},
    ], "what a failed try published is not sent"
    ((value, headers),) = world.read(dead)
    assert value == {"number": 1}
    assert headers["dlq_ce_id"] == headers["ce_causationid"] == "the-id"
    assert (headers["dlq_colour"], headers["dlq_ce_source"]) == ("red", "tester")
    assert (headers["ce_source"], headers["dlq_from_offset"]) == (name, "1")
    assert headers["dlq_from_error"] == "ValueError: not this one"
    world.admin.delete_topics([dead])[dead].result(30)


def test_a_dead_letter_that_would_be_too_large_leaves_out_what_it_must_and_says_so(
    world: World, make_topic: MakeTopic
) -> None:
    topic, name = make_topic(), fresh("quality")
    dead = f"{topic}.{name}.dlq"
    limit = {"max.message.bytes": "3000"}
    world.admin.create_topics([NewTopic(dead, 1, 1, config=limit)])[dead].result(30)
    service = Service(name, world.conf, consumer=PROTOCOLS["consumer"], tries=1)

    @service.on(topic)
    def handle(event: Event) -> None:
        if event.key != "good":
            raise ValueError("not this one")

    writer = PlainProducer(world.conf | {"message.max.bytes": 2_000_000, "log_level": 0})
    for key, size, colour in (
        ("fits", 10, "red"),
        ("too large for the topic", 5_000, "red"),
        ("too large for the client", 1_030_000, "red"),
        ("headers too large", 10, "r" * 5_000),
        ("good", 10, "red"),
    ):
        value = json.dumps("x" * (size - 2))
        writer.produce(topic, value, key, headers=[("ce_id", key), ("colour", colour)])
        assert writer.flush(30) == 0
    with running(service):
        world.until_total(name, topic, done=1, dead=4, skipped=0)
        assert world.until_status(name, phase="running", failed=4)["reason"] is None
    letters = world.read(dead)
    assert [(value, headers.get("dlq_from_left_out")) for value, headers in letters] == [
        ("x" * 8, None),
        (None, "value"),
        (None, "value"),
        (None, "value, key, headers"),
    ]
    told = [headers for _, headers in letters]
    assert [h["dlq_from_bytes"] for h in told] == ["10", "5000", "1030000", "10"]
    assert [h["dlq_from_offset"] for h in told] == ["0", "1", "2", "3"]
    assert [h.get("dlq_colour") for h in told] == ["red", "red", "red", None]
    assert [h["ce_causationid"] for h in told][2:] == [
        "too large for the client",
        "headers too large",
    ]
    world.admin.delete_topics([dead])[dead].result(30)


def test_a_topic_that_takes_no_batch_gets_events_one_by_one_and_only_one_too_large_is_given_up(
    world: World, make_topic: MakeTopic
) -> None:
    """Its max.message.bytes is about batches, and the client does not split them."""
    topic, out, name = make_topic(), make_topic(max_message_bytes=3_000), fresh("quality")
    service = Service(name, world.conf, consumer=PROTOCOLS["consumer"])

    @service.on(topic)
    def handle(event: Event) -> None:
        for number in range(30):
            # Every one of them fits, all of them together do not; but for this one.
            size = 5_000 if (event.offset, number) == (1, 7) else 500
            service.publish(out, {"of": event.offset, "number": number, "is": "x" * size}, key="k")

    dead = f"{out}.{name}.dlq"
    with running(service):
        world.send(topic, 3, ce_id="the-id", ce_source="tester")
        world.until_total(name, topic, done=3, dead=0)
        assert world.until_status(name, phase="running", failed=1)["reason"] is None
    written = [(value["of"], value["number"]) for value, _ in world.read(out)]
    all_of_them = [(of, number) for of in range(3) for number in range(30)]
    assert sorted(written) == [place for place in all_of_them if place != (1, 7)]
    ((value, headers),) = world.read(dead)
    assert (value["of"], value["number"], len(value["is"])) == (1, 7, 5_000)
    assert headers["ce_causationid"] == headers["dlq_ce_causationid"] == "the-id"
    assert headers["dlq_from_topic"] == out
    assert "too large" in headers["dlq_from_error"]
    world.admin.delete_topics([dead])[dead].result(30)


def test_a_handler_whose_own_buffer_is_full_is_tried_again_and_its_event_is_no_gap(
    world: World, make_topic: MakeTopic
) -> None:
    """A client's full queue raises BufferError too: it is a failure of the handler like others."""
    topic, name, seen = make_topic(), fresh("quality"), list[int]()
    service = Service(name, world.conf, consumer=PROTOCOLS["consumer"])

    @service.on(topic)
    def handle(event: Event) -> None:
        seen.append(event.offset)
        if seen == [0]:
            raise BufferError("Local: Queue full")

    with running(service):
        world.send(topic, 2)
        total = world.until_total(name, topic, done=2)
        assert (total.gaps, world.until_status(name, failed=1)["failed"]) == (0, 1)
    assert seen == [0, 0, 1]


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
