"""What the page calls live, and what it does not."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser.modules import run


@pytest.mark.parametrize(
    ("cluster", "kind", "words"),
    [
        ({"reachable": True}, "live", "live"),
        ({"left_out": {"topics": 1, "groups": 0}}, "live", "live, without 1 topic"),
        ({"left_out": {"topics": 500, "groups": 20}}, "live", "live, without 520 more"),
        ({"left_out": {"topics": 0, "groups": 0}}, "live", "live"),
        ({"reachable": False}, "unreachable", "cluster unreachable, picture as of"),
        ({"reachable": None}, "starting", "waiting for Kafka"),
        ({"broker": {"phase": "restarting", "reason": None}}, "unreachable", "Kafka is restarting"),
        ({"reader": {"ok": False, "reason": "x"}}, "broken", "events are not being read"),
        ({"supervisor": {"ok": False, "reason": "x"}}, "broken", "the services have been ended"),
        ({"keeper": {"ok": False, "reason": "x"}}, "broken", "recovery reports are not being"),
        ({"broker_watch": {"ok": False, "reason": "x"}}, "broken", "Kafka is not being watched"),
        ({"supervisor": None, "keeper": {"ok": True, "reason": None}}, "live", "live"),
    ],
)
def test_the_connection_line_calls_nothing_live_that_is_not(
    modules: Page, cluster: dict[str, Any], kind: str, words: str
) -> None:
    whole = {"reachable": True, "as_of_at": 1000, "reason": None, "bootstrap": "b", "kafka": None}
    ok = {"ok": True, "reason": None}
    entity = whole | {"broker": None, "reader": ok, "surveyor": ok} | cluster
    body = "return m.connection({ kind: 'live', since: 0 }, a, (at) => at)"
    found = run(modules, "honesty", body, entity)
    assert found["kind"] == kind
    assert found["words"].startswith(words)


@pytest.mark.parametrize(
    ("cluster", "current"),
    [
        ({}, True),
        ({"broker": {"phase": "running"}}, True),
        ({"broker": {"phase": "restarting"}}, False),
        ({"reachable": False}, False),
        ({"reachable": None}, False),
        ({"surveyor": {"ok": False}}, False),
    ],
)
def test_numbers_of_a_while_ago_are_not_those_of_now(
    modules: Page, cluster: dict[str, Any], current: bool
) -> None:
    whole = {"reachable": True, "broker": None, "surveyor": {"ok": True}} | cluster
    assert run(modules, "honesty", "return m.current(a)", whole) is current


def test_what_is_left_out_is_told_by_kind(modules: Page) -> None:
    left_out = {"topics": 500, "groups": 1, "partitions": 0}
    found = run(modules, "honesty", "return m.beyond({ left_out: a })?.whole", left_out)
    assert found.startswith("More than Flowviz can look at: 500 topics and 1 group are left out")
