"""Where nodes stand and how edges run, computed by the page's modules in the browser."""

from __future__ import annotations

import random
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Open
from tests.browser.modules import run
from tests.browser.page_host import PageHost
from tests.browser.shown_line import ShownLine, opened_on

Node = dict[str, Any]
Edge = dict[str, str]

LINE_NODES = [
    {"id": "s:scanner", "w": 262, "h": 196, "kind": "service"},
    {"id": "t:parts", "w": 420, "h": 320, "kind": "belt"},
    {"id": "s:quality", "w": 340, "h": 196, "kind": "service"},
    {"id": "s:inventory", "w": 340, "h": 196, "kind": "service"},
    {"id": "s:shipping", "w": 340, "h": 196, "kind": "service"},
]
LINE_EDGES = [
    {"id": "w", "from": "s:scanner", "to": "t:parts"},
    {"id": "r1", "from": "t:parts", "to": "s:quality"},
    {"id": "r2", "from": "t:parts", "to": "s:inventory"},
    {"id": "r3", "from": "t:parts", "to": "s:shipping"},
]


def landscape(seed: int, services: int = 15, topics: int = 12) -> tuple[list[Node], list[Edge]]:
    """Services that read and write at random, with cycles, as a grown system has them."""
    chance = random.Random(seed)
    nodes: list[Node] = []
    edges: list[Edge] = []
    for n in range(topics):
        nodes.append({"id": f"t:{n}", "w": 420, "h": chance.choice([76, 260, 320]), "kind": "belt"})
    for n in range(services):
        nodes.append({"id": f"s:{n}", "w": 340, "h": 196, "kind": "service"})
        for topic in chance.sample(range(topics), 2):
            edges.append({"id": f"r{n}-{topic}", "from": f"t:{topic}", "to": f"s:{n}"})
        written = chance.randrange(topics)
        edges.append({"id": f"w{n}-{written}", "from": f"s:{n}", "to": f"t:{written}"})
    return nodes, edges


TIDY = """
    const points = m.tidy(a[0], a[1]);
    return Object.fromEntries(points);
"""


def boxes(nodes: list[Node], points: dict[str, Any]) -> dict[str, Node]:
    return {node["id"]: {**node, **points[node["id"]]} for node in nodes}


def overlapping(placed: dict[str, Node]) -> list[tuple[str, str]]:
    found = []
    items = list(placed.items())
    for i, (one, a) in enumerate(items):
        for other, b in items[i + 1 :]:
            apart_x = a["x"] >= b["x"] + b["w"] or b["x"] >= a["x"] + a["w"]
            apart_y = a["y"] >= b["y"] + b["h"] or b["y"] >= a["y"] + a["h"]
            if not (apart_x or apart_y):
                found.append((one, other))
    return found


def test_the_line_stands_in_columns_in_the_order_of_its_services(modules: Page) -> None:
    placed = boxes(LINE_NODES, run(modules, "layout", TIDY, [LINE_NODES, LINE_EDGES]))
    scanner, belt = placed["s:scanner"], placed["t:parts"]
    readers = [placed[f"s:{name}"] for name in ("quality", "inventory", "shipping")]
    assert scanner["x"] + scanner["w"] + 64 <= belt["x"]
    assert all(belt["x"] + belt["w"] + 64 <= reader["x"] for reader in readers)
    assert len({reader["x"] for reader in readers}) == 1
    assert [reader["y"] for reader in readers] == sorted(reader["y"] for reader in readers)


@pytest.mark.parametrize("seed", range(6))
def test_nothing_overlaps_however_grown_the_system_is(modules: Page, seed: int) -> None:
    nodes, edges = landscape(seed)
    placed = boxes(nodes, run(modules, "layout", TIDY, [nodes, edges]))
    assert overlapping(placed) == []


