"""What a service says that it waits to write, and when it no longer waits for it."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import pytest
from confluent_kafka import KafkaError

from flowviz.kit import outbox, unwritten
from tests.kit.posts import LETTER, TOO_LARGE, Client, Service, outbox_of


def test_what_the_brokers_take_nothing_of_for_a_while_is_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = 100.0
    monkeypatch.setattr(unwritten, "time", SimpleNamespace(monotonic=lambda: now))
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


def test_a_dead_letter_leaves_nothing_to_wait_for_where_it_was_to_go_first(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    now = 100.0
    monkeypatch.setattr(unwritten, "time", SimpleNamespace(monotonic=lambda: now))
    monkeypatch.setattr(outbox, "AGAIN_SECONDS", 0.0)
    caplog.set_level("INFO", logger="flowviz.kit")
    client, service = Client(), Service()
    box = outbox_of(client, service)
    box.send(LETTER)
    client.answers.pop()(KafkaError(KafkaError._UNKNOWN_TOPIC), None)
    box.offer_again()
    client.answers.pop()(TOO_LARGE, None)
    box.offer_again()
    assert str(box.waits_for).startswith("cannot write to parts: ")
    service.single.answers.pop()(TOO_LARGE, None)
    now += unwritten.WAITS_SECONDS
    assert (box.waiting, box.waits_for) == (1, "waits to write to parts.dlq")
    box.offer_again()
    client.answers.pop()(None, None)
    assert (box.waiting, box.waits_for) == (0, None)
    now += unwritten.WAITS_SECONDS
    box.send(replace(LETTER, topic="graded"))
    assert box.waits_for is None, "it has waited for nothing until now"
    assert not any("writes to parts again" in message for message in caplog.messages)


def test_of_the_topics_that_are_waited_for_a_few_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 100.0
    monkeypatch.setattr(unwritten, "time", SimpleNamespace(monotonic=lambda: now))
    box = outbox_of(Client())
    for number in range(unwritten.NAMED_TOPICS + 2):
        box.send(replace(LETTER, topic=f"t{number}"))
    now += unwritten.WAITS_SECONDS
    assert box.waits_for == "waits to write to t0, t1, t2"
