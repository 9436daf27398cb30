"""What the page says of the line of direct calls: order, calls, comparison."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser.modules import run


def service(name: str, twin_of: str | None, *calls: str, **more: Any) -> dict[str, Any]:
    fields: dict[str, Any] = {"state": "running", "on_request": twin_of is not None}
    fields |= {"want": None, "actions": {"options": None}}
    return {"name": name, "twin_of": twin_of, "calls": list(calls)} | fields | more


def picture(*services: dict[str, Any], edges: tuple[str, ...] = ()) -> dict[str, Any]:
    return {
        "services": {f"s:{one['name']}": one for one in services},
        "edges": {id: {"kind": "calls"} for id in edges},
    }


def test_the_services_stand_in_the_order_in_which_they_call_each_other(modules: Page) -> None:
    shown = picture(
        service("quality", None),
        service("ship-d", "ship"),
        service("grade-d", "grade", "ship-d"),
        service("scan-d", "scan", "grade-d", "nobody"),
        edges=("c:s:scan-d>s:grade-d", "c:s:grade-d>s:ship-d"),
    )
    chain = run(modules, "twin", "return m.chainOf(a);", shown)
    assert [one["id"] for one in chain] == ["s:scan-d", "s:grade-d", "s:ship-d"]
    assert [one["call"] is not None for one in chain] == [True, True, False]
    circle = picture(service("a", "x", "b"), service("b", "y", "a"))
    assert len(run(modules, "twin", "return m.chainOf(a);", circle)) == 2, "each stands once"


def test_it_is_on_while_any_of_it_is_there(modules: Page) -> None:
    on = "return m.isOn(a);"
    off = service("a", "x", state="stopped")
    assert run(modules, "twin", on, picture(off, service("q", None))) is False
    never = service("c", "z", state="unknown", ever_started=False)
    assert run(modules, "twin", on, picture(off, never)) is False, "nobody has asked for it yet"
    assert run(modules, "twin", on, picture(off, service("b", "y", state="crashed"))) is True
    assert run(modules, "twin", "return m.isOff(a);", off) is True
    assert run(modules, "twin", "return m.isOff(a);", service("q", None, state="stopped")) is False


def edge(**more: Any) -> dict[str, Any]:
    fields = {"calls": 12, "failed": 2, "refused": 1, "timed_out": 1, "retried": 3}
    return fields | {"rate": 7.94, "failing": False, "reason": None} | more


@pytest.mark.parametrize(
    ("call", "kind", "words"),
    [
        (edge(), "answered", "7.9 calls/s"),
        (edge(rate=None), "answered", ""),
        (edge(failing=True, reason="no answer within 2 s"), "failing", "no answer within 2\u00a0s"),
        (edge(failing=True), "failing", "fails"),
        (edge(failing=None, rate=None), "unknown", ""),
    ],
)
def test_a_call_says_whether_it_is_answered_and_never_guesses(
    modules: Page, call: dict[str, Any], kind: str, words: str
) -> None:
    away = run(modules, "twin", "return m.callLook(a, false);", call)
    assert (away["kind"], away["words"]) == ("unknown", ""), "Kafka is away"
    look = run(modules, "twin", "return m.callLook(a);", call)
    assert (look["kind"], look["words"]) == (kind, words)
    if kind != "unknown":
        assert look["title"] == "10 answered, 1 refused, 1 timed out; 3 further tries"


def line(**more: Any) -> dict[str, Any]:
    fields: dict[str, Any] = {"title": "By direct calls", "finished": 1284, "refused": 3}
    fields |= {"timed_out": 4, "per_second": 8.0, "seconds_each": 0.069, "since_at": 5}
    return fields | {"halted": False} | more


def test_the_comparison_is_told_in_numbers_and_a_word(modules: Page) -> None:
    told = run(modules, "twin", "return m.told(a);", line())
    assert told["cells"] == {
        "per_second": "8.0",
        "finished": "1\u202f284",
        "failed": "7",
        "seconds_each": "0.07",
    }
    assert told["state"] == {"tone": "running", "glyph": "play", "word": "moves"}
    assert (told["failing"], told["title"]) == (True, "3 refused, 4 timed out")
    halted = run(modules, "twin", "return m.told(a);", line(halted=True, seconds_each=13.21))
    assert (halted["state"]["word"], halted["cells"]["seconds_each"]) == ("halted", "13.2")


def test_what_is_not_known_of_a_line_is_never_zero(modules: Page) -> None:
    unknown = dict.fromkeys(("finished", "refused", "per_second", "seconds_each", "halted"))
    told = run(modules, "twin", "return m.told(a);", line(**unknown))
    assert set(told["cells"].values()) == {"\u2013"}
    assert (told["state"]["word"], told["failing"]) == ("not known", False)
    starting = run(modules, "twin", "return m.told(a);", line(since_at=None, halted=None))
    assert starting["state"]["word"] == "starting"
    moving = run(modules, "twin", "return m.told(a);", line(since_at=None, finished=None))
    assert moving["state"]["word"] == "moves", "over the log, while the other one starts"


def test_the_retries_are_on_unless_somebody_turned_them_off(modules: Page) -> None:
    turned = "return m.retries(a.map((service) => ({ service })));"
    last, caller = service("b", "y"), service("a", "x", "b")
    assert run(modules, "twin", turned, [last]) is None, "nobody calls"
    assert run(modules, "twin", turned, [last, caller]) == {
        "service": "a",
        "on": True,
        "why": None,
    }
    without = caller | {"want": {"options": {"retries": False}}}
    assert run(modules, "twin", turned, [without])["on"] is False
