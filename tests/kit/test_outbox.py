"""What counts as acknowledged, whenever the answers come."""

from __future__ import annotations

from dataclasses import replace

import pytest
from confluent_kafka import KafkaError

from flowviz.kit import outbox
from flowviz.kit.letter import Letter
from tests.kit.posts import LETTER, TOO_LARGE, Client, Service, outbox_of, with_refused


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
