"""What a card says in one line of what was done to its service, and whom it compares itself to."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser.modules import run


def service(state: str, *instances: dict[str, Any], **more: Any) -> dict[str, Any]:
    one = {"state": state, "group": "in", "restart_at": None}
    fields = {"state": state, "of": len(instances) or 1, "as_of_at": None, "want": None}
    found = [one | changed for changed in instances] or [one]
    return fields | {"reason": None, "reads": ["parts"], "facts": {}, "instances": found} | more


@pytest.mark.parametrize(
    ("entity", "words"),
    [
        (service("frozen", {"group": "in"}), "alive, but it hears nothing"),
        (service("frozen", {"group": "left"}), "alive, yet gone from its group"),
        (service("stopped"), "nothing runs; its events wait"),
        (service("crashed"), "killed; its events wait"),
        (service("crashed", {}, {"state": "running"}), ""),
        (service("stopped", as_of_at=5), ""),
        (service("paused"), ""),
        (service("running"), ""),
    ],
)
def test_a_reader_that_was_disturbed_explains_itself(
    modules: Page, entity: dict[str, Any], words: str
) -> None:
    assert run(modules, "explains", "return m.explains(a, null)", entity) == words


def test_a_reader_that_was_sent_back_says_so_until_it_is_there_again(modules: Page) -> None:
    body = "return a.groups.map((group) => m.explains(a.service, group))"
    groups = [{"health": "rewound", "passes": 2}, {"health": "ok", "passes": 2}]
    said = run(modules, "explains", body, {"service": service("running"), "groups": groups})
    assert said == ["reads again: pass 2", ""]


@pytest.mark.parametrize(
    ("state", "want", "words"),
    [
        ("running", {"rate": 100_000, "rate_until_at": 4_000}, "all it can, 3 s more"),
        ("running", {"rate": 100_000, "rate_until_at": 1_000}, ""),
        ("running", {"rate": 20, "rate_until_at": 4_000}, ""),
        ("frozen", None, "alive, but still"),
        ("stopped", None, "nothing of it runs"),
    ],
)
def test_a_source_that_was_disturbed_explains_itself(
    modules: Page, state: str, want: dict[str, Any] | None, words: str
) -> None:
    body = "return m.detail(a, 1000).text"
    assert run(modules, "states", body, service(state, reads=[], want=want)) == words
    reader = service(state, want=want)
    assert run(modules, "states", body, reader) == "", "a reader has a line of its own for this"


def test_who_came_late_says_whether_it_knows_the_same_and_from_when(modules: Page) -> None:
    def told(compared: str, begins: str = "the very beginning") -> Any:
        facts = {"compared with inventory": compared, "counted from": begins}
        return run(modules, "compared", "return [m.compared(a), m.cutAt(a)]", {"facts": facts})

    equal = {"short": "counts equal", "whole": "equal to inventory at 9 parts"}
    assert told("equal, at 9 parts") == [equal, None]
    differs = "not equal: inventory counts 3 more, at 9 parts"
    cut = "2026-11-26 15:56:03, where the log begins"
    assert told(differs, cut) == [{"short": "counts differ", "whole": differs}, "15:56:03"]
    assert run(modules, "compared", "return m.compared(a)", {"facts": {}}) is None
    late = {"facts": {"counted from": cut}, "caught_up": {"events": 12, "seconds": 2}}
    assert run(modules, "about", "return m.boast(a)", late) == "12 events in 2.0 s, from 15:56:03"
    here = service("running", facts={"compared with inventory": "equal, at 9 parts"})
    assert run(modules, "states", "return m.detail(a, 0).text", here) == "counts equal"


@pytest.mark.parametrize(
    ("caught_up", "drain", "lag", "said"),
    [
        (None, None, 2446, ""),
        (None, "draining", 120, ""),
        (None, "caught up", 5, "counts equal"),
        ({"events": 5502, "seconds": 13.0}, None, 9, "counts equal"),
        ({"events": 5502, "seconds": 13.0}, "draining", 2000, ""),
    ],
)
def test_that_counts_are_equal_is_told_of_one_that_has_caught_up(
    modules: Page, caught_up: Any, drain: str | None, lag: int, said: str
) -> None:
    """Of the first few both have counted the same in any case."""
    facts = {"compared with inventory": "equal, at 400 parts"}
    late = service("running", facts=facts, caught_up=caught_up)
    pair = {"late": late, "group": {"drain": drain, "lag": lag}}
    call = "return m.detail(a.late, 0, (at) => at, a.group).text"
    assert run(modules, "states", call, pair) == said
    late["facts"] = {"compared with inventory": "not equal: inventory counts 3 more, at 9 parts"}
    assert run(modules, "states", call, pair) == "counts differ", "is one however far it has read"


def test_a_tile_does_not_promise_a_start_that_the_log_no_longer_has(modules: Page) -> None:
    body = "return m.promise({ reads: ['parts'], writes: [] }, [a])"
    whole = {"name": "parts", "events": 9, "end": 9}
    assert run(modules, "tray", body, whole) == "Reads parts, from the start"
    again = "return m.promise({ reads: ['parts'], writes: [], lag: 1284 }, [a])"
    before = "Reads parts, was plugged in before: 1\u202f284 events since"
    assert run(modules, "tray", again, whole) == before
    cut = "Reads parts, from where the log begins now"
    assert run(modules, "tray", body, whole | {"events": 5}) == cut


def test_of_a_sampled_flow_it_is_told_of_how_many_a_few_are_shown(modules: Page) -> None:
    body = "return m.someOf({ cluster: { sampled: a.sampled }, topics: a.topics })"

    def told(rate: float | None, *sampled: str) -> Any:
        topics = {"t:parts": {"name": "parts", "rate": rate}, "t:b": {"name": "b", "rate": 3.0}}
        return run(modules, "tapeview", body, {"sampled": sampled, "topics": topics})

    assert told(2_055.0, "parts") == "a few of 2\u202f055 a second shown: the flow is sampled"
    assert told(None, "parts") == "a few of many shown: the flow is sampled"
    assert told(2_055.0) == ""
