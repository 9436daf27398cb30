"""What a source does before it is known what people wish of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

import pytest

from flowviz.kit import Service, making
from flowviz.kit.link import Link
from flowviz.kit.making import Making
from flowviz.kit.publishing import Publishing
from tests.kit.test_outside import Heard


class Unheard(Heard):
    """Kafka has said nothing yet."""

    settled = False


class Calling:
    """As much of Publishing as a source needs that publishes nothing."""

    waiting = 0

    @property
    def outbox(self) -> Calling:
        return self

    def offer_again(self) -> None:
        return

    def settle(self, seconds: float) -> bool:
        return True

    def sending(self, work: Callable[[], object]) -> None:
        work()


def source(*, calls: bool) -> tuple[Making, list[int]]:
    """What makes, and what it has made."""
    service = Service("scanner", {"bootstrap.servers": "127.0.0.1:9"})
    if calls:
        service.calls_to("quality")
    made: list[int] = []
    service.every(per_second=1000)(lambda: made.append(1))
    publishing = cast(Publishing, Calling())
    return Making(service, cast(Link, Unheard()), publishing, lambda: False), made


def test_one_that_calls_others_directly_does_not_need_kafka_to_begin(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(making, "PATIENCE_SECONDS", 1e9)
    begins, made = source(calls=True)
    begins.go_on()
    assert (made, begins.phase(None)) == ([], "starting"), "a pause may still be heard of"
    monkeypatch.setattr(making, "PATIENCE_SECONDS", 0.0)
    while not made:  # what stood still is due again in a moment
        begins.go_on()
    assert begins.phase(None) == "running"


def test_one_whose_events_go_over_kafka_waits_until_it_is_known_what_is_wished(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(making, "PATIENCE_SECONDS", 0.0)
    waits, made = source(calls=False)
    waits.go_on()
    assert (made, waits.phase(None)) == ([], "starting")
