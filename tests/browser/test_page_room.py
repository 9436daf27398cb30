"""The stage gives all that is plugged in and opened room, in letters that can be read from afar."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Open
from tests.browser.page_host import PageHost
from tests.browser.patience import until
from tests.browser.shown_line import TOPIC, ShownLine, Sockets, opened_on
from tests.browser.shown_parts import ShownParts

LETTERS = """() => {
    const scale = (one) => one.getBoundingClientRect().height / one.offsetHeight;
    const size = (one) => parseFloat(getComputedStyle(one).fontSize) * scale(one.closest(".node"));
    const least = (what) => Math.min(...[...document.querySelectorAll(what)]
        .filter((one) => one.offsetWidth && one.textContent).map(size));
    return Object.fromEntries([".service .name", ".belt .name", ".node .state b", ".node .button",
        ".bars b", ".count", ".lag > span", ".boast"].map((what) => [what, least(what)]));
}"""
LEGIBLE = {
    ".service .name": 33,
    ".belt .name": 30,
    ".node .state b": 22,
    ".node .button": 22,
    ".bars b": 20,
    ".count": 18,
    ".lag > span": 18,
    ".boast": 18,
}
"""px on a projector of 1920x1080; a laptop shows the same at the size of its window."""
IN_THE_WAY = """() => {
    const stage = document.getElementById("stage").getBoundingClientRect();
    const what = "#nodes .node, #tray:not([hidden]) .tile";
    const boxes = [...document.querySelectorAll(what)].map((one) =>
        [one.dataset.id ?? one.textContent, one.getBoundingClientRect()]);
    const beside = (a, b) => a.right <= b.left || a.bottom <= b.top;
    const apart = (a, b) => beside(a, b) || beside(b, a);
    const inside = (box) => box.left >= stage.left && box.right <= stage.right
        && box.top >= stage.top && box.bottom <= stage.bottom + 1;
    const out = boxes.filter(([, box]) => !inside(box)).map(([id]) => [id, "the stage's edge"]);
    const through = [...document.querySelectorAll("#edges path")].flatMap((path) => {
        const at = path.getScreenCTM();
        const points = Array.from({ length: 81 }, (_, i) =>
            path.getPointAtLength((path.getTotalLength() * i) / 80).matrixTransform(at));
        const hit = (box, { x, y }) =>
            x > box.left + 3 && x < box.right - 3 && y > box.top + 3 && y < box.bottom - 3;
        return boxes.filter(([, box]) => points.some((point) => hit(box, point)))
            .map(([id]) => [id, path.getAttribute("d")]);
    });
    const over = boxes.flatMap(([id, box], i) =>
        boxes.slice(i + 1).filter(([, other]) => !apart(box, other)).map(([other]) => [id, other]));
    return [...over, ...out, ...through];
}"""
CORNERS = """() => Object.fromEntries([...document.querySelectorAll(".node")].map((node) =>
    [node.dataset.id, [node.offsetLeft, node.offsetTop]]))"""
CUT = """(all) => all.filter((one) => one.scrollWidth > one.clientWidth + 1 ||
    one.scrollHeight > one.clientHeight + 4).map((one) => one.textContent)"""


def opened(page: Page, host: PageHost, line: ShownParts) -> Sockets:
    line.delta()  # a keyframe holds what the delta before it left
    sockets = Sockets(page, line.key)
    page.goto(host.url)
    expect(page.locator("[data-topic='labels.printed']")).to_be_visible()
    page.evaluate("document.fonts.ready")
    return sockets


def plug_in(page: Page, line: ShownParts, sockets: Sockets) -> None:
    line.plug_in()
    line.second()
    sockets.send(line.delta())
    expect(page.locator("[data-service=analytics] .boast")).to_have_text(
        "caught up with 16 events in 0.3 s"
    )
    compared = page.locator("[data-service=analytics] .state .detail")
    expect(compared).to_have_text("counts equal")
    expect(compared).to_have_class("detail proof equal")
    expect(compared).to_have_attribute("title", "equal to inventory at 16 parts")
    expect(page.locator("[data-topic='stock.changed'].belt .bars li")).to_have_count(1)


def switch_on(page: Page, line: ShownParts, sockets: Sockets) -> None:
    line.switch(on=True)
    line.second()
    sockets.send(line.delta())
    expect(page.locator("#twin .versus")).to_be_visible()


def test_a_fourth_reader_and_the_direct_line_leave_the_letters_as_large_as_they_were(
    sized: Page, host: PageHost
) -> None:
    line = ShownParts()
    sockets = opened(sized, host, line)
    assert sized.evaluate(IN_THE_WAY) == []
    for step in (plug_in, switch_on):
        step(sized, line, sockets)
        assert sized.evaluate(IN_THE_WAY) == [], step
        letters = sized.evaluate(LETTERS)
        share = sized.evaluate("innerWidth") / 1920
        small = {what: px for what, px in letters.items() if px < LEGIBLE[what] * share * 0.995}
        assert small == {}, step
        assert sized.locator(".node :is(.name, .boast, .detail)").evaluate_all(CUT) == []


def test_as_much_fits_when_everything_is_placed_anew(page: Page, host: PageHost) -> None:
    line = ShownParts()
    line.plug_in()
    line.switch(on=True)
    line.second()
    opened(page, host, line)
    expect(page.locator("#twin .versus")).to_be_visible()
    assert page.evaluate(IN_THE_WAY) == []
    letters = page.evaluate(LETTERS)
    assert {what: px for what, px in letters.items() if px < LEGIBLE[what] * 0.995} == {}


def test_who_is_plugged_in_moves_nobody_and_a_chip_becomes_a_belt_in_its_line(
    page: Page, host: PageHost
) -> None:
    line = ShownParts()
    sockets = opened(page, host, line)
    # While things come one by one all are laid out anew: once they have come to rest they are told.

    def told() -> bool:
        line.now += 1000
        sockets.send(line.delta())
        return bool(host.moves)

    until(page, told, "the places are posted")
    before = page.evaluate(CORNERS)
    expect(page.locator("#edges path")).to_have_count(7)
    plug_in(page, line, sockets)
    after = page.evaluate(CORNERS)
    changed = {id for id in before if before[id] != after[id]}
    assert changed == {"t:stock.changed"}
    assert after["t:stock.changed"][0] == before["t:stock.changed"][0]
    ways = page.locator("#edges path").evaluate_all("""(paths) => paths.map((path) => {
        const [a, b] = [0, path.getTotalLength()].map((px) => path.getPointAtLength(px));
        return [a.x, a.y, b.x, b.y];
    })""")
    corner = after["t:stock.changed"]
    (into,) = [way for way in ways if way[2] == corner[0] and corner[1] < way[3] < corner[1] + 230]
    assert into[1] == pytest.approx(into[3], abs=1), "the line from inventory is straight as before"


def scaled(line: ShownParts, lag: int) -> dict[str, Any]:
    """A frame in which three instances of quality share three partitions, `lag` events behind."""
    key = line.key()
    service: dict[str, Any] = key["services"]["s:quality"]
    (one,) = service["instances"]
    crew = [
        one | {"instance": f"quality-{n}", "partitions": {TOPIC: held}}
        for n, held in ((1, [0]), (2, [1]), (3, [2]))
    ]
    topic = key["topics"][f"t:{TOPIC}"] | {"partitions": 3}
    return line.cutter.heartbeat(line.now) | {
        "set": {
            "services": {"s:quality": service | {"instances": crew, "of": 3, "lag": lag}},
            "topics": {f"t:{TOPIC}": topic},
        }
    }


@pytest.mark.parametrize("lag", [0, 148, 12_345])
def test_a_card_of_several_instances_says_what_it_shows_and_nothing_touches(
    page: Page, host: PageHost, lag: int
) -> None:
    line = ShownParts()
    sockets = opened(page, host, line)
    sockets.send(scaled(line, lag))
    card = page.locator("[data-service=quality]")
    expect(card.locator("[data-role=lag]")).to_have_attribute("data-value", str(lag))
    expect(card.locator(".holdings .what")).to_have_text("Instance: partitions it reads")
    expect(card.locator(".holdings li b")).to_have_text(["1:", "2:", "3:"])
    expect(card.locator(".holdings i")).to_have_text(["0", "1", "2"])
    touching = """(card) => {
        const range = document.createRange();
        range.selectNodeContents(card.querySelector("[data-role=lag]"));
        const number = range.getBoundingClientRect();
        const others = [...card.querySelectorAll(".holdings li, .button")];
        return others.filter((one) => {
            const box = one.getBoundingClientRect();
            // A line of digits is higher than its digits: a sixth of it is empty above and below.
            const top = number.top + number.height / 6;
            return box.right > number.left && box.left < number.right
                && box.bottom > top && box.top < number.bottom;
        }).map((one) => one.textContent);
    }"""
    assert card.evaluate(touching) == []
    assert page.evaluate(IN_THE_WAY) == []


def test_what_is_written_on_a_way_does_not_shine_through_what_is_pressed(
    page: Page, host: PageHost
) -> None:
    opened_on(page, host, ShownLine())
    behind = "(one) => getComputedStyle(one).backgroundColor"
    assert page.locator("#tidy").evaluate(behind) == page.locator("html").evaluate(behind)


def test_on_a_phone_what_a_pause_cost_stands_below_the_service_that_was_paused(
    open_page: Open, host: PageHost
) -> None:
    page = open_page(390, 844, has_touch=True)
    line = ShownParts()
    line.plug_in()
    line.second()
    sockets = opened(page, host, line)
    # That it was plugged in is reported below it, wherever it stands in the flow.
    report = page.locator("#near .report:visible")
    expect(report).to_contain_text("analytics plugged in")
    below = """([card, report]) => report.getBoundingClientRect().top
        - document.querySelector(card).getBoundingClientRect().bottom"""
    handle = report.element_handle()
    assert 0 <= page.evaluate(below, ["[data-service=analytics]", handle]) < 40
    newest = next(iter(line.key()["reports"].values()))
    later = newest | {
        "id": "later",
        "kind": "pause",
        "service": "inventory",
        "group": "inventory",
        "began_at": newest["began_at"] + 1000,
    }
    sockets.send(line.cutter.heartbeat(line.now) | {"set": {"reports": {"later": later}}})
    expect(report).to_contain_text("inventory")
    handle = report.element_handle()
    assert 0 <= page.evaluate(below, ["[data-service=inventory]", handle]) < 40
    # Nothing is told twice: the panel has those before it.
    expect(page.locator("#reports .report:visible")).to_have_count(1)
    expect(page.locator("#reports .report:visible")).to_contain_text("analytics plugged in")
    over = """() => document.querySelector("#reports").getBoundingClientRect().bottom
        - document.querySelector(".chart-section h2").getBoundingClientRect().top"""
    assert page.evaluate("document.querySelector('#reports').offsetHeight") > 30
    assert page.evaluate(over) <= 0


@pytest.mark.parametrize("service", ["scanner", "quality"])
def test_beside_a_sheet_its_service_and_the_belts_are_seen_and_what_is_pressed_then_is_meant(
    open_page: Open, host: PageHost, service: str
) -> None:
    page = open_page(1366, 768)
    opened(page, host, ShownParts())
    sheet = page.locator("#sheet")
    page.locator(f"[data-service={service}] .more").click()
    expect(sheet).to_contain_text(f"{service}-1")
    over = sheet.bounding_box()
    assert over is not None
    for seen in ("[data-topic='parts.scanned']", f"[data-service={service}]"):
        box = page.locator(seen).bounding_box()
        assert box is not None
        assert box["x"] >= over["x"] + over["width"], seen
    # The picture goes back as the sheet closes: not before the press is over.
    page.locator("[data-service=inventory] [data-action=pause]").click()
    expect(sheet).to_be_hidden()
    assert [path for path, _ in host.posted(page, 1)] == ["/act/services/inventory/pause"]
