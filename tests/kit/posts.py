"""Clients and services in the place of real ones, whose answers come when a test says so."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, cast

from confluent_kafka import KafkaError

from flowviz.kit.letter import Letter
from flowviz.kit.outbox import Outbox
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
