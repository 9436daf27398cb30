"""The kit's Consumer and Producer in place of confluent_kafka's, on a real broker."""

from __future__ import annotations

from typing import Any

import pytest
from confluent_kafka import OFFSET_BEGINNING, KafkaException, Message, TopicPartition
from confluent_kafka import Consumer as PlainConsumer

from flowviz.kit import Consumer, Producer
from flowviz.kit.headers import caused_id, text
from flowviz.kit.producer import CANNOT_PAUSE
from tests.kafka.conftest import MakeTopic
from tests.kafka.kit_world import PROTOCOLS, World, fresh
from tests.waiting import until


def consumer_of(world: World, name: str, topic: str, **more: Any) -> Consumer:
    conf: dict[str, Any] = {
        **world.conf,
        **PROTOCOLS["consumer"],
        "group.id": name,
        "auto.offset.reset": "earliest",
        **{key.replace("_", "."): value for key, value in more.items()},
    }
    consumer = Consumer(conf, service=name)
    consumer.subscribe([topic])
    return consumer


def next_of(consumer: PlainConsumer) -> Message:
    def look() -> Message | None:
        return consumer.poll(1.0)

    message = until(look, "a message comes")
    assert message is not None
    assert message.error() is None
    return message


def test_what_poll_returned_is_handled_at_the_next_poll_and_not_at_close(
    world: World, make_topic: MakeTopic
) -> None:
    topic, name = make_topic(), fresh("quality")
    world.send(topic, 3)
    with consumer_of(world, name, topic) as consumer:
        assert [next_of(consumer).offset() for _ in range(3)] == [0, 1, 2]
    assert world.total(name, topic).done == 2
    with consumer_of(world, name, topic) as consumer:
        assert next_of(consumer).offset() == 2
        consumer.handled()
    assert world.total(name, topic).done == 3


def test_a_batch_is_handled_at_the_next_call(world: World, make_topic: MakeTopic) -> None:
    topic, name = make_topic(), fresh("quality")
    world.send(topic, 10)
    with consumer_of(world, name, topic) as consumer:
        read: list[int | None] = []
        while len(read) < 10:
            read += [message.offset() for message in consumer.consume(10 - len(read), 0.5)]
        consumer.poll(0)
        world.until_total(name, topic, done=10)
    assert read == list(range(10))


def test_commits_by_hand_carry_the_ledger_of_what_they_commit(
    world: World, make_topic: MakeTopic
) -> None:
    topic, name = make_topic(), fresh("quality")
    world.send(topic, 5)
    with consumer_of(world, name, topic, enable_auto_commit=False) as consumer:
        messages = [next_of(consumer) for _ in range(4)]
        assert world.ledger(name, topic) == {}
        consumer.commit(message=messages[1], asynchronous=False)
        assert world.ledger(name, topic)[0][0] == world.total(name, topic).done == 2
        consumer.commit(asynchronous=False)
        assert world.ledger(name, topic)[0][0] == world.total(name, topic).done == 4
        mine = TopicPartition(topic, 0, 3, metadata="my own words")
        consumer.commit(offsets=[mine], asynchronous=False)
        assert world.ledger(name, topic) == {}, "the service's own metadata is left alone"


def test_only_what_the_service_stored_is_committed(world: World, make_topic: MakeTopic) -> None:
    topic, name = make_topic(), fresh("quality")
    world.send(topic, 5)
    with consumer_of(world, name, topic, enable_auto_offset_store=False) as consumer:
        messages = [next_of(consumer) for _ in range(4)]
        consumer.store_offsets(messages[2])
        consumer.poll(0)
        world.until_total(name, topic, done=3)
    assert world.ledger(name, topic)[0][0] == 3


def test_seeks_are_booked(world: World, make_topic: MakeTopic) -> None:
    topic, name = make_topic(), fresh("quality")
    world.send(topic, 20)
    with consumer_of(world, name, topic) as consumer:
        assert next_of(consumer).offset() == 0
        consumer.seek(TopicPartition(topic, 0, 15))
        assert next_of(consumer).offset() == 15
        consumer.poll(0)
        world.until_total(name, topic, done=2, skipped=14)
        consumer.seek(TopicPartition(topic, 0, OFFSET_BEGINNING))
        assert next_of(consumer).offset() == 0
        consumer.handled()
    committed, entry = world.ledger(name, topic)[0]
    assert (entry.number, entry.base, entry.done, committed) == (2, 0, 1, 1)


