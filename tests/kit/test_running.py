"""How a service says how it is while it is still being made."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Any

import pytest

from flowviz.kit import Service, link
from flowviz.kit.link import Link, Part
from flowviz.kit.running import Running
from flowviz.kit.status import Report


def test_a_service_that_is_still_being_made_is_starting(monkeypatch: pytest.MonkeyPatch) -> None:
    join, asked = link.join, list[Report]()

    def asked_at_once(conf: Mapping[str, Any], service: str, instance: str, part: Part) -> Link:
        if isinstance(part, Running):  # as the link's thread does, when it is the quicker one
            asked.append(part.report())
        return join(conf, service, instance, part)

    monkeypatch.setattr(link, "join", asked_at_once)
    service = Service("scanner", {"bootstrap.servers": "127.0.0.1:9", "log_level": 0})
    running = Running(service, threading.Event())
    running._close()
    assert [report.phase for report in asked] == ["starting"]


@pytest.mark.parametrize(
    ("makes_by_itself", "said"),
    [
        (
            False,
            "1 event was not written when it stopped; nothing is lost: what it came of is not "
            "committed, so the next start reads that again and writes it.",
        ),
        (
            True,
            "1 event was not written when it stopped, as far as it knows; what it makes by itself "
            "is not made again.",
        ),
    ],
)
def test_what_it_could_not_write_before_it_stopped_is_told_with_what_becomes_of_it(
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    makes_by_itself: bool,
    said: str,
) -> None:
    monkeypatch.setattr("flowviz.kit.running.LAST_FLUSH_SECONDS", 0.01)
    service = Service("quality", {"bootstrap.servers": "127.0.0.1:9", "log_level": 0})
    if makes_by_itself:
        service.every(8)(lambda: None)
    else:
        service.on("parts")(lambda _event: None)
    running = Running(service, threading.Event())
    running.publish("graded", {"serial": 1}, None, "graded")
    running._close()
    assert f"quality-1: {said}" in caplog.messages
