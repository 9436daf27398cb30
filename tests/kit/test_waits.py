"""Nothing is waited for inside the client, whose waits are by a clock that people set."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from flowviz.kit import control_reader, polling, waits
from flowviz.kit.control_reader import ControlReader
from flowviz.kit.waits import Waits


class Clock:
    """Goes on by what is slept, and by no more."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 0.0
        monkeypatch.setattr(waits, "time", self)

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


class Client:
    """In the place of a consumer to which nothing comes."""

    def __init__(self, *_: object) -> None:
        self.waited: list[float] = []
        """With which timeout it was asked for messages, each time."""
        self.stirred = 0

    def poll(self, timeout: float = -1) -> None:
        self.waited.append(timeout)

    def consume(self, count: int = 1, timeout: float = -1) -> list[Any]:
        self.waited.append(timeout)
        return []

    def memberid(self) -> None:
        self.stirred += 1

    def list_topics(self, topic: str, timeout: float) -> Any:
        return type("Metadata", (), {"topics": {}})


def test_what_is_there_is_had_at_once_and_nobody_is_stirred() -> None:
    client = Client()
    assert Waits(client).until(lambda: "a part", 60, 60) == "a part"  # type: ignore[arg-type]
    assert client.stirred == 0


def test_what_comes_later_is_had_when_it_comes_and_the_client_stirs_meanwhile() -> None:
    client, came = Client(), threading.Event()

    def ask() -> str | None:
        if client.stirred:
            came.set()
        return "a part" if came.is_set() else None

    assert Waits(client).until(ask, 60, 0.001) == "a part"  # type: ignore[arg-type]


def test_what_does_not_come_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock(monkeypatch)
    asked: list[float] = []
    assert Waits(Client()).until(lambda: asked.append(clock.now), 10, 4) is None  # type: ignore[arg-type]
    assert asked == [0, 4, 8, 10]


def test_wishes_are_not_waited_for_inside_the_client(monkeypatch: pytest.MonkeyPatch) -> None:
    client = Client()
    monkeypatch.setattr(control_reader, "PlainConsumer", lambda conf: client)
    reader = ControlReader({"bootstrap.servers": "b:1"}, "quality", "quality-1", lambda heard: None)
    reader.hear(0.1)
    assert not reader.hear(0.1)
    assert set(client.waited) == {0}


@pytest.mark.parametrize("held", [True, False])
def test_events_are_not_waited_for_inside_the_client(
    monkeypatch: pytest.MonkeyPatch, held: bool
) -> None:
    monkeypatch.setattr(polling, "Consumer", Client)
    Clock(monkeypatch)
    client, idle = Client(), list[None]()

    class Standstill:
        def idle(self) -> None:
            idle.append(None)

    partitions = type("Partitions", (), {"held": held, "standstill": Standstill()})
    reader: Any = type("Reader", (), {"partitions": partitions})
    waiting = polling.Polling(client, reader, None)  # type: ignore[arg-type]
    assert waiting._get(1, 0.1) == []
    assert waiting._get(9, 0.1) == []
    assert set(client.waited) == {0}
    assert len(idle) == 2
    assert client.stirred


def test_events_are_handed_out_as_they_are_found_and_not_gathered(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A rebalance in a later question would have those of an earlier one come once more."""
    found: list[list[str]] = [[], ["5", "6"], ["5", "6", "7"]]

    class Consumer(Client):
        def consume(self, count: int = 1, timeout: float = -1) -> list[Any]:
            return found.pop(0)

    monkeypatch.setattr(polling, "Consumer", Consumer)
    Clock(monkeypatch)
    standstill = type("Standstill", (), {"idle": lambda self: None})()
    partitions = type("Partitions", (), {"held": False, "standstill": standstill})
    reader: Any = type("Reader", (), {"partitions": partitions})
    assert polling.Polling(Consumer(), reader, None)._get(9, 1) == ["5", "6"]  # type: ignore[arg-type,comparison-overlap]
    assert found == [["5", "6", "7"]]
