"""A card's number and its buttons, side by side: what is pressed is what one sees."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from dashboard.picture.observations import ClusterSeen
from tests.browser.conftest import Open
from tests.browser.page_host import PageHost
from tests.browser.shown_line import ShownLine, Sockets, opened_on
from tests.browser.shown_parts import ShownParts

HIT = """(button) => {
    const { left, right, top, height } = button.getBoundingClientRect();
    const hit = (x) => document.elementFromPoint(x, top + height / 2) === button;
    return hit((left + right) / 2) && hit(right - 3);
}"""
ROOM = """(card) => {
    const number = document.createRange();
    number.selectNodeContents(card.querySelector("[data-role=lag]"));
    const acts = card.querySelector(".acts").getBoundingClientRect();
    return number.getBoundingClientRect().left - acts.right;
}"""


@pytest.mark.parametrize("lag", [359, 8_888, 12_345, 888_888, 1_280_000])
def test_a_long_lag_leaves_the_buttons_of_a_running_card_alone(
    sized: Page, host: PageHost, lag: int
) -> None:
    line = ShownLine(groups=("quality", "inventory", "shipping"))
    service = line.first["services"]["s:quality"]
    line.first["services"]["s:quality"] = service | {"lag": lag}
    opened_on(sized, host, line)
    card = sized.locator("[data-service=quality]")
    expect(card.locator("[data-role=lag]")).to_have_attribute("data-value", str(lag))
    sized.evaluate("document.fonts.ready")
    for action in ("pause", "pause60"):
        assert card.locator(f"[data-action={action}]").evaluate(HIT), action
    assert card.evaluate(ROOM) >= 2


def test_the_key_of_a_part_is_seen_whole_on_the_tape(sized: Page, host: PageHost) -> None:
    line = ShownLine(key="Bearing 608 #10123")
    opened_on(sized, host, line)
    expect(sized.locator("#tape-cards li")).not_to_have_count(0)
    sized.evaluate("document.fonts.ready")
    cut = "(all) => all.filter((b) => b.scrollWidth > b.clientWidth).length"
    assert sized.locator("#tape-cards b").evaluate_all(cut) == 0


def paused(line: ShownLine, sockets: Sockets, *names: str) -> None:
    services = {
        f"s:{name}": line.first["services"][f"s:{name}"] | {"state": "paused"} for name in names
    }
    sockets.send(line.cutter.heartbeat(line.now) | {"set": {"services": services}})


def test_buttons_that_have_just_changed_are_deaf_to_a_second_tap(
    page: Page, host: PageHost, line: ShownLine
) -> None:
    sockets = opened_on(page, host, line)
    acts = page.locator("[data-service=quality] .acts")
    expect(acts.locator("[data-action=pause]")).to_be_visible()
    expect(acts).not_to_have_class(re.compile("fresh"))
    page.evaluate("""() => {
        const acts = document.querySelector("[data-service=quality] .acts");
        window.deaf = new Promise((tell) => new MutationObserver(() => {
            const button = acts.querySelector("[data-action=resume]");
            if (button) tell(getComputedStyle(button).pointerEvents);
        }).observe(acts, { childList: true, attributes: true }));
    }""")
    paused(line, sockets, "quality")
    assert page.evaluate("window.deaf") == "none"
    expect(acts).not_to_have_class(re.compile("fresh"))
    acts.locator("[data-action=resume]").click()
    assert host.posted(page, 1) == [("/act/services/quality/resume", {})]


def test_a_second_enter_does_not_press_what_has_just_come_under_the_focus(
    page: Page, host: PageHost, line: ShownLine
) -> None:
    sockets = opened_on(page, host, line)
    acts = page.locator("[data-service=quality] .acts")
    acts.locator("[data-action=pause]").focus()
    page.keyboard.press("Enter")
    # The very moment at which Resume stands under the focus, a second Enter comes.
    page.evaluate("""() => {
        const acts = document.querySelector("[data-service=quality] .acts");
        window.second = new Promise((tell) => new MutationObserver((_, watch) => {
            const button = acts.querySelector("[data-action=resume]");
            if (!button || document.activeElement !== button) return;
            watch.disconnect();
            button.click();
            tell();
        }).observe(acts, { childList: true, attributes: true }));
    }""")
    paused(line, sockets, "quality")
    page.evaluate("window.second")
    resume = acts.locator("[data-action=resume]")
    expect(resume).to_be_focused()
    expect(acts).not_to_have_class(re.compile("fresh"))
    page.keyboard.down("Enter")
    page.keyboard.down("Enter")  # held: a browser repeats it
    page.keyboard.up("Enter")
    pressed = [path.rpartition("/")[2] for path, _ in host.posted(page, 2)]
    assert pressed == ["pause", "resume"]


def test_the_header_of_a_phone_is_as_high_when_something_is_paused_or_held(
    open_page: Open, host: PageHost, line: ShownLine
) -> None:
    page = open_page(360, 740)
    sockets = opened_on(page, host, line)
    expect(page.locator("[data-service=quality]")).to_be_visible()
    high = "document.querySelector('.head').getBoundingClientRect().height"
    before = page.evaluate(high)
    paused(line, sockets, "quality")
    expect(page.locator("#pills [data-tone=paused]")).to_be_visible()
    assert page.evaluate(high) == before
    page.locator("#hold").click()
    expect(page.locator("#connection")).to_have_text("Held by you; connected")
    assert page.evaluate(high) == before
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


def test_of_pills_that_have_no_room_for_their_words_none_is_cut(
    open_page: Open, host: PageHost, line: ShownLine
) -> None:
    page = open_page(1366, 768)
    sockets = opened_on(page, host, line)
    for _ in range(3):
        line.second()
    sockets.send(line.delta())
    expect(page.locator("#headline")).to_be_visible()
    words = page.locator("#pills em").first
    expect(words).to_be_visible()
    wide = words.evaluate("(one) => one.clientWidth")
    quality = line.key()["services"]["s:quality"]
    states = ("another kind", "restarting", "rebalancing")
    others = {f"s:{state}": quality | {"name": state, "state": state} for state in states}
    sockets.send(line.cutter.heartbeat(line.now) | {"set": {"services": others}})
    expect(page.locator("#pills li")).to_have_count(4)
    cut = "(pills) => pills.scrollWidth - pills.clientWidth"
    assert page.locator("#pills").evaluate(cut) <= 0
    assert words.evaluate("(one) => one.clientWidth") < wide


def test_what_is_said_of_a_paused_source_is_not_cut_by_its_button(
    open_page: Open, host: PageHost
) -> None:
    page = open_page(1366, 768)
    line = ShownParts()
    sockets = opened_on(page, host, line)
    line.plug_in()
    line.second()
    sockets.send(line.delta())
    expect(page.locator("[data-service=analytics]")).to_be_visible()
    scanner = line.key()["services"]["s:scanner"]
    paused = scanner | {"state": "paused", "want": {"mode": "paused", "until_at": None}}
    sockets.send(line.cutter.heartbeat(line.now) | {"set": {"services": {"s:scanner": paused}}})
    card = page.locator("[data-service=scanner]")
    expect(card.locator(".detail")).to_have_text("writes nothing")
    button = card.locator("[data-action=resume]")
    expect(button).to_be_visible()
    top = button.evaluate("(one) => one.getBoundingClientRect().top")
    assert card.locator(".detail").evaluate("(one) => one.getBoundingClientRect().bottom") < top


def test_a_folded_panel_stays_folded_over_a_reload(page: Page, host: PageHost) -> None:
    line = ShownLine()
    opened_on(page, host, line)
    expect(page.locator("#panel")).to_be_visible()
    page.locator("#fold").click()
    page.reload()
    expect(page.locator("[data-service=quality]")).to_be_visible()
    expect(page.locator("#panel")).to_be_hidden()
    expect(page.locator("#fold")).to_have_attribute("aria-expanded", "false")
    page.locator("#fold").click()
    page.reload()
    expect(page.locator("#panel")).to_be_visible()


def test_a_page_that_only_looks_is_not_told_to_pause_anything(
    page: Page, host: PageHost, line: ShownLine
) -> None:
    host.may_act = False
    opened_on(page, host, line)
    expect(page.locator("#reports-none")).to_have_text(re.compile("^None yet"))
    host.may_act = True
    page.reload()
    expect(page.locator("#reports-none")).to_have_text(re.compile("^Pause a service"))


def test_what_was_known_before_the_cluster_went_away_is_told_of_then_and_not_of_now(
    page: Page, host: PageHost, line: ShownLine
) -> None:
    sockets = opened_on(page, host, line)
    card = page.locator("[data-service=quality]")
    pills = page.locator("#pills li")
    expect(page.locator("body.stale")).to_have_count(0)
    for reachable, pale, tone, lag, unit, legend in (
        (False, 1, "unknown", "\u2013", "not known", "\u2013"),
        (True, 0, "running", "0", "behind", "0"),
    ):
        line.picture.observe(ClusterSeen(line.now, reachable=reachable, bootstrap="127.0.0.1:9092"))
        sockets.send(line.delta())
        expect(page.locator("body.stale")).to_have_count(pale)
        expect(card).to_have_attribute("data-tone", tone)
        expect(card.locator("[data-role=state]")).to_have_text("Running")
        expect(card.locator("[data-role=lag]")).to_have_text(lag)
        expect(card.locator(".lag")).to_contain_text(unit)
        expect(page.locator("#legend strong").first).to_have_text(legend)
        expect(pills).to_have_attribute("data-tone", tone)
    line.picture.observe(ClusterSeen(line.now, reachable=False, bootstrap="127.0.0.1:9092"))
    sockets.send(line.delta())
    expect(card.locator(".detail")).to_have_text(re.compile(r"^as of \d\d:\d\d:\d\d$"))
    expect(card.locator(".lag")).to_have_attribute(
        "title", re.compile("^Not known since .*; then 0")
    )
