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
        (
            {"reachable": None, "broker": {"phase": "fetching"}},
            "starting",
            "Kafka is being fetched",
        ),
        ({"reachable": None, "broker": {"phase": "starting"}}, "starting", "Kafka is starting"),
        ({"broker": {"phase": "restarting", "reason": None}}, "unreachable", "Kafka is restarting"),
        (
            {"broker": {"phase": "running", "restarts": 1}, "settling": True, "reachable": False},
            "starting",
            "Kafka is back, reading, picture as of",
        ),
        (
            {"broker": {"phase": "running", "restarts": 0}, "settling": True, "as_of_at": None},
            "starting",
            "Kafka is there, reading",
        ),
        ({"reader": {"ok": False, "reason": "x"}}, "broken", "events are not being read"),
        ({"supervisor": {"ok": False, "reason": "x"}}, "broken", "the services have been ended"),
        ({"keeper": {"ok": False, "reason": "x"}}, "broken", "recovery reports are not being"),
        ({"start_over_failed": "x"}, "broken", "not started over, the services are stopped"),
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
        ({"broker": {"phase": "running"}, "settling": True}, False),
    ],
)
def test_numbers_of_a_while_ago_are_not_those_of_now(
    modules: Page, cluster: dict[str, Any], current: bool
) -> None:
    whole = {"reachable": True, "broker": None, "surveyor": {"ok": True}} | cluster
    assert run(modules, "honesty", "return m.current(a)", whole) is current


@pytest.mark.parametrize(
    ("picture", "unknown", "head"),
    [
        (None, "", "Connecting"),
        (None, "https://flow.example", "No picture at this address"),
        ({"broker": {"phase": "running"}, "reachable": True}, "", "No topics yet"),
        ({"broker": None, "reachable": True}, "", "No topics to be seen"),
        ({"broker": None, "reachable": False}, "", "The cluster does not answer"),
        (
            {"broker": {"phase": "fetching", "reason": "Of it 3 MB are here."}, "reachable": None},
            "",
            "Kafka is being fetched",
        ),
        (
            {"broker": {"phase": "running"}, "settling": True, "reachable": False},
            "",
            "Kafka is there",
        ),
    ],
)
def test_an_empty_stage_says_what_is_missing(
    modules: Page, picture: dict[str, Any] | None, unknown: str, head: str
) -> None:
    whole = picture and {"services": {}, "topics": {}, "cluster": {"reason": None} | picture}
    body = "return m.emptiness(a[0], a[1])"
    found = run(modules, "honesty", body, [whole, unknown])
    assert found["head"] == head
    assert ("FLOWVIZ_PUBLIC_ORIGINS" in found["more"]) is bool(unknown)


@pytest.mark.parametrize(
    ("known", "here", "unknown"),
    [
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000", ""),
        ("http://flow.example https://flow.example:443", "https://flow.example", ""),
        ("http://flow.example", "https://flow.example", "https://flow.example"),
        ("", "https://flow.example", ""),
    ],
)
def test_a_page_knows_whether_the_server_takes_a_socket_from_where_it_is(
    modules: Page, known: str, here: str, unknown: str
) -> None:
    assert run(modules, "honesty", "return m.unknownTo(a[0], a[1])", [known, here]) == unknown


def test_what_is_left_out_is_told_by_kind(modules: Page) -> None:
    left_out = {"topics": 500, "groups": 1, "partitions": 0}
    found = run(modules, "honesty", "return m.beyond({ left_out: a })?.whole", left_out)
    assert found.startswith("More than Flowviz can look at: 500 topics and 1 group are left out")


def test_while_the_line_is_cut_nothing_is_drawn_as_if_it_were_of_now(modules: Page) -> None:
    picture = {
        "cluster": {"reachable": True, "broker": None, "surveyor": {"ok": True}, "as_of_at": 90},
        "services": {"s:a": {"state": "running", "as_of_at": None}, "s:b": {"as_of_at": 50}},
        "lines": {"log": {"halted": False, "per_second": 8.0, "finished": 7}},
        "groups": {},
        "reports": {"open": {"lag": 40, "lag_highest": 60}},
    }
    cut = run(modules, "unheard", "return m.unheard(a, 1000)", picture)
    assert [cut["services"][name]["as_of_at"] for name in ("s:a", "s:b")] == [1000, 50]
    assert (cut["cluster"]["reachable"], cut["cluster"]["as_of_at"]) == (None, 1000)
    assert cut["lines"]["log"] | {"seconds_each": None} == {
        "halted": None,
        "per_second": None,
        "seconds_each": None,
        "finished": 7,
    }
    assert cut["reports"] == {"open": {"lag": None, "lag_highest": 60}}
    assert run(modules, "unheard", "return m.unheard(a, null)", picture) == picture
    kinds = (
        "return ['live', 'connecting', 'silent', 'reconnecting'].map((kind) => m.isCut({ kind }))"
    )
    assert run(modules, "unheard", kinds, None) == [False, False, True, True]