def test_hundreds_of_services_stand_in_columns_and_hundreds_more_find_a_place(
    modules: Page,
) -> None:
    """As many as headers can name; with more time for each crossing it took minutes."""
    nodes, edges = landscape(8, services=500, topics=40)
    late = [{"id": f"s:late-{n}", "w": 340, "h": 196, "kind": "service"} for n in range(200)]
    more = [{"id": f"late-{n}", "from": "t:0", "to": one["id"]} for n, one in enumerate(late)]
    body = """
        const [nodes, edges, late, more] = a;
        const placing = new m.Placing({ get: () => null });
        const asMap = (list) => new Map(list.map((one) => [one.id, one]));
        placing.boxes(asMap(nodes), asMap(edges), 0);
        const all = [asMap([...nodes, ...late]), asMap([...edges, ...more])];
        return Object.fromEntries(placing.boxes(...all, m.YOUNG_MS + 1));
    """
    placed = run(modules, "placing", body, [nodes, edges, late, more])
    assert len(placed) == 740
    assert overlapping(placed) == []


def test_a_node_that_comes_later_moves_nobody_and_overlaps_nobody(modules: Page) -> None:
    nodes, edges = landscape(7)
    late = {"id": "s:late", "w": 340, "h": 196, "kind": "service"}
    more = [*edges, {"id": "late", "from": "t:0", "to": "s:late"}]
    body = """
        const [nodes, edges, late, more] = a;
        const placing = new m.Placing({ get: () => null });
        const asMap = (list) => new Map(list.map((one) => [one.id, one]));
        const before = Object.fromEntries(placing.boxes(asMap(nodes), asMap(edges), 0));
        const later = m.YOUNG_MS + 1;
        const after = placing.boxes(asMap([...nodes, late]), asMap(more), later);
        return [before, Object.fromEntries(after)];
    """
    before, after = run(modules, "placing", body, [nodes, edges, late, more])
    newcomer = after["s:late"]
    assert {id: box for id, box in after.items() if id != "s:late"} == before
    assert overlapping(after) == []
    producer = after["t:0"]
    assert newcomer["x"] == producer["x"] + producer["w"] + 64


def test_after_a_restart_everything_stands_where_it_stood(modules: Page) -> None:
    body = """
        const [nodes, edges] = a;
        const placing = new m.Placing({ get: () => null });
        const asMap = (list) => new Map(list.map((one) => [one.id, one]));
        const before = Object.fromEntries(placing.boxes(asMap(nodes), asMap(edges), 0));
        let now = m.YOUNG_MS + 1;
        placing.boxes(new Map(), new Map(), now);
        for (let i = 1; i <= nodes.length; i += 1) {
            now += 1000;
            placing.boxes(asMap(nodes.slice(-i)), new Map(), now);
        }
        return [before, Object.fromEntries(placing.boxes(asMap(nodes), asMap(edges), now + 1000))];
    """
    before, after = run(modules, "placing", body, [LINE_NODES, LINE_EDGES])
    assert after == before


def test_a_picture_that_comes_in_bit_by_bit_is_laid_out_as_if_at_once(modules: Page) -> None:
    body = """
        const [nodes, edges] = a;
        const asMap = (list) => new Map(list.map((one) => [one.id, one]));
        const once = new m.Placing({ get: () => null });
        const bits = new m.Placing({ get: () => null });
        for (let i = 1; i <= nodes.length; i += 1) {
            const there = asMap(nodes.slice(0, i));
            const known = edges.filter((edge) => there.has(edge.from) && there.has(edge.to));
            bits.boxes(there, asMap(known), i * 3000);
        }
        const all = [asMap(nodes), asMap(edges)];
        return [bits.boxes(...all, 16000), once.boxes(...all, 0)].map(Object.fromEntries);
    """
    bits, once = run(modules, "placing", body, [LINE_NODES, LINE_EDGES])
    assert bits == once


def test_a_node_one_has_dragged_stays_where_it_was_put(modules: Page) -> None:
    body = """
        const own = new Map([["s:quality", { x: 1000, y: -400 }]]);
        const placing = new m.Placing({ get: (id) => own.get(id) ?? null });
        const asMap = (list) => new Map(list.map((one) => [one.id, one]));
        return placing.boxes(asMap(a[0]), asMap(a[1]), 0).get("s:quality");
    """
    found = run(modules, "placing", body, [LINE_NODES, LINE_EDGES])
    assert (found["x"], found["y"]) == (1000, -400)