def test_a_seek_in_a_partition_of_somebody_else_is_refused(
    world: World, make_topic: MakeTopic
) -> None:
    topic, name = make_topic(2), fresh("quality")
    with Consumer({**world.conf, "group.id": name}, service=name) as consumer:
        consumer.assign([TopicPartition(topic, 0)])
        with pytest.raises(KafkaException):
            consumer.seek(TopicPartition(topic, 1, 0))
        assert [(tp.topic, tp.partition) for tp in consumer.assignment()] == [(topic, 0)]


def test_what_was_in_hand_of_a_partition_that_went_is_not_held_when_it_comes_back(
    world: World, make_topic: MakeTopic
) -> None:
    topic, name = make_topic(), fresh("quality")
    world.send(topic, 2)
    conf: dict[str, Any] = {**world.conf, "group.id": name, "auto.offset.reset": "earliest"}
    with Consumer(conf, service=name) as consumer:
        consumer.assign([TopicPartition(topic, 0)])
        message = next_of(consumer)
        assert consumer.reader.holds(message)
        consumer.unassign()
        consumer.assign([TopicPartition(topic, 0)])
        assert not consumer.reader.holds(message)
        assert next_of(consumer).offset() == 0


def test_what_the_service_paused_itself_stays_paused_after_a_wish(
    world: World, make_topic: MakeTopic
) -> None:
    topic, name = make_topic(2), fresh("quality")
    with consumer_of(world, name, topic) as consumer:
        until(lambda: (consumer.poll(0.1), len(consumer.assignment()) == 2)[1], "it has both")
        consumer.pause([TopicPartition(topic, 1)])
        world.wish(name, mode="paused")
        until(lambda: (consumer.poll(0.1), world.status(name).get("phase"))[1] == "paused", "p")
        world.send(topic, 10)
        assert consumer.poll(0) is None
        wish = world.wish(name)
        assert [next_of(consumer).partition() for _ in range(5)] == [0] * 5
        assert consumer.poll(0.5) is None
        assert world.until_status(name, want=wish)["phase"] == "running"
        consumer.resume([TopicPartition(topic, 1)])
        assert [next_of(consumer).partition() for _ in range(5)] == [1] * 5


def test_partitions_assigned_by_hand_have_a_ledger_too(world: World, make_topic: MakeTopic) -> None:
    topic, name = make_topic(2), fresh("quality")
    world.send(topic, 10)
    conf: dict[str, Any] = {**world.conf, "group.id": name, "auto.offset.reset": "earliest"}
    with Consumer(conf, service=name) as consumer:
        consumer.assign([TopicPartition(topic, 0), TopicPartition(topic, 1, 3)])
        read = sorted((m.partition(), m.offset()) for m in (next_of(consumer) for _ in range(7)))
        consumer.poll(0)
        world.until_total(name, topic, done=7, base=3)
    assert read == [*((0, n) for n in range(5)), (1, 3), (1, 4)]


def test_callbacks_of_the_service_are_called_and_may_assign(
    world: World, make_topic: MakeTopic
) -> None:
    topic, name, told = make_topic(), fresh("quality"), list[str]()
    world.send(topic, 5)
    conf: dict[str, Any] = {**world.conf, **PROTOCOLS["classic eager"], "group.id": name}
    consumer = Consumer(conf, service=name)

    def assigned(client: PlainConsumer, partitions: list[TopicPartition]) -> None:
        told.append("assigned")
        for partition in partitions:
            partition.offset = 2
        client.assign(partitions)

    consumer.subscribe([topic], assigned, lambda _client, _partitions: told.append("revoked"))
    assert next_of(consumer).offset() == 2
    consumer.handled()
    consumer.close()
    consumer.close()
    assert told == ["assigned", "revoked"]
    assert world.total(name, topic).done == 1


