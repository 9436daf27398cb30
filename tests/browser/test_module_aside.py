"""Cards that grow into others, as one that is scaled: who makes room, and that all come back."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser.modules import run

READERS = ("quality", "inventory", "shipping", "analytics")
LINE = """
    const node = (id, w, h, kind) => [id, { id, w, h, kind }];
    const line = (readers, grown = {}) => new Map([
        node("s:scanner", 224, 160, "service"), node("t:parts", 372, 340, "belt"),
        ...readers.flatMap((name) => [
            node(`s:${name}`, 320, grown[name] ?? 160, "service"),
            node(`t:${name}`, 174, 76, "chip"),
        ]),
    ]);
    const edges = (nodes) => new Map([["s:scanner", "t:parts"],
        ...[...nodes.keys()].filter((id) => id.startsWith("s:") && id !== "s:scanner")
            .flatMap((id) => [["t:parts", id], [id, id.replace("s:", "t:")]]),
    ].map(([from, to]) => [`${from}>${to}`, { id: `${from}>${to}`, from, to }]));
    const own = new Map();
    const placing = new m.Placing({ get: (id) => own.get(id) ?? null });
    let now = 0;
    const shown = (readers, grown) => {
        const nodes = line(readers, grown);
        const found = Object.fromEntries(placing.boxes(nodes, edges(nodes), now));
        now += m.YOUNG_MS + 1;
        return found;
    };
    const three = ["quality", "inventory", "shipping"];
"""


def shown(modules: Page, body: str, argument: object = None) -> Any:
    return run(modules, "placing", LINE + body, argument)


def places(boxes: dict[str, Any]) -> dict[str, tuple[float, float]]:
    return {id: (box["x"], box["y"]) for id, box in boxes.items()}


def overlapping(boxes: dict[str, Any]) -> list[str]:
    found = []
    for one, a in boxes.items():
        for other, b in boxes.items():
            apart = a["x"] >= b["x"] + b["w"] or a["y"] >= b["y"] + b["h"]
            apart = apart or b["x"] >= a["x"] + a["w"] or b["y"] >= a["y"] + a["h"]
            if one < other and not apart:
                found.append(f"{one} on {other}")
    return found


@pytest.mark.parametrize("name", READERS[:3])
def test_cards_stand_where_they_stood_once_one_that_grew_is_small_again(
    modules: Page, name: str
) -> None:
    body = """
        const [before, grown] = [shown(three), shown(three, { [a]: 226 })];
        return [before, grown, shown(three), placing.loose];
    """
    before, grown, after, loose = shown(modules, body, name)
    assert overlapping(grown) == []
    order = sorted((box["y"], id) for id, box in grown.items() if id.startswith("s:"))
    assert [id for _, id in order if id != "s:scanner"] == [f"s:{one}" for one in READERS[:3]]
    assert places(after) == places(before)
    assert loose is False, "there is nothing to tidy up"


def test_what_a_service_writes_stays_in_line_with_it_when_it_makes_room(modules: Page) -> None:
    body = "shown(three); return shown(three, { quality: 226 });"
    grown = shown(modules, body)
    for name in READERS[:3]:
        card, chip = grown[f"s:{name}"], grown[f"t:{name}"]
        assert card["y"] + 80 == chip["y"] + chip["h"] / 2


def test_one_that_came_while_another_was_tall_ends_below_the_others_as_close_as_they(
    modules: Page,
) -> None:
    body = """
        shown(three);
        shown(three, { inventory: 226 });
        const four = [...three, "analytics"];
        return [shown(four, { inventory: 226 }), shown(four), shown(three), placing.loose];
    """
    tall, small, without, loose = shown(modules, body)
    assert overlapping(tall) == overlapping(small) == []
    ys = [small[f"s:{name}"]["y"] for name in READERS]
    assert [b - a for a, b in itertools.pairwise(ys)] == [180, 180, 180]
    assert set(without) == set(small) - {"s:analytics", "t:analytics"}
    assert loose is False


def test_what_somebody_dragged_stays_and_the_others_make_room(modules: Page) -> None:
    body = """
        const before = shown(three);
        own.set("s:shipping", { x: before["s:shipping"].x, y: before["s:shipping"].y });
        return [before, shown(three, { inventory: 226 }), shown(three)];
    """
    before, grown, after = shown(modules, body)
    assert grown["s:shipping"]["y"] == before["s:shipping"]["y"]
    assert overlapping(grown) == []
    assert places(after) == places(before)


def test_who_cannot_make_room_stays_and_the_looking_ends(modules: Page) -> None:
    body = """
        const box = (y) => ({ x: 0, y, w: 100, h: 100, kind: "service" });
        const homes = new Map(Array.from({ length: 300 }, (_, i) => [`s:${i}`, box(i)]));
        const all = m.aside(homes, new Set(homes.keys()), []);
        const three = new Map([["a", box(0)], ["b", box(0)], ["c", box(130)]]);
        const pair = m.aside(three, new Set(), []);
        return [all.size, Object.fromEntries(pair)];
    """
    stuck, pair = run(modules, "aside", body)
    assert stuck == 0
    assert pair == {"a": -120}


def test_however_many_cards_grow_in_one_column_making_room_takes_no_long_time(
    modules: Page,
) -> None:
    body = """
        const column = (cards) => {
            const places = Array.from({ length: cards }, (_, i) => [`s:${i}`, { x: 0, y: 120 * i, w: 100, h: 200, kind: "service" }]);
            const homes = new Map(places);
            let gone = 0;
            homes[Symbol.iterator] = function () { gone += 1; return this.entries(); };
            return [m.aside(homes, new Set(), []).size, gone];
        };
        return [column(4), column(400), column(2000)];
    """  # noqa: E501
    few, many, thousands = run(modules, "aside", body)
    assert few[0] == 3
    assert many[0] > 0
    assert many[1] < 60, "each time all that grew is gone through"
    assert thousands == [0, 0]
