"""What a service says of topics that take nothing for now."""

from __future__ import annotations

import pytest
from confluent_kafka import KafkaError

from flowviz.kit.refusals import Refusals


@pytest.mark.parametrize("code", [KafkaError._UNKNOWN_TOPIC, KafkaError.UNKNOWN_TOPIC_OR_PART])
def test_of_a_topic_that_is_missing_it_is_said_what_to_do(
    code: int, caplog: pytest.LogCaptureFixture
) -> None:
    Refusals("quality-1").took_not("parts", KafkaError(code))
    assert caplog.messages == [
        "quality-1: cannot write to parts: there is no such topic; trying again. "
        "Make it; until then nothing more is committed."
    ]


def test_each_topic_is_told_once_and_once_that_it_takes_events_again(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level("INFO", logger="flowviz.kit")
    denied = KafkaError(KafkaError.TOPIC_AUTHORIZATION_FAILED)
    refusals = Refusals("quality-1")
    for topic in ("parts", "graded", "parts", "graded"):
        refusals.took_not(topic, denied)
    assert refusals.newest == f"cannot write to graded: {denied.str()}"
    refusals.takes("graded")
    assert refusals.newest == f"cannot write to parts: {denied.str()}"
    refusals.takes("graded")
    refusals.takes("parts")
    assert refusals.newest is None
    assert caplog.messages == [
        f"quality-1: cannot write to parts: {denied.str()}; trying again.",
        f"quality-1: cannot write to graded: {denied.str()}; trying again.",
        "quality-1: writes to graded again.",
        "quality-1: writes to parts again.",
    ]
