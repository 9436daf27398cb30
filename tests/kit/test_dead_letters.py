"""Topics of dead letters where no broker answers: what a flood of letters costs."""

from __future__ import annotations

import logging
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import Future
from types import SimpleNamespace
from typing import Any

import pytest
from confluent_kafka import KafkaError, KafkaException
from confluent_kafka.admin import AdminClient, NewTopic

from flowviz.kit import dead_letters
from tests.waiting import PATIENCE_SECONDS, until


@pytest.fixture
def nobody() -> Iterator[str]:
    """An address that is taken, and where nobody listens."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        yield f"127.0.0.1:{bound.getsockname()[1]}"


def make(topics: dead_letters.Topics, name: str) -> None:
    """Asks for it, and waits until nothing is under way any more."""
    topics.make(name)
    until(lambda: not topics.making, f"{name} was made, or could not be")


def test_the_service_is_held_no_longer_than_it_takes_to_begin_once_a_topic_could_not_be_made(
    nobody: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, answer = threading.Event(), threading.Event()

    def never_answers(*_: object) -> None:
        asked.set()
        answer.wait()
        raise TimeoutError

    waits: list[float | None] = []

    class Maker(threading.Thread):
        def join(self, timeout: float | None = None) -> None:
            waits.append(timeout)
            super().join(0)

    monkeypatch.setattr(dead_letters, "ASK_AGAIN_SECONDS", 0.0)
    monkeypatch.setattr(dead_letters.Topics, "_make", never_answers)
    monkeypatch.setattr(dead_letters, "threading", SimpleNamespace(Thread=Maker))
    topics = dead_letters.Topics({"bootstrap.servers": nobody}, "quality-1")
    topics.make("parts.quality.dlq")
    assert asked.wait(PATIENCE_SECONDS)
    topics.make("others.quality.dlq")
    assert waits == [dead_letters.WAIT_SECONDS], "one at a time: for the other it is asked later"
    answer.set()
    until(lambda: not topics.making, "it could not be made")
    make(topics, "parts.quality.dlq")
    assert waits == [dead_letters.WAIT_SECONDS, 0]


def test_a_topic_is_asked_for_once_in_a_while_and_its_trouble_told_more_seldom(
    nobody: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(dead_letters, "MAKE_SECONDS", 0.05)
    asked: list[object] = []

    def counted(conf: dict[str, Any]) -> AdminClient:
        asked.append(conf)
        return AdminClient(conf)

    monkeypatch.setattr(dead_letters, "AdminClient", counted)
    now = [100.0]
    monkeypatch.setattr(dead_letters, "time", SimpleNamespace(monotonic=lambda: now[0]))
    topics = dead_letters.Topics({"bootstrap.servers": nobody}, "quality-1")
    with caplog.at_level(logging.WARNING, "flowviz.kit"):
        for _ in range(500):
            make(topics, "parts.quality.dlq")
        assert (len(asked), len(caplog.records)) == (1, 1)
        now[0] += dead_letters.ASK_AGAIN_SECONDS
        make(topics, "parts.quality.dlq")
        assert (len(asked), len(caplog.records)) == (2, 1)
        make(topics, "others.quality.dlq")
        assert (len(asked), len(caplog.records)) == (3, 2)
        now[0] += dead_letters.WARN_AGAIN_SECONDS
        make(topics, "parts.quality.dlq")
        assert (len(asked), len(caplog.records)) == (4, 3)


def test_what_nobody_foresaw_is_told_and_asked_for_as_seldom(
    nobody: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    tried: list[str] = []

    def breaks(_topics: dead_letters.Topics, topic: str, _ends_at: float) -> None:
        tried.append(topic)
        raise KeyError(topic)

    monkeypatch.setattr(dead_letters.Topics, "_make", breaks)
    topics = dead_letters.Topics({"bootstrap.servers": nobody}, "quality-1")
    for _ in range(5):
        make(topics, "parts.quality.dlq")
    assert tried == ["parts.quality.dlq"]
    assert caplog.text.count("could not make the topic parts.quality.dlq") == 1


@pytest.mark.parametrize(
    ("code", "warnings"),
    [(KafkaError.TOPIC_ALREADY_EXISTS, 0), (KafkaError.TOPIC_AUTHORIZATION_FAILED, 1)],
)
def test_that_another_instance_made_the_topic_meanwhile_is_no_trouble(
    nobody: str,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    code: int,
    warnings: int,
) -> None:
    def answered(topics: list[NewTopic], **_: object) -> dict[str, Future[None]]:
        answer: Future[None] = Future()
        answer.set_exception(KafkaException(KafkaError(code)))
        return {topic.topic: answer for topic in topics}

    asked = SimpleNamespace(
        list_topics=lambda **_: SimpleNamespace(topics={}), create_topics=answered
    )
    monkeypatch.setattr(dead_letters, "AdminClient", lambda _conf: asked)
    make(dead_letters.Topics({"bootstrap.servers": nobody}, "quality-1"), "parts.quality.dlq")
    assert caplog.text.count("could not make the topic") == warnings


def test_it_remembers_no_more_topics_than_it_may(
    nobody: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dead_letters, "MAKE_SECONDS", 0.01)
    monkeypatch.setattr(dead_letters, "MAX_TOPICS", 2)
    topics = dead_letters.Topics({"bootstrap.servers": nobody}, "quality-1")
    for name in ("a", "b", "c"):
        make(topics, name)
    assert (list(topics._ask_at), list(topics._warn_at)) == (["b", "c"], ["b", "c"])
