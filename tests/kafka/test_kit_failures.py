"""Events that cannot be handled, on a real broker: tried again, then a dead letter; never a gap."""

from __future__ import annotations

import json
from collections import Counter

from confluent_kafka import Producer as PlainProducer
from confluent_kafka.admin import NewTopic

from flowviz.kit import Event, Service
from tests.kafka.conftest import MakeTopic
from tests.kafka.kit_world import PROTOCOLS, World, fresh, running


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
