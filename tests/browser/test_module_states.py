"""States of services: their buttons, and how many are in which."""

from __future__ import annotations

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
    foreign = service | {"actions": {"pause": "it does not use the kit"}}
    assert run(modules, "states", body, foreign) == [["pause", "it does not use the kit"]]
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
