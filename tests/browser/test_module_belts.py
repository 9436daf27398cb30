"""Where items and cursors stand on a belt."""

from __future__ import annotations

from playwright.sync_api import Page

from tests.browser.modules import run


def test_a_cursor_stands_lag_items_behind_the_head(modules: Page) -> None:
    body = "return [0, 1, 5].map((lag) => m.cursorX(lag) > m.itemX(lag - 1) + m.ITEM.w"
    body += " && m.cursorX(lag) < m.itemX(lag))"
    assert run(modules, "belts", body) == [True, True, True]


def test_a_backlog_that_does_not_fit_says_how_much_more_there_is(modules: Page) -> None:
    found = run(modules, "belts", "return [m.places(420), m.bar(19, 420), m.bar(2, 420)]")
    places, long, short = found
    assert long == {"px": 420, "over": 19 - places}
    assert short["over"] == 0
    assert 0 < short["px"] < 420


def test_a_reader_that_is_far_behind_stands_on_the_whole_log(modules: Page) -> None:
    body = "return a.map(([lag, events]) => m.onWholeLog(lag, events, 400))"
    rows = [[0, 100], [50, 100], [100, 100], [130, 100], [5, None], [5, 0]]
    assert run(modules, "belts", body, rows) == [0, 200, 400, 400, None, None]


def test_an_item_is_handled_once_every_commit_has_passed_it(modules: Page) -> None:
    body = "return [a, [...a, {}]].map((edges) => m.handledByAll(0, 7, edges))"
    edges = [{"committed": {"0": 8}}, {"committed": {"0": 9}}]
    assert run(modules, "belts", body, edges) == [True, False]
    assert (
        run(modules, "belts", "return m.handledByAll(0, 7, a)", [{"committed": {"0": 7}}]) is False
    )
    assert run(modules, "belts", "return m.handledByAll(0, 7, [])") is False


def test_an_item_enters_the_belt_when_its_dot_arrives(modules: Page) -> None:
    body = """
        const belt = new m.Arrivals();
        belt.seen([[0, 1]], 1000, 500);
        belt.seen([[0, 1], [0, 2]], 2000, 500);
        return [belt.entered(0, 1, 2000), belt.entered(0, 2, 2400), belt.entered(0, 2, 2500),
                belt.waiting(2400), belt.waiting(2600)];
    """
    assert run(modules, "belts", body) == [True, False, True, True, False]
