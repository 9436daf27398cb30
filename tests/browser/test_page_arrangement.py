"""How long cards stand where they stand: as long as a picture lasts, or where they were dragged."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from dashboard.frames.cutter import FrameCutter
from tests.browser.conftest import Open
from tests.browser.modules import run
from tests.browser.page_host import PageHost
from tests.browser.patience import until
from tests.browser.shown_line import ShownLine, Sockets, opened_on
from tests.browser.test_page_positions import IDS, PLACES, asked, open_line

LAID_FOR_MORE = {node: [500.0 * i, 70.0 * i] for i, node in enumerate(sorted(IDS))}
"""Where a layout of other nodes might have put these."""


def drag_quality(page: Page) -> list[float]:
    page.locator("[data-service=quality] .name").hover()
    page.mouse.down()
    page.mouse.move(700, 780, steps=3)
    page.mouse.up()
    place: list[float] = page.evaluate(PLACES)["s:quality"]
    return place


def start_over(host: PageHost, line: ShownLine, sockets: Sockets) -> None:
    """As the server does: where things stand first, then the picture."""
    host.positions, host.arrangement = {}, "second"
    line.cutter = FrameCutter("epoch-2")
    line.second()
    line.first = line.key()
    sockets.send(line.first)


def test_a_picture_that_begins_anew_is_laid_out_anew_but_for_what_was_dragged(
    page: Page, open_page: Open, host: PageHost
) -> None:
    line = ShownLine()
    fresh = open_page()
    open_line(fresh, host, line)
    as_at_first = fresh.evaluate(PLACES)
    host.positions = dict(LAID_FOR_MORE)
    sockets = open_line(page, host, line)
    assert page.evaluate(PLACES) == LAID_FOR_MORE
    dragged = drag_quality(page)
    assert dragged != as_at_first["s:quality"]
    start_over(host, line, sockets)
    wanted = as_at_first | {"s:quality": dragged}
    until(page, lambda: page.evaluate(PLACES) == wanted, "the cards are laid anew")
    page.locator("#tidy").click()
    assert page.evaluate(PLACES) == as_at_first


def test_starting_over_says_what_stays_where_something_was_dragged(
    page: Page, host: PageHost
) -> None:
    line = ShownLine()
    line.first["cluster"] |= {"demo": True, "actions": {"start-over": None}}
    opened_on(page, host, line)
    words = page.locator("#sheet [data-act=start-over] p")
    for stays in (False, True):
        if stays:
            drag_quality(page)
        page.locator("#whole").click()
        page.locator("[data-press=start-over]").click()
        expect(words).to_contain_text("is deleted")
        assert ("you dragged stay" in words.inner_text()) == stays
        page.keyboard.press("Escape")
        expect(page.locator("#sheet")).to_be_hidden()


def test_a_picture_that_goes_on_under_another_epoch_stands_where_it_stood(
    page: Page, host: PageHost
) -> None:
    """As where the clock of the server's machine was set."""
    host.positions = dict(LAID_FOR_MORE)
    line = ShownLine()
    sockets = open_line(page, host, line)
    line.cutter = FrameCutter("epoch-2")
    line.second(made=90)
    line.first = line.key()
    sockets.send(line.first)
    expect(page.locator("[data-topic='parts.scanned'] .count")).to_contain_text("98")
    assert page.evaluate(PLACES) == LAID_FOR_MORE


def test_what_was_dragged_is_kept_apart_for_each_thing_that_is_shown(
    page: Page, host: PageHost
) -> None:
    line = ShownLine()
    opened_on(page, host, line)
    laid = page.evaluate(PLACES)["s:quality"]
    dragged = drag_quality(page)
    for stage, place in (("another", laid), ("here", dragged)):
        host.stage = stage
        page.reload()
        expect(page.locator(".node")).to_have_count(4)
        assert page.evaluate(PLACES)["s:quality"] == place