ROUTE = """
    const layout = await import("/static/dashboard/js/layout.js");
    const points = layout.tidy(a[0], a[1]);
    const boxes = new Map(a[0].map((node) => [node.id, { ...node, ...points.get(node.id) }]));
    const ways = m.route(a[1], boxes);
    const samples = {};
    for (const [id, pieces] of ways) {
        const way = new m.Way(pieces);
        samples[id] = [];
        for (let px = 0; px <= way.length; px += 10) samples[id].push(way.at(px));
    }
    return [Object.fromEntries(boxes), samples];
"""


@pytest.mark.parametrize("seed", range(4))
def test_edges_along_the_flow_pass_beside_nodes_not_through_them(modules: Page, seed: int) -> None:
    nodes, edges = landscape(seed)
    placed, samples = run(modules, "routing", ROUTE, [nodes, edges])
    through = set()
    for edge in edges:
        if placed[edge["to"]]["x"] < placed[edge["from"]]["x"] + placed[edge["from"]]["w"]:
            continue
        for id, box in placed.items():
            if id in (edge["from"], edge["to"]):
                continue
            if any(
                box["x"] + 2 < p["x"] < box["x"] + box["w"] - 2
                and box["y"] + 2 < p["y"] < box["y"] + box["h"] - 2
                for p in samples[edge["id"]]
            ):
                through.add((edge["id"], id))
    assert through == set()


def test_a_way_begins_and_ends_at_its_boxes_and_knows_its_length(modules: Page) -> None:
    placed, samples = run(modules, "routing", ROUTE, [LINE_NODES, LINE_EDGES])
    for edge in LINE_EDGES:
        first, last = samples[edge["id"]][0], samples[edge["id"]][-1]
        source, target = placed[edge["from"]], placed[edge["to"]]
        assert first["x"] == source["x"] + source["w"]
        assert source["y"] < first["y"] < source["y"] + source["h"]
        assert last["x"] == pytest.approx(target["x"], abs=11)
        assert target["y"] < last["y"] < target["y"] + target["h"]


def test_a_world_that_is_too_large_is_read_by_scrolling_not_made_tiny(modules: Page) -> None:
    body = """
        const limits = { margin: { x: 50, y: 0 }, most: 1.3, least: 0.62, scrolled: 0.8 };
        return a.map((size) => m.fit(size, { w: 1000, h: 800 }, limits));
    """
    fitting = ((100, 100, 1.3), (1000, 1000, 0.8), (1000, 100, 0.9))
    scrolling = ((20_000, 100, 0.62), (1250, 9000, 0.72), (900, 9000, 0.8))
    sizes = [{"w": w, "h": h} for w, h, _ in (*fitting, *scrolling)]
    found = run(modules, "layout", body, sizes)
    assert found == [scale for _, _, scale in (*fitting, *scrolling)]


def test_twenty_groups_on_one_belt_stay_readable(open_page: Open, host: PageHost) -> None:
    page = open_page(1366, 768)
    line = ShownLine(groups=tuple(f"reader-{n:02}" for n in range(20)))
    opened_on(page, host, line)
    expect(page.locator(".service")).to_have_count(21)
    expect(page.locator(".bars .rest")).to_have_text("and 8 more groups")
    expect(page.locator("#legend li")).to_have_count(8)
    placed = page.evaluate(
        """() => Object.fromEntries([...document.querySelectorAll(".node")].map((node) => {
            const { x, y, width: w, height: h } = node.getBoundingClientRect();
            return [node.dataset.id, { x, y, w, h }];
        }))"""
    )
    assert overlapping(placed) == []


def test_a_dragged_node_is_there_again_after_a_reload(page: Page, host: PageHost) -> None:
    opened_on(page, host, ShownLine())
    name = page.locator("[data-service=quality] .name")
    expect(name).to_be_visible()
    before = page.locator("[data-service=quality]").bounding_box()
    name.hover()
    page.mouse.down()
    page.mouse.move(900, 800, steps=4)
    page.mouse.up()
    moved = page.locator("[data-service=quality]").bounding_box()
    assert before is not None
    assert moved is not None
    assert abs(moved["y"] - before["y"]) > 50
    page.reload()
    expect(page.locator("#tidy")).to_be_visible()
    again = page.locator("[data-service=quality]").bounding_box()
    assert again == pytest.approx(moved, abs=2)
    page.locator("#tidy").click()
    expect(page.locator("#tidy")).to_be_hidden()
    assert page.locator("[data-service=quality]").bounding_box() == pytest.approx(before, abs=2)
