"""Flows that have nothing to do with each other, side by side."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page

from tests.browser.modules import run
from tests.browser.test_page_layout import TIDY, boxes, overlapping


def pipeline(n: int) -> tuple[list[dict[str, Any]], list[dict[str, str]]]:
    nodes = [
        {"id": f"u:{n}", "w": 174, "h": 76, "kind": "unknown"},
        {"id": f"t:{n}", "w": 372, "h": 230, "kind": "belt"},
        {"id": f"g:{n}", "w": 320, "h": 116, "kind": "group"},
    ]
    return nodes, [{"from": f"u:{n}", "to": f"t:{n}"}, {"from": f"t:{n}", "to": f"g:{n}"}]


def test_what_hangs_together_is_one_flow_in_the_order_of_the_picture(modules: Page) -> None:
    nodes = [{"id": name} for name in "abcdef"]
    edges = [{"from": "a", "to": "d"}, {"from": "e", "to": "d"}, {"from": "f", "to": "c"}]
    body = "return m.flows(a[0], a[1]).map((flow) => flow.map(({ id }) => id).join(''))"
    assert run(modules, "lanes", body, [nodes, edges]) == ["ade", "b", "cf"]


def test_a_dozen_pipelines_stand_in_lanes_and_the_whole_is_larger_for_it(modules: Page) -> None:
    parts = [pipeline(n) for n in range(12)]
    nodes = [node for part, _ in parts for node in part]
    edges = [edge for _, part in parts for edge in part]
    placed = boxes(nodes, run(modules, "layout", TIDY, [nodes, edges]))
    assert overlapping(placed) == []
    right = max(box["x"] + box["w"] for box in placed.values())
    bottom = max(box["y"] + box["h"] for box in placed.values())
    one_column = 12 * 230 + 11 * 20
    assert min(1392 / right, 780 / bottom) > 1.5 * 780 / one_column
    first = [placed[f"t:{n}"] for n in range(3)]
    assert len({box["x"] for box in first}) == 1, "the first stand one below the other"
    assert [box["y"] for box in first] == sorted(box["y"] for box in first)


def test_a_single_flow_stands_as_it_would_alone(modules: Page) -> None:
    nodes, edges = pipeline(1)
    placed = boxes(nodes, run(modules, "layout", TIDY, [nodes, edges]))
    assert (placed["u:1"]["x"], placed["t:1"]["y"]) == (0, 0)
    assert placed["g:1"]["x"] == 174 + 64 + 372 + 64
