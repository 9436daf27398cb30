"""What counts as acknowledged, whenever the answers come."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, cast

import pytest
from confluent_kafka import KafkaError

from flowviz.kit import outbox, unwritten
from flowviz.kit.outbox import Letter, Outbox
from flowviz.kit.producer import Producer

LETTER = Letter("parts", b"1", None, [])
TOO_LARGE = KafkaError(KafkaError.MSG_SIZE_TOO_LARGE)


class Client:
    """Answers whenever the test says so, as the real one does from another thread."""

    def __init__(self) -> None:
        self.answers: list[Callable[[KafkaError | None, Any], None]] = []
        self.sent: list[tuple[str, bytes]] = []
        self.on_produce: Callable[[], None] = lambda: None
        self.full = False

    def produce(
        self, topic: str, value: bytes, _key: object, *, on_delivery: Any, **_more: object
    ) -> None:
        if self.full:
            raise BufferError("Local: Queue full")
        self.sent.append((topic, value))
        self.answers.append(on_delivery)
        self.on_produce()

    def poll(self, _seconds: float) -> int:
        return 0

    def flush(self, _seconds: float) -> int:
        return 0


class Nobody:
    """A service that has nothing to put in the place of what is too large."""

    instance = "quality-1"

    def one_by_one(self) -> Producer:
        raise AssertionError("nothing here is too large")

    def dead_letter(self, letter: Letter, error: KafkaError) -> Letter | None:
        raise AssertionError("nothing here is too large")

    def make_topic(self, topic: str) -> None:
        raise AssertionError("nothing here is a dead letter")


class Service(Nobody):
    """Has a second client, and a dead letter for what its topic does not take."""

    def __init__(self) -> None:
        self.single = Client()
        self.made: list[str] = []

    def one_by_one(self) -> Producer:
        return cast(Producer, self.single)

    def dead_letter(self, letter: Letter, error: KafkaError) -> Letter | None:
        return Letter(f"{letter.topic}.dlq", letter.value, None, [], dead=True)

    def make_topic(self, topic: str) -> None:
        self.made.append(topic)


def no() -> bool:
    return False


def outbox_of(
    client: Client, service: Nobody | None = None, stopping: Callable[[], bool] = no
) -> Outbox:
    return Outbox(cast(Producer, client), stopping, service or Nobody())


def with_refused(
    client: Client, service: Service, *values: bytes, stopping: Callable[[], bool] = no
) -> Outbox:
    """Letters of these values came back, for they were too large for one batch."""
    box = outbox_of(client, service, stopping)
    for value in values:
        box.send(replace(LETTER, value=value))
    for answer in client.answers:
        answer(TOO_LARGE, None)
    return box


def test_an_answer_that_comes_at_once_settles_nothing_else() -> None:
    client = Client()
    box = outbox_of(client)
    box.send(LETTER)
    waiting: list[int] = []

    def answered_at_once() -> None:
        client.answers[-1](None, None)
        waiting.append(box.waiting)

    client.on_produce = answered_at_once
    box.send(LETTER)
    assert (waiting, box.waiting) == ([1], 1), "the first one is still on its way"


def test_what_is_offered_again_is_waiting_all_the_while(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox, "AGAIN_SECONDS", 0.0)
    client = Client()
    box = outbox_of(client)
    box.send(LETTER)
    client.answers[0](KafkaError(KafkaError.TOPIC_AUTHORIZATION_FAILED), None)
    waiting: list[int] = []
    client.on_produce = lambda: waiting.append(box.waiting)
    box.offer_again()
    assert waiting == [2]
    assert box.waiting == 1
    client.answers[1](None, None)
    assert box.settle(0)


def test_a_batch_that_is_too_large_goes_out_one_by_one_and_what_comes_after_it_as_well() -> None:
    client, service = Client(), Service()
    box = with_refused(client, service, b"1", b"2")
    box.send(replace(LETTER, value=b"3"))
    assert service.single.sent == [("parts", b"1"), ("parts", b"2"), ("parts", b"3")]
    assert (len(client.sent), box.waiting, box.hopeless) == (2, 3, None)
    box.send(replace(LETTER, topic="others"))
    assert client.sent[-1][0] == "others", "other topics take batches"


def test_an_event_that_is_too_large_by_itself_becomes_a_dead_letter() -> None:
    client, service = Client(), Service()
    box = outbox_of(client, service)
    box.send(LETTER)
    client.answers[0](TOO_LARGE, None)
    box.offer_again()
    service.single.answers[0](TOO_LARGE, None)
    box.offer_again()
    assert service.made == [client.sent[1][0]] == ["parts.dlq"]
    assert box.waiting == 1
    client.answers[1](None, None)
    assert (box.settle(0), box.hopeless, box.waits_for) == (True, None, None)


def test_a_dead_letter_that_can_be_made_no_smaller_is_hopeless() -> None:
    client, service = Client(), Service()
    box = outbox_of(client, service)
    box.send(Letter("parts.dlq", b"1", None, [], dead=True))
    client.answers[0](TOO_LARGE, None)
    box.offer_again()
    service.single.answers[0](TOO_LARGE, None)
    assert box.hopeless is not None
    assert box.hopeless.startswith("cannot write to parts.dlq: ")


def test_after_an_event_that_spoilt_its_batch_is_through_batches_go_again() -> None:
    client, service = Client(), Service()
    box = with_refused(client, service, b"1", b"2", b"large")
    box.send(replace(LETTER, value=b"4"))
    for answer, error in zip(service.single.answers, (None, None, TOO_LARGE, None), strict=True):
        answer(error, None)
    box.send(replace(LETTER, value=b"5"))
    assert [value for _, value in service.single.sent] == [b"1", b"2", b"large", b"4"]
    box.offer_again()
    assert client.sent[3:] == [("parts", b"5"), ("parts.dlq", b"large")]
    for answer in client.answers[3:]:
        answer(None, None)
    assert (box.settle(0), box.hopeless) == (True, None)


def test_a_client_that_is_full_or_a_stop_leaves_what_is_offered_again_for_later() -> None:
    client, service, stopping = Client(), Service(), [False]
    box = with_refused(client, service, b"1", b"2", stopping=lambda: stopping[0])
    service.single.full = True
    for stopping[0] in (False, True):
        assert not box.settle(0.1)
        assert (box.waiting, box.hopeless, service.single.sent) == (2, None, [])
    service.single.full = False
    box.offer_again()
    assert service.single.sent == [("parts", b"1"), ("parts", b"2")]
    for answer in service.single.answers:
        answer(None, None)
    assert box.settle(0)


def test_offering_again_ends_in_time_and_keeps_the_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox, "OFFER_SECONDS", 0.0)
    client, service = Client(), Service()
    box = with_refused(client, service, b"1", b"2")
    box.offer_again()
    assert (service.single.sent, box.waiting) == ([("parts", b"1")], 2)
    box.send(replace(LETTER, value=b"3"))
    assert [value for _, value in service.single.sent] == [b"1", b"2", b"3"], "its turn is kept"


def test_a_service_that_is_to_stop_makes_no_topic(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox, "AGAIN_SECONDS", 0.0)
    client, service = Client(), Service()
    box = outbox_of(client, service, lambda: True)
    box.send(Letter("parts.dlq", b"1", None, [], dead=True))
    client.answers[0](KafkaError(KafkaError._UNKNOWN_TOPIC), None)
    box.offer_again()
    assert (service.made, len(client.sent), box.waiting) == ([], 2, 1)


def test_a_flood_waits_for_a_crowd_that_goes_one_by_one_and_then_goes_in_batches(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(outbox, "CROWDED", 2)
    client, service = Client(), Service()
    box = with_refused(client, service, b"1", b"large")
    answers = iter((None, TOO_LARGE))

    def poll(seconds: float) -> int:
        if seconds > 0:
            service.single.answers.pop(0)(next(answers), None)
        return 1

    monkeypatch.setattr(service.single, "poll", poll)
    box.send(replace(LETTER, value=b"3"))
    assert [value for _, value in service.single.sent] == [b"1", b"large"]
    assert client.sent[2:] == [("parts", b"3")]


def test_what_was_refused_is_not_overtaken_where_something_else_has_to_wait() -> None:
    client, service = Client(), Service()
    box = outbox_of(client, service)
    for topic, value in (("others", b"0"), ("parts", b"1"), ("parts", b"2")):
        box.send(Letter(topic, value, None, []))
    denied = KafkaError(KafkaError.TOPIC_AUTHORIZATION_FAILED)
    for answer, error in zip(client.answers, (denied, TOO_LARGE, TOO_LARGE), strict=True):
        answer(error, None)
    box.send(replace(LETTER, value=b"3"))
    assert [value for _, value in service.single.sent] == [b"1", b"2", b"3"]
    assert box.waiting == 4


def test_as_many_refused_as_there_may_be_end_no_service(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox, "MAX_TURNED_DOWN", 2)
    client, service = Client(), Service()
    box = outbox_of(client, service)
    for topic in ("parts", "parts", "others"):
        box.send(Letter(topic, b"1", None, []))
    denied = KafkaError(KafkaError.TOPIC_AUTHORIZATION_FAILED)
    for answer, error in zip(client.answers, (TOO_LARGE, TOO_LARGE, denied), strict=True):
        answer(error, None)
    assert box.hopeless is None, (
        "one waits because of a right, and for as many as two there is room"
    )
    box.send(Letter("third", b"1", None, []))
    assert len(service.single.sent) == 2, "they have to be on their way before there are more"


def test_what_the_brokers_take_nothing_of_for_a_while_is_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = 100.0
    monkeypatch.setattr("flowviz.kit.unwritten.time.monotonic", lambda: now)
    client = Client()
    box = outbox_of(client)
    box.send(LETTER)
    box.send(replace(LETTER, topic="graded"))
    assert box.waits_for is None
    now += unwritten.WAITS_SECONDS
    assert box.waits_for == "waits to write to graded, parts"
    client.answers[1](None, None)
    assert box.waits_for is None, "something was taken just now"
    now += unwritten.WAITS_SECONDS
    assert box.waits_for == "waits to write to parts"
    client.answers[0](None, None)
    now += unwritten.WAITS_SECONDS
    assert box.waits_for is None
    box.send(LETTER)
    assert box.waits_for is None, "it has waited for nothing until now"


def test_what_one_topic_turns_down_is_told_whatever_another_one_takes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(outbox, "AGAIN_SECONDS", 0.0)
    client = Client()
    box = outbox_of(client)
    box.send(LETTER)
    for _ in range(3):
        client.answers.pop()(KafkaError(KafkaError.TOPIC_AUTHORIZATION_FAILED), None)
        box.send(replace(LETTER, topic="graded"))
        client.answers.pop()(None, None)
        assert str(box.waits_for).startswith("cannot write to parts: ")
        box.offer_again()
    client.answers.pop()(None, None)
    assert (box.waits_for, box.waiting) == (None, 0)
