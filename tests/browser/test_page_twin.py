"""The line of direct calls on the page: switched on, compared, failing, and switched off."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Open
from tests.browser.page_host import PageHost
from tests.browser.shown_line import Sockets, opened_on
from tests.browser.shown_report import REPORT
from tests.browser.shown_twin import ShownTwin

OUTSIDE = """() => {
    const cut = (one) => one.scrollWidth > one.clientWidth + 1;
    const { bottom, right } = document.getElementById("twin").getBoundingClientRect();
    const inside = ["[data-measure]", ".name", ".call p", "[data-role=line-state]"];
    const found = inside.flatMap((one) => [...document.querySelectorAll(`#twin ${one}`)]);
    return found.filter(cut).map((one) => one.textContent)
      .concat(bottom > innerHeight + 1 || right > innerWidth + 1 ? ["the line itself"] : []);
}"""
OVERLAPS = """() => {
    const what = "#twin .twin-card, #twin .versus, #twin .twin-acts > *, #nodes .node";
    const all = [...document.querySelectorAll(what)];
    const boxes = all.map((one) => [one.textContent, one.getBoundingClientRect()]);
    const beside = (a, b) => a.right <= b.left + 1 || a.bottom <= b.top + 1;
    const over = (a, b) => !beside(a, b) && !beside(b, a);
    return boxes.flatMap(([a, one], i) =>
        boxes.slice(i + 1).filter(([, two]) => over(one, two)).map(([b]) => [a, b]));
}"""
HIT = """(button) => {
    const { left, right, top, height } = button.getBoundingClientRect();
    const hit = (x) => button.contains(document.elementFromPoint(x, top + height / 2));
    return hit(left + 3) && hit(right - 3);
}"""
CUT = """() => {
    const panel = document.getElementById("panel");
    const edge = document.querySelector("#panel .below").getBoundingClientRect().top;
    const low = (one) => one.getBoundingClientRect().bottom > edge;
    const proof = [...panel.querySelectorAll("#legend li, .ledger, .report:first-child")];
    const overlap = proof.filter((one, i) => i
        && one.getBoundingClientRect().top < proof[i - 1].getBoundingClientRect().bottom - 1);
    const scrolls = panel.scrollHeight > panel.clientHeight + 1 ? ["the panel"] : [];
    return [...proof.filter(low), ...overlap].map((one) => one.textContent).concat(scrolls);
}"""


@pytest.fixture
def line() -> ShownTwin:
    return ShownTwin()


def opened(page: Page, host: PageHost, line: ShownTwin) -> Sockets:
    line.delta()  # a keyframe holds what the delta before it left
    line.first = line.key()
    return opened_on(page, host, line)


def opened_with_both(page: Page, host: PageHost, line: ShownTwin) -> Sockets:
    """With the line of direct calls switched on."""
    line.switch(on=True)
    return opened(page, host, line)


def seconds(line: ShownTwin, sockets: Sockets, count: int, done: int = 8) -> None:
    for _ in range(count):
        line.second(done=done)
        sockets.send(line.delta())


def measured(page: Page, line: str, measure: str) -> str:
    return page.locator(f"[data-line={line}] [data-measure={measure}]").inner_text()


def test_one_button_switches_it_on_and_one_off(page: Page, host: PageHost, line: ShownTwin) -> None:
    sockets = opened(page, host, line)
    twin = page.locator("#twin")
    tile = page.locator("[data-plug=':twin']")
    expect(tile).to_contain_text("Beside it: the same line with direct calls")
    expect(twin).to_be_hidden()
    expect(page.locator("#nodes [data-service=quality-direct]")).to_have_count(0)
    tile.click()
    assert host.posted(page, 1) == [("/act/whole/twin-start", {})]

    line.switch(on=True)
    sockets.send(line.delta())
    expect(tile).to_have_count(0)
    expect(twin.locator("article")).to_have_count(4)
    names = twin.locator("article .name").all_inner_texts()
    assert names == ["scanner-direct", "quality-direct", "inventory-direct", "shipping-direct"]
    expect(twin.locator("[data-line=direct]")).to_contain_text("Starting")
    assert measured(page, "direct", "finished") == "\u2013", "nothing is known yet"
    expect(page.locator("#tape")).to_be_hidden()

    twin.locator("[data-action=twin-stop]").click()
    assert host.posted(page, 2)[1] == ("/act/whole/twin-stop", {})
    line.switch(on=False)
    sockets.send(line.delta())
    expect(twin).to_be_hidden()
    expect(tile).to_be_visible()
    expect(page.locator("#tape")).to_be_visible()


def test_a_line_that_halts_says_so_and_where_calls_fail(
    page: Page, host: PageHost, line: ShownTwin
) -> None:
    sockets = opened_with_both(page, host, line)
    twin = page.locator("#twin")
    seconds(line, sockets, 4)
    expect(twin.locator("[data-line=direct]")).to_contain_text("Moves")
    call = twin.locator("li", has=page.locator("[data-service=scanner-direct]")).locator(".call")
    expect(call).to_have_attribute("data-call", "answered")
    expect(call).to_contain_text("8.0 calls/s")
    expect(twin.locator("li").last.locator(".call")).to_be_hidden()

    line.reason, line.timed_out = "no answer within 2 s", 5
    seconds(line, sockets, 4, done=0)
    expect(twin.locator("[data-line=direct]")).to_contain_text("Halted")
    expect(twin.locator("[data-line=direct] [data-measure=failed]")).to_have_text("5")
    assert measured(page, "direct", "seconds_each") == "\u2013"
    expect(call).to_have_attribute("data-call", "failing")
    expect(call).to_contain_text("no answer within 2\u00a0s")
    expect(call.locator("svg[data-glyph=cross]")).to_be_visible()


def test_the_retries_are_turned_off_and_a_service_is_paused_and_opened(
    page: Page, host: PageHost, line: ShownTwin
) -> None:
    sockets = opened_with_both(page, host, line)
    twin = page.locator("#twin")
    switch = twin.get_by_role("switch")
    expect(switch).to_have_attribute("aria-checked", "true")
    switch.click()
    path = "/act/services/scanner-direct/options"
    assert host.posted(page, 1) == [(path, {"retries": ["false"]})]
    scanner = line.key()["services"]["s:scanner-direct"]
    turned = scanner | {"want": {"options": {"retries": False}, "mode": "running"}}
    sockets.send(
        line.cutter.heartbeat(line.now) | {"set": {"services": {"s:scanner-direct": turned}}}
    )
    expect(switch).to_have_attribute("aria-checked", "false")
    expect(switch).to_contain_text("Retries off")

    card = twin.locator("[data-service=quality-direct]")
    card.locator("[data-action=pause]").click()
    assert host.posted(page, 2)[1] == ("/act/services/quality-direct/pause", {})
    card.get_by_role("button", name="More of quality-direct").click()
    expect(page.locator("#sheet")).to_contain_text("quality-direct")


def test_both_lines_and_the_comparison_fit_and_nothing_covers_anything(
    sized: Page, host: PageHost, line: ShownTwin
) -> None:
    sockets = opened_with_both(sized, host, line)
    line.reason, line.timed_out = "behind it: no answer within 2 s", 12_345
    seconds(line, sockets, 5, done=0)
    expect(sized.locator("#twin .call[data-call=failing]")).to_be_visible()
    sized.evaluate("document.fonts.ready")
    assert sized.evaluate(OUTSIDE) == []
    assert sized.evaluate(OVERLAPS) == []
    for button in sized.locator("#twin button").all():
        assert button.evaluate(HIT), button.inner_text()


def test_on_a_phone_the_lines_stand_below_each_other(
    open_page: Open, host: PageHost, line: ShownTwin
) -> None:
    page = open_page(360, 780)
    sockets = opened_with_both(page, host, line)
    seconds(line, sockets, 4)
    expect(page.locator("[data-line=direct]")).to_contain_text("Moves")
    page.evaluate("document.fonts.ready")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.evaluate(OVERLAPS) == []


@pytest.mark.parametrize("size", [(1366, 768), (1920, 1080)])
def test_beside_the_direct_line_the_newest_recovery_is_whole_and_the_others_are_counted(
    open_page: Open, host: PageHost, line: ShownTwin, size: tuple[int, int]
) -> None:
    page = open_page(*size)
    sockets = opened_with_both(page, host, line)
    expect(page.locator("#twin article")).to_have_count(4)
    told = {f"r{n}": REPORT | {"id": f"r{n}", "began_at": n} for n in range(4)}
    sockets.send(line.cutter.heartbeat(line.now) | {"set": {"reports": told}})
    below = page.locator(".reports .below")
    expect(below).to_have_text(re.compile("^[23] recoveries below$"))
    assert page.evaluate(CUT) == []
    page.locator("[data-report=r0]").scroll_into_view_if_needed()
    expect(below).to_be_hidden()


def test_who_only_looks_sees_it_and_has_no_buttons(
    page: Page, host: PageHost, line: ShownTwin
) -> None:
    host.may_act = False
    opened_with_both(page, host, line)
    expect(page.locator("#twin article")).to_have_count(4)
    expect(page.locator("#twin [data-action=twin-stop]")).to_be_hidden()
    expect(page.get_by_role("switch")).to_have_attribute("aria-disabled", "true")
    page.get_by_role("switch").click(force=True)
    assert host.acts == []
