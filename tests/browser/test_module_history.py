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


def test_a_group_where_nothing_goes_on_is_called_in_the_legend_what_its_card_says(
    modules: Page,
) -> None:
    group = {"lag": 530, "health": "stopped", "state": "no members", "service": None, "drain": None}
    body = "return [m.aside(a, undefined), m.aside({ ...a, service: 'quality' }, 'crashed')]"
    assert run(modules, "chartview", body, group) == ["no members", "crashed"]


def test_what_the_server_remembers_fills_only_what_was_not_seen_here(modules: Page) -> None:
    body = """
        const history = new m.History();
        const empty = history.lacks(100_000);
        for (const at of [100_000, 100_250, 100_500]) history.note([{ name: "g", lag: 7 }], at);
        const past = { at: [98_000, 99_000, 100_000, 101_000, 102_000],
                       groups: { g: [1, null, 3, 4, 5], h: [1, 1, 1, 1, 1] } };
        history.fill(past);
        const line = history.lines.get("g").map(({ at, lag }) => [at, lag]);
        history.note([{ name: "g", lag: 8 }], 103_000);
        return [empty, history.lacks(104_000), history.lacks(107_000), line,
                [...history.lines.keys()]];
    """
    empty, lacks, after_sleep, points, names = run(modules, "history", body)
    assert (empty, lacks, after_sleep) == (True, False, True)
    assert points == [
        [98_000, 1],
        [99_000, None],
        [100_000, 7],
        [100_250, 7],
        [100_500, 7],
        [102_000, 5],
    ]
    assert names == ["g"], "a group that the picture does not know is not drawn"


def test_a_line_breaks_where_nothing_was_known(modules: Page) -> None:
    body = """
        const line = [[0, 1], [1000, null], [2000, 1], [9000, 1]].map(([at, lag]) => ({ at, lag }));
        const box = { x: 0, y: 0, w: 120, h: 10 };
        return m.plotted(line, 120_000, 10, box).map((point) => point && Math.round(point.x));
    """
    assert run(modules, "history", body) == [0, None, 2, None, 9]
