"""The flow as a list, for a phone: what stands below what, and how far it is moved in."""

from __future__ import annotations

from playwright.sync_api import Page

from tests.browser.modules import run


def test_a_phone_lists_the_flow_with_branches_one_step_in(modules: Page) -> None:
    ids = ["s:scanner", "t:parts", "s:quality", "s:inventory", "s:shipping"]
    edges = [
        {"from": "s:scanner", "to": "t:parts"},
        *({"from": "t:parts", "to": reader} for reader in ids[2:]),
    ]
    body = "return m.inFlowOrder(a[0], a[1]).map(({ id, step, parent }) => [id, step, parent])"
    assert run(modules, "flowlist", body, [ids, edges]) == [
        ["s:scanner", 0, None],
        ["t:parts", 0, None],
        ["s:quality", 1, "t:parts"],
        ["s:inventory", 1, "t:parts"],
        ["s:shipping", 1, "t:parts"],
    ]


def test_a_phone_lists_all_producers_of_a_topic_above_it(modules: Page) -> None:
    ids = ["s:scanner", "s:quality", "t:parts", "u:parts"]
    edges = [
        {"from": "s:scanner", "to": "t:parts"},
        {"from": "u:parts", "to": "t:parts"},
        {"from": "t:parts", "to": "s:quality"},
    ]
    found = run(
        modules, "flowlist", "return m.inFlowOrder(a[0], a[1]).map(({ id }) => id)", [ids, edges]
    )
    assert found == ["s:scanner", "u:parts", "t:parts", "s:quality"]


def test_rails_run_on_to_the_last_branch_past_everything_between(modules: Page) -> None:
    order = [
        {"step": 0, "parent": None},
        {"step": 1, "parent": "belt"},
        {"step": 1, "parent": None},
        {"step": 2, "parent": "inner"},
        {"step": 2, "parent": "inner"},
        {"step": 1, "parent": "belt"},
        {"step": 1, "parent": None},
    ]
    found = run(modules, "flowlist", "return m.railsOf(a)", order)
    assert found == [[], [0], [0], [0, 1], [1], [], []]