def test_of_many_things_shown_those_dragged_on_last_are_kept(modules: Page) -> None:
    body = """
        const kept = new Map();
        const storage = {
            getItem: (key) => kept.get(key) ?? null,
            setItem: (key, value) => kept.set(key, value),
        };
        const at = (stage) => new m.OwnPositions(storage, stage);
        for (let i = 0; i < 30; i += 1) at(`stage ${i}`).set("s:a", { x: i, y: 0 });
        at("stage 20").clear();
        const [rows] = kept.values();
        const last = at("stage 29").get("s:a");
        return [JSON.parse(rows).length, at("stage 0").any, at("stage 20").any, last];
    """
    assert run(modules, "positions", body) == [19, False, False, {"x": 29, "y": 0}]


def test_what_belongs_to_an_arrangement_that_is_over_is_neither_told_nor_taken(
    modules: Page,
) -> None:
    body = """
        shared.offer(at(["s:a", 1, 1]));
        const sending = quiet();
        shared.arrangement = "second";
        await sending;
        shared.offer(at(["s:b", 2, 2]));
        await quiet();
        shared.offer(at(["s:c", 3, 3]));
        await shared.load();
        await quiet();
        const told = calls.map((call) => call.arrangement ?? call);
        return [shared.get("s:a"), shared.get("s:c"), learned, told];
    """
    found = asked(modules, body, [200, {"s:a": [9, 9]}], [409, {}], [200, {}])
    assert found == [None, None, [], ["first", "second", "GET"]]


def test_to_tidy_up_forgets_where_what_is_gone_stood(modules: Page) -> None:
    body = """
        shared.offer(at(["s:a", 1, 1], ["s:gone", 2, 2]));
        await quiet();
        shared.publish(at(["s:a", 7, 7]));
        await quiet();
        return [shared.get("s:gone"), calls[1].positions];
    """
    found = asked(modules, body, [200, {}], [204, {}])
    assert found == [None, {"s:gone": None, "s:a": [7, 7]}]


BECOMES = """
    const shared = new Map([
        ["t:b", { x: 0, y: 0 }], ["s:c", { x: 436, y: 0 }], ["g:own", { x: 436, y: 180 }],
    ]);
    const passed = [];
    const own = { get: () => null, pass: (...what) => passed.push(what) };
    const pass = (from, to) => {
        shared.set(to, shared.get(from));
        shared.delete(from);
    };
    const placing = new m.Placing(own, { get: (id) => shared.get(id) ?? null, pass });
    const node = (id, kind, h, groups) =>
        [id, { id, kind, w: kind === "belt" ? 372 : 320, h, entity: { groups } }];
    const first = [node("t:b", "belt", 300), node("s:c", "service", 160, ["c"])];
    const edge = (to) => [to, { id: to, from: "t:b", to }];
    const show = (more, read, at) =>
        placing.boxes(new Map([...first, ...more]), new Map(["s:c", ...read].map(edge)), at);
    const group = node("g:own", "group", 116);
    const service = node("s:own", "service", 160, ["own"]);
    show([group], ["g:own"], 0);
"""


@pytest.mark.parametrize("early", [False, True])
def test_a_group_that_becomes_a_service_leaves_it_its_place(modules: Page, early: bool) -> None:
    """Also where the service was there for a moment, beside it, before it named its group."""
    body = """
        if (a) show([group, node("s:own", "service", 160, [])], ["g:own"], m.YOUNG_MS + 1);
        const after = show([service], ["s:own"], m.YOUNG_MS + 2);
        const late = node("s:late", "service", 160, ["late"]);
        const next = show([service, late], ["s:own", "s:late"], m.YOUNG_MS + 3);
        return [[after, next, next].map((boxes, i) => boxes.get(["s:own", "s:own", "s:late"][i]).y),
                [...shared.keys()], passed];
    """
    stand, kept, passed = run(modules, "placing", BECOMES + body, early)
    assert stand == [180, 180, 180 + 160 + 20]
    assert set(kept) == {"t:b", "s:c", "s:own"}
    assert passed == [["g:own", "s:own", 0]]