def test_settings_that_ask_for_an_error_get_it(world: World, make_topic: MakeTopic) -> None:
    topic, name = make_topic(), fresh("quality")
    world.send(topic, 1)
    with consumer_of(world, name, topic, auto_offset_reset="error") as consumer:
        message = until(lambda: consumer.poll(0.5), "the error comes")
        assert message is not None
        error = message.error()
        assert error is not None
        assert error.name() == "_AUTO_OFFSET_RESET"
    with pytest.raises(KafkaException):
        Consumer({**world.conf, "group.id": name, "no.such.setting": 1}, service=name)


def test_events_say_who_wrote_them_and_because_of_what(world: World, make_topic: MakeTopic) -> None:
    topic, out, name = make_topic(), make_topic(), fresh("quality")
    world.send(topic, 1, ce_id="the-cause", traceparent=f"00-{'a' * 32}-{'b' * 16}-01")
    producer = Producer(world.conf, service=name)
    acked: list[int | None] = []
    with consumer_of(world, name, topic) as consumer:
        cause = next_of(consumer)
        for own in ([], [("mine", b"1")], {"ce_type": "graded"}, [("ce_id", b"my-id")]):
            producer.produce(
                out, "{}", headers=own, on_delivery=lambda _e, m: acked.append(m.offset())
            )
        consumer.poll(0)
        producer.produce(out, "{}")
    assert producer.flush(30) == 0
    assert text(cause.headers(), "ce_id") == "the-cause"
    one, two, three, four, first = [headers for _, headers in world.read(out)]
    assert [h["ce_id"] for h in (one, two, three)] == [
        caused_id(name, "the-cause", n) for n in range(3)
    ]
    assert {h["ce_causationid"] for h in (one, two, three)} == {"the-cause"}
    assert one["traceparent"].startswith(f"00-{'a' * 32}-")
    assert (two["mine"], three["ce_type"], four["ce_id"]) == ("1", "graded", "my-id")
    assert (one["ce_type"], one["ce_source"]) == (out, name)
    assert "ce_causationid" not in first
    assert acked == [0, 1, 2, 3]
    status = world.until_status(name, acked={out: {"0": 4}})
    assert status["writes"] == [out]
    assert producer.close()


def test_a_batch_of_events_is_stamped_one_by_one(world: World, make_topic: MakeTopic) -> None:
    out, name, told = make_topic(2), fresh("scanner"), list[str]()
    with Producer(world.conf, service=name) as producer:
        batch: list[dict[str, Any]] = [{"value": "1", "partition": 1}, {"value": "2", "key": "k"}]
        heard = producer.produce_batch(
            out, batch, partition=0, on_delivery=lambda _error, message: told.append("heard")
        )
        assert heard == 2
        assert producer.flush(30) == 0
    assert told == ["heard"] * 2
    assert len({headers["ce_id"] for _, headers in world.read(out)}) == 2


def test_a_producer_alone_cannot_be_paused_and_says_so(world: World, make_topic: MakeTopic) -> None:
    out, name = make_topic(), fresh("scanner")
    with Producer(world.conf, service=name) as producer:
        pause = world.wish(name, mode="paused")
        status = world.until_status(name, want=pause, outcome="rejected")
        assert (status["phase"], status["reason"]) == ("running", CANNOT_PAUSE)
        producer.produce(out, "{}")
        assert producer.flush(30) == 0
        back = world.wish(name)
        world.until_status(name, want=back, outcome="done", reason=None)
    assert world.until_status(name, phase="stopping")["writes"] == [out]


def test_the_kits_own_clients_are_no_consumer_groups(world: World, make_topic: MakeTopic) -> None:
    topic, name = make_topic(), fresh("quality")
    world.send(topic, 1)
    with consumer_of(world, name, topic) as consumer:
        next_of(consumer)
        world.until_status(name, phase="running")
        assert [group for group in world.groups() if name in group] == [name]


def test_a_reader_that_does_not_poll_is_seen_to_hold_its_event(
    world: World, make_topic: MakeTopic
) -> None:
    topic, name = make_topic(), fresh("quality")
    world.send(topic, 1)
    with consumer_of(world, name, topic) as consumer:
        next_of(consumer)
        until(lambda: (world.status(name).get("handling_for") or 0) > 0, "it is seen to be busy")
        consumer.poll(0)
        world.until_status(name, handling_for=None)
