"""What stays to be seen of one that has read a log from an earlier place on."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser.modules import run

COLOUR = "g4"
"""Of the first group."""
RACES = "return Object.fromEntries(m.races(a.reports, a.now))"
STARTS = """
    const starts = new m.Starts();
    return a.map(([lag, events, race]) => {
        starts.seen([{ edge: { group: "late", lag }, race }], events, (n) => n > 10);
        return starts.lag("late", events);
    });
"""
DRAWN = """
    const canvas = document.createElement("canvas");
    const palette = { get: (name) => (name === a.colour ? "#f00" : "#fff") };
    const context = { palette, calm: () => true, now: () => 0 };
    const strip = new m.BeltStrip(canvas, context);
    strip.resize(416, 1);
    const red = () => {
        strip.draw(0);
        const { data } = canvas.getContext("2d").getImageData(0, 78, 416, 1);
        const at = (x) => data[4 * x] > 200 && data[4 * x + 1] < 50;
        const seen = [...Array(416).keys()].filter(at);
        return seen.length ? [seen[0], seen.at(-1)] : null;
    };
    return a.rows.map(([lag, race]) => {
        strip.update([], [{ edge: { group: "late", lag }, colour: 0, race }], 0, 1000);
        return red();
    });
"""


def report(**more: Any) -> dict[str, Any]:
    made = {"kind": "plug in", "group": "late", "state": "recovered", "began_at": 1_000}
    return made | {"ended_at": 4_000, "catch_up_seconds": 0.9} | more


@pytest.mark.parametrize(
    ("reports", "told"),
    [
        ([report()], {"late": {"words": "all of it in 0.9 s"}}),
        ([report(state="catching up", ended_at=None)], {"late": {"words": ""}}),
        (
            [report(kind="rewind")],
            {"late": {"words": "again in 0.9 s"}},
        ),
        ([report(kind="pause")], {}),
        ([report(catch_up_seconds=None)], {}),
        ([report(ended_at=-20_000)], {}),
        (
            [report(kind="rewind", began_at=2_000), report()],
            {"late": {"words": "again in 0.9 s"}},
        ),
    ],
)
def test_it_is_told_while_it_catches_up_and_a_while_after(
    modules: Page, reports: list[dict[str, Any]], told: dict[str, Any]
) -> None:
    given = {"now": 9_000, "reports": {str(n): one for n, one in enumerate(reports)}}
    assert run(modules, "races", RACES, given) == told


def test_where_it_began_stays_at_its_place_while_the_log_grows(modules: Page) -> None:
    racing = {"words": ""}
    rows = [
        [100, 100, racing],
        [60, 110, racing],
        [0, 120, racing],
        [0, 120, None],
        [30, 130, None],
    ]
    assert run(modules, "races", STARTS, rows) == [100, 110, 120, None, 30]


def test_its_way_is_drawn_from_where_it_began_to_where_it_is_also_once_it_is_there(
    modules: Page,
) -> None:
    racing, over = {"words": ""}, {"words": "all of it in 0.9 s"}
    rows = [[1000, racing], [500, racing], [0, over], [0, None]]
    start, half, whole, none = run(modules, "beltstrip", DRAWN, {"rows": rows, "colour": COLOUR})
    assert start[0] > 390
    assert half[0] < 215
    assert half[1] > 395
    assert whole[0] < 6
    assert whole[1] > 395
    assert none is None
