"""The lag chart and its legend."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.browser.modules import run


def test_the_history_of_lag_is_capped_and_forgets_groups_that_are_gone(modules: Page) -> None:
    body = """
        const history = new m.History();
        for (let i = 0; i < 5000; i += 1) history.note([{ name: "g", lag: i }], i * 250);
        const points = history.lines.get("g").length;
        history.note([{ name: "h", lag: null }], 5000 * 250);
        return [points, [...history.lines.keys()], m.ceiling(7), m.ceiling(51), m.ceiling(2300)];
    """
    points, names, *ceilings = run(modules, "history", body)
    assert points <= 482
    assert names == ["h"]
    assert ceilings == [10, 100, 5000]


@pytest.mark.parametrize(
    ("lag", "health", "state", "word"),
    [
        (40, "stalled", "paused", "paused"),
        (40, "stalled", "running", "stalled"),
        (None, None, "paused", "paused"),
        (None, None, "running", "not known"),
        (0, "ok", "running", ""),
    ],
)
def test_a_group_that_was_asked_to_wait_is_not_called_stalled(
    modules: Page, lag: int | None, health: str | None, state: str, word: str
) -> None:
    group = {"lag": lag, "health": health, "drain": None, "at_least": False}
    assert run(modules, "chartview", "return m.aside(a[0], a[1])", [group, state]) == word


def test_a_group_without_members_is_called_so_in_the_legend_too(modules: Page) -> None:
    group = {"lag": 530, "health": "stopped", "state": "no members", "service": None, "drain": None}
    body = "return [m.aside(a, undefined), m.aside({ ...a, service: 'quality' }, 'crashed')]"
    assert run(modules, "chartview", body, group) == ["no members", "stopped"]
