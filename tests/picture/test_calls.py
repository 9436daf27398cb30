"""Direct calls: who calls whom, and what came of it."""

from __future__ import annotations

from typing import Any

import pytest

from dashboard.picture import calls as picture_calls
from dashboard.picture import observations as seen
from dashboard.picture.calls import Calls, Totals
from tests.picture.sights import SECOND, START, picture_of, process, shown_after, status

EDGE = "c:s:scanner>s:quality"
CALLER = seen.DeclaredService((), (), None, ("scanner-1",), calls=("quality",))


def told(done: int, **more: Any) -> seen.CallsSeen:
    fields: dict[str, Any] = {"refused": 0, "timed_out": 0, "retried": 0}
    fields |= {"seconds": None, "reason": None}
    return seen.CallsSeen(done=done, **(fields | more))


def calling(at: int, counts: seen.CallsSeen, **more: Any) -> seen.StatusSeen:
    return status(at, "scanner", calls={"quality": counts}, **more)


def declaration(**services: seen.DeclaredService) -> seen.DeclarationSeen:
    return seen.DeclarationSeen(START, "Line", None, "parts", (), services)


def test_a_call_that_a_document_declares_is_drawn_and_nothing_is_known_of_it() -> None:
    edge = shown_after(declaration(scanner=CALLER)).edges[EDGE]
    assert edge == {
        "kind": "calls",
        "from": "s:scanner",
        "to": "s:quality",
        "certainty": "declared",
        "calls": 0,
        "failed": 0,
        "refused": 0,
        "timed_out": 0,
        "retried": 0,
        "rate": None,
        "seconds": None,
        "failing": None,
        "reason": None,
    }


def test_what_a_caller_reports_is_counted_and_a_failing_try_says_why() -> None:
    picture = picture_of(calling(START, told(8, seconds=0.07)))
    assert picture.shown().services["s:scanner"]["calls"] == ["quality"]
    assert picture.shown().edges[EDGE]["certainty"] == "observed"
    assert picture.shown().edges[EDGE]["failing"] is False
    counts = told(16, refused=1, timed_out=2, retried=3, seconds=0.0712, reason="no answer")
    picture.observe(calling(START + SECOND, counts))
    edge = picture.shown().edges[EDGE]
    assert (edge["calls"], edge["failed"], edge["retried"]) == (19, 3, 3)
    assert (edge["refused"], edge["timed_out"], edge["rate"]) == (1, 2, 8.0)
    assert (edge["failing"], edge["reason"], edge["seconds"]) == (True, "no answer", 0.071)


def test_the_rate_of_calls_that_stopped_is_not_that_of_ten_seconds_ago() -> None:
    picture = picture_of(*(calling(START + n * SECOND, told(8 * n)) for n in range(20)))
    assert picture.shown().edges[EDGE]["rate"] == 8.0
    for second in range(20, 23):
        picture.observe(calling(START + second * SECOND, told(8 * 19)))
    assert picture.shown().edges[EDGE]["rate"] == 0.0
    picture.observe(calling(START + 23 * SECOND, told(8 * 20)))
    assert picture.shown().edges[EDGE]["rate"] == round(8 / 3, 1)


def test_counters_go_on_over_restarts_and_over_instances() -> None:
    picture = picture_of(
        calling(START, told(10), pid=1),
        calling(START, told(5), instance="scanner-2", pid=2),
        calling(START + SECOND, told(3), pid=3),
        calling(START + SECOND, told(4, reason="broke"), instance="scanner-2", pid=2),
    )
    edge = picture.shown().edges[EDGE]
    assert edge["calls"] == 10 + 5 + 3, "counters that fall in one process are not believed"
    assert edge["failing"] is True, "one of the two is failing"


def test_what_was_counted_before_anybody_watched_is_no_rate_of_now() -> None:
    picture = picture_of(
        *(calling(START, told(8 * n), live=False) for n in range(60)),
        calling(START, told(5_000), instance="scanner-2", pid=2),
        calling(START + SECOND, told(480)),
        calling(START + SECOND, told(9_000), instance="scanner-3", pid=3),
        calling(START + 2 * SECOND, told(488)),
    )
    edge = picture.shown().edges[EDGE]
    assert edge["rate"] == 8.0
    assert edge["calls"] == 488 + 5_000 + 9_000, "they are counted all the same"


def test_of_a_caller_that_is_gone_nothing_is_known_and_of_one_in_the_tray_nothing_drawn() -> None:
    picture = picture_of(calling(START, told(8, reason="no answer", seconds=3.0)))
    picture.observe(process(START, "crashed", "scanner"))
    edge = picture.shown().edges[EDGE]
    assert (edge["calls"], edge["failing"], edge["reason"]) == (8, None, None)
    assert (edge["rate"], edge["seconds"]) == (None, None)

    waiting = seen.DeclaredService((), (), None, ("scanner-1",), on_request=True, calls=("b",))
    picture = picture_of(declaration(scanner=waiting))
    assert picture.shown().edges == {}
    picture.observe(process(START, "running", "scanner"))
    assert list(picture.shown().edges) == ["c:s:scanner>s:b"]


def test_edges_and_processes_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(picture_calls, "MAX_CALL_EDGES", 3)
    monkeypatch.setattr(picture_calls, "MAX_PROCESSES", 2)
    calls = Calls()
    calls.declare({"a": ["b"]})
    for number in range(5):
        calls.take(status(START, f"s{number}", calls={"b": told(number)}))
        calls.take(status(START, "a", pid=number, calls={"b": told(number)}))
    assert list(calls.drawn()) == ["c:s:a>s:b", "c:s:s0>s:b", "c:s:s1>s:b"]
    assert calls.drawn()["c:s:a>s:b"].totals == Totals(done=0 + 1 + 2 + 3 + 4)
    calls.forget("s0")
    calls.forget("a")
    assert list(calls.drawn()) == ["c:s:s1>s:b", "c:s:a>s:b"], "what a document says stays"
