"""What counts as acknowledged, whenever the answers come."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

import pytest
from confluent_kafka import KafkaError

from flowviz.kit import outbox
from flowviz.kit.outbox import Letter, Outbox
from flowviz.kit.producer import Producer

LETTER = Letter("parts", b"1", None, [])


class Client:
    """Answers whenever the test says so, as the real one does from another thread."""

    def __init__(self) -> None:
        self.answers: list[Callable[[KafkaError | None, Any], None]] = []
        self.on_produce: Callable[[], None] = lambda: None

    def produce(self, *_event: object, on_delivery: Any, **_more: object) -> None:
        self.answers.append(on_delivery)
        self.on_produce()

    def poll(self, _seconds: float) -> int:
        return 0

    def flush(self, _seconds: float) -> int:
        return 0


def outbox_of(client: Client) -> Outbox:
    return Outbox(cast(Producer, client), lambda: False)


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
