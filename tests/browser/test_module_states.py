"""States of services: their buttons, and how many are in which."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page

from tests.browser.modules import run


def test_a_paused_service_offers_resume_and_a_running_one_two_kinds_of_pause(
    modules: Page,
) -> None:
    service = {"state": "running", "want": None, "actions": {"pause": None, "resume": None}}
    body = "return m.buttons(a, true).map((button) => [button.action, button.why])"
    assert run(modules, "states", body, service) == [["pause", None], ["pause60", None]]
    paused = service | {"state": "paused"}
    assert run(modules, "states", body, paused) == [["resume", None]]
    frozen = service | {"state": "frozen", "of": 1, "actions": {"thaw": None}}
    assert run(modules, "states", body, frozen) == [["thaw", None]]
    apart = service | {"actions": {"pause": "it is started by hand"}}
    assert run(modules, "states", body, apart) == [["pause", "it is started by hand"]]
    observed = service | {"kit": False, "declared": False}
    assert run(modules, "states", body, observed) == []
    over = "Everything is being started over just now."
    busy = service | {"state": "stopped", "up": 0, "actions": {"pause": over, "start": over}}
    assert run(modules, "states", body, busy) == []
    looking = "return m.buttons(a, false)[0].why"
    assert run(modules, "states", looking, service) == "this page only looks"


def test_the_header_counts_what_does_not_run_whoever_it_belongs_to(modules: Page) -> None:
    picture = {
        "services": {"s:a": {"state": "running"}, "s:b": {"state": "running"}},
        "groups": {
            "g:a": {"owner": "s:a", "state": "no members", "lag": 3},
            "g:own": {"owner": "g:own", "state": "no members", "lag": 530},
            "g:fine": {"owner": "g:fine", "state": "reading", "lag": 0},
        },
    }
    body = "const { numbers, alarming } = m.standing(a); return [[...numbers], [...alarming]]"
    assert run(modules, "headview", body, picture) == [
        [["running", 2], ["no members", 1]],
        ["no members"],
    ]


def test_of_several_instances_the_title_says_how_many_are_in_the_worst_state(modules: Page) -> None:
    def instances(*states: str) -> dict[str, object]:
        worst = states[0]
        return {
            "state": worst,
            "of": len(states),
            "in_state": states.count(worst),
            "instances": [{"state": state, "restart_at": None} for state in states],
            "as_of_at": None,
            "want": None,
            "reason": None,
        }

    body = "return [m.titled(a), m.detail(a, 0).text]"
    two_left = instances("crashed", "running", "slow")
    assert run(modules, "states", body, two_left) == ["1 of 3 crashed", "2 running"]
    assert run(modules, "states", body, instances("running")) == ["running", ""]
    assert run(modules, "states", body, instances("paused", "paused")) == ["paused", "2 instances"]


def test_what_was_so_when_it_could_last_be_seen_does_not_look_as_if_it_were_so_now(
    modules: Page,
) -> None:
    body = "return [m.look('running', false, a), m.look('no members', true, a)]"
    past = {"tone": "unknown", "glyph": "ring"}
    assert run(modules, "states", body, True) == [
        past | {"word": "running"},
        past | {"word": "no members"},
    ]
    assert run(modules, "states", body, False)[0]["tone"] == "running"


def test_one_that_runs_and_handles_nothing_is_stalled_and_says_in_few_words_why(
    modules: Page,
) -> None:
    runs = {"name": "weights", "state": "running", "as_of_at": None, "since_at": 1_000}
    group = {"name": "g", "service": "weights", "health": "stalled"}
    cases = [
        [runs, group, 6_000],
        [runs, group, 5_999],
        [{**runs, "state": "paused"}, group, 9_000],
        [{**runs, "as_of_at": 5_000}, group, 9_000],
        [runs, {**group, "health": "ok"}, 9_000],
        [runs, None, 9_000],
    ]
    body = "return a.map(([service, group, now]) => m.stalls(service, group, now))"
    assert run(modules, "stalled", body, cases) == [True, *[False] * 5]
    body = "return [...m.stalledGroups([a[1]], {s: a[0]}, a[2])]"
    assert run(modules, "stalled", body, cases[0]) == ["g"]
    service: dict[str, Any] = runs | {"of": 1, "in_state": 1, "instances": [], "want": None}
    service["reason"] = "cannot write to parts.heavy: there is no such topic"
    body = "const found = m.detail(a, 0); return [found.brief, found.text, m.look('stalled').word]"
    assert run(modules, "states", body, service) == [
        "cannot write",
        service["reason"],
        "stalled",
    ]
