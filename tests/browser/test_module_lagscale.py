"""The chart's scale: what matters now is seen beside a backlog that was a hundred times as high."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser.modules import run

NOW = 120_000
Line = list[tuple[int, int | None]]
"""(seconds ago, lag), oldest first"""

BODY = """
    const lines = Object.entries(a[0]).map(([name, points]) => ({
        name, points: points.map(([ago, lag]) => ({ at: a[1] - 1000 * ago, lag })),
    }));
    const found = m.scale(lines, a[1]);
    return [found.top, found.over.map(({ name, lag }) => `${name} ${lag}`), m.cutOff(found)];
"""


def scaled(modules: Page, lines: dict[str, Line]) -> Any:
    return run(modules, "lagscale", BODY, [lines, NOW])


@pytest.mark.parametrize(
    ("lines", "top", "over"),
    [
        # Nobody was ever behind, or nothing is known.
        ({}, 10, []),
        ({"a": [(5, None)]}, 10, []),
        ({"a": [(90, 1), (1, 0)], "b": [(1, 3)]}, 10, []),
        # The one recovery there was is what is to be seen, beside the noise of the others.
        ({"a": [(60, 130), (1, 0)], "b": [(1, 2)]}, 200, []),
        # A reader from the start has caught up; then somebody is paused.
        ({"new": [(40, 1648), (1, 1)], "b": [(60, 130), (1, 0)]}, 200, ["new 1648"]),
        ({"new": [(40, 1648), (1, 1)], "b": [(1, 16)]}, 20, ["new 1648"]),
        ({"new": [(40, 1648), (1, 1)], "b": [(1, 9)]}, 2000, []),
        # After a flood all were high.
        ({"a": [(90, 4000), (1, 0)], "b": [(90, 3900), (1, 120)]}, 200, ["a 4000", "b 3900"]),
        # What is high now is what matters, until nothing else could be seen.
        ({"a": [(1, 900)], "b": [(1, 12)]}, 1000, []),
        ({"a": [(1, 900)], "b": [(5, 90)]}, 1000, []),
        ({"new": [(1, 19_206)], "b": [(40, 13), (1, 1)]}, 20_000, []),
        ({"stuck": [(1, 90_000)], "b": [(1, 300)]}, 500, ["stuck 90000"]),
    ],
)
def test_the_scale_is_that_of_what_matters_now_and_says_what_it_cuts(
    modules: Page, lines: dict[str, Line], top: int, over: list[str]
) -> None:
    found, above, said = scaled(modules, lines)
    assert (found, above) == (top, over)
    assert (said["short"] != "") == bool(over)


def test_what_is_cut_off_is_named_with_how_high_it_was(modules: Page) -> None:
    lines: dict[str, Line] = {f"g{n}": [(60, 5000 + n), (1, 0)] for n in range(4)}
    _, _, said = scaled(modules, lines | {"b": [(1, 40)]})
    assert said["short"] == "cut off at 50"
    assert said["whole"].startswith(
        "Above the chart, at most: g3 5\u202f003, g2 5\u202f002, g1 5\u202f001 and 1 more."
    )


def test_a_line_above_the_scale_leaves_the_plot_and_does_not_run_along_its_edge(
    modules: Page,
) -> None:
    body = """
        const line = [{ at: 60_000, lag: 100 }, { at: 61_000, lag: 5 }];
        const box = { x: 0, y: 0, w: 120, h: 10 };
        return m.plotted(line, 120_000, 10, box).map(({ y }) => y);
    """
    assert run(modules, "history", body) == [-90, 5]
