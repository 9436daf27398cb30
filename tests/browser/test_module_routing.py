"""Edges that leave one belt side by side: dots of one do not run over those of another."""

from __future__ import annotations

import math
from itertools import combinations

from playwright.sync_api import Page

from tests.browser.modules import run

DOT = 2 * 9
"""px across"""
READERS = ("quality", "inventory", "shipping", "analytics")

FAN = """
    const box = (x, y, w, h, kind) => ({ x, y, w, h, kind });
    const boxes = new Map([["t:parts", box(0, 150, 372, 340, "belt")]]);
    a.forEach((name, i) => boxes.set(`s:${name}`, box(436, 180 * i, 320, 160, "service")));
    const edges = a.map((name) => ({ id: name, from: "t:parts", to: `s:${name}` }));
    const points = (pieces) => {
        const way = new m.Way(pieces);
        return Array.from({ length: Math.floor(way.length / 4) + 1 }, (_, i) => way.at(4 * i));
    };
    return Object.fromEntries([...m.route(edges, boxes)].map(([id, way]) => [id, points(way)]));
"""


def test_edges_that_fan_out_from_a_belt_leave_room_for_each_others_dots(modules: Page) -> None:
    ways = run(modules, "routing", FAN, READERS)
    for one, other in combinations(READERS, 2):
        # Near the belt they come from ports that stand closer than a dot is wide.
        apart = [
            math.dist((p["x"], p["y"]), (q["x"], q["y"]))
            for p in ways[one]
            for q in ways[other]
            if p["x"] > 372 + 24
        ]
        assert min(apart) >= DOT, (one, other)
