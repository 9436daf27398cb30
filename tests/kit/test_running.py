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
