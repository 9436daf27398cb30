"""Views that ask Kafka: so many at once, and one more is told to come again."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from dashboard.api import now
from dashboard.cluster.connection import Connection
from dashboard.running import Running
from tests.waiting import until

PATHS = ("/api/topics/parts.scanned/events", "/api/topics/parts.scanned/partitions")


@pytest.fixture
def mute_kafka(served: Running) -> Iterator[None]:
    """A cluster that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        served.pipeline.lookouts.connection = Connection(f"127.0.0.1:{listener.getsockname()[1]}")
        yield


def asked(path: str) -> Any:
    return Client(headers={"host": "127.0.0.1:8000"}).get(path)


@pytest.mark.usefixtures("mute_kafka")
@pytest.mark.parametrize("path", PATHS)
def test_one_question_too_many_is_told_to_come_again_and_the_turn_comes_back(
    monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    turns = threading.BoundedSemaphore(1)
    monkeypatch.setattr(now, "_turns", turns)
    first: list[Any] = []
    asking = threading.Thread(target=lambda: first.append(asked(PATHS[1])))
    asking.start()
    until(lambda: turns._value == 0, "the first one has its turn")
    answer = asked(path)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "2")
    assert "try again in a moment" in answer.json()["detail"]
    asking.join(30)
    assert first[0].status_code == 503
    assert "Retry-After" not in first[0].headers, "it was asked, and the cluster is what is away"
    assert turns._value == 1
