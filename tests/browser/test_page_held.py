"""Held means held, for as long as somebody explains; and then the truth at once."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Open
from tests.browser.page_host import PageHost
from tests.browser.patience import until
from tests.browser.shown_line import ShownLine, Sockets, opened_on
from tests.browser.shown_report import REPORT

SEEN = """async () => {
    // What was on its way when it was held comes to where it goes: bars, and then their names.
    const ends = (each) => each.effect.getComputedTiming().endTime !== Infinity;
    const going = document.getAnimations().filter(ends);
    await Promise.all(going.map((each) => each.finished.catch(() => null)));
    await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
    const html = (id) => document.getElementById(id).innerHTML;
    return {
        drawn: [...document.querySelectorAll("canvas")].map((canvas) => canvas.toDataURL()),
        said: ["nodes", "edges", "tape", "panel", "pills", "headline"].map(html),
    };
}"""
DOTS_MOVE = """() => {
    const canvas = document.getElementById("dots");
    const pen = canvas.getContext("2d");
    return pen.getImageData(0, 0, canvas.width, canvas.height).data.some((v) => v !== 0);
}"""


UNDER_WAY_MS = 200
"""After they left, dots are between two nodes."""


@pytest.fixture
def sockets(page: Page, host: PageHost, line: ShownLine) -> Sockets:
    """The page opened on the line, with dots on their way."""
    made = opened_on(page, host, line)
    go_on(page, line, made, 3)
    made.clock(line.now + UNDER_WAY_MS)
    page.wait_for_function(DOTS_MOVE)
    return made


def go_on(page: Page, line: ShownLine, sockets: Sockets, seconds: int) -> None:
    """So many seconds of the line, and until the page has taken the last of them."""
    sockets.go_on(line, seconds, idle=("quality",))
    last = line.cutter.seq

    def taken() -> bool:
        sockets.send(line.cutter.heartbeat(line.now))  # the page answers each tenth frame
        return max(sockets.acks, default=-1) >= last

    until(page, taken, f"frame {last} is acknowledged")


def seen(page: Page) -> dict[str, Any]:
    return dict(page.evaluate(SEEN))


def test_nothing_moves_while_it_is_held(page: Page, sockets: Sockets, line: ShownLine) -> None:
    page.keyboard.press("Space")
    before = seen(page)
    assert page.evaluate(DOTS_MOVE), "there is something that could move"
    go_on(page, line, sockets, 12)
    assert seen(page) == before


def test_a_thaw_shows_the_truth_at_once(page: Page, sockets: Sockets, line: ShownLine) -> None:
    page.keyboard.press("Space")
    go_on(page, line, sockets, 12)
    page.keyboard.press("Space")
    shown = page.evaluate(
        """async () => {
            await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
            return [document.querySelector("[data-service=quality] [data-role=lag]").dataset.value,
                    document.querySelector("[data-topic='parts.scanned'] .count").textContent,
                    document.querySelector(".tape-card").title];
        }"""
    )
    made = line.made
    assert shown == [
        str(made - line.done["quality"]),
        f"{made} events",
        f"parts.scanned, partition 0, offset {made - 1}",
    ]


def test_the_connection_is_told_truly_while_it_is_held(
    page: Page, sockets: Sockets, line: ShownLine
) -> None:
    page.keyboard.press("Space")
    expect(page.locator("#connection")).to_have_text("Held by you; connected")
    away = line.key()["cluster"] | {"reachable": False, "reason": "Nobody answers."}
    sockets.send(line.cutter.heartbeat(line.now) | {"set": {"cluster": away}})
    expect(page.locator("#connection")).to_have_text(
        re.compile("^Held by you; cluster unreachable")
    )
    sockets.go_away()
    expect(page.locator("#connection")).to_have_text(re.compile("^Held by you; reconnecting"))
    page.keyboard.press("Space")
    expect(page.locator("#connection")).not_to_have_text(re.compile("Held"))


def test_what_is_not_heard_any_more_is_not_green(
    page: Page, sockets: Sockets, line: ShownLine
) -> None:
    card = page.locator("[data-service=quality]")
    expect(card).to_have_attribute("data-tone", "running")
    expect(page.locator("#ledger .good")).not_to_have_count(0)
    bar = page.locator("[data-topic='parts.scanned'] .bars li").first
    expect(bar).not_to_have_class(re.compile("past"))
    sockets.go_away()
    expect(bar).to_have_class(re.compile("past"))
    expect(bar.locator("em")).to_have_text("")
    expect(bar).to_have_attribute("title", re.compile("as of"))
    expect(card).to_have_attribute("data-tone", "unknown")
    expect(card.locator("[data-role=state]")).to_have_text("Running")
    expect(card).to_contain_text("as of")
    expect(card.locator("[data-role=lag]")).to_have_attribute("data-value", "")
    expect(page.locator("#pills li:not([data-tone=unknown])")).to_have_count(0)
    expect(page.locator("#ledger .good")).to_have_count(0)


TICKED = "() => new Promise((done) => setTimeout(done, 600))"
"""The page looks at its countdowns each 250 ms."""


def test_a_report_is_not_counted_on_while_nothing_is_heard(
    page: Page, sockets: Sockets, line: ShownLine
) -> None:
    told = REPORT | {"id": "open", "state": "down", "resumed_at": None, "ended_at": None}
    told |= {"down_seconds": None, "began_at": line.now - 12_000, "lag": 40}
    sockets.send(line.cutter.heartbeat(line.now) | {"set": {"reports": {"open": told}}})
    title = page.locator("#reports .report h3 span")
    expect(title).to_have_text(re.compile("paused for 12.s$"))
    sockets.go_away()
    expect(page.locator("#reports .story")).to_have_text(re.compile("^122 waiting at most"))
    sockets.clock(line.now + 90_000)
    page.evaluate(TICKED)
    expect(title).to_have_text(re.compile("paused for 12.s$"))


def test_another_theme_paints_what_is_held_as_it_stood(
    page: Page, sockets: Sockets, line: ShownLine
) -> None:
    page.keyboard.press("Space")
    before = seen(page)
    assert page.evaluate(DOTS_MOVE), "there is something that could move"
    page.locator("#theme").click()
    dark = seen(page)
    assert dark["said"] == before["said"]
    assert all(a != b for a, b in zip(dark["drawn"], before["drawn"], strict=True))
    page.locator("#theme").click()
    assert len(seen(page)["drawn"]) == len(before["drawn"])


def test_the_tape_is_held_under_the_pointer_and_catches_up_after(
    page: Page, sockets: Sockets, line: ShownLine
) -> None:
    first = page.locator(".tape-card").first
    first.hover()
    expect(page.locator("#tape-note")).to_have_text("held while you look at it")
    held = first.get_attribute("title")
    go_on(page, line, sockets, 6)
    assert first.get_attribute("title") == held
    expect(page.locator("[data-service=quality] [data-role=lag]")).to_have_attribute(
        "data-value", str(line.made - line.done["quality"])
    )
    page.mouse.move(5, 5)
    expect(page.locator("#tape-note")).to_have_text("")
    newest = f"parts.scanned, partition 0, offset {line.made - 1}"
    expect(page.locator(".tape-card").first).to_have_attribute("title", newest)


def test_a_phone_is_held_and_goes_on_and_changes_its_theme_by_touch(
    open_page: Open, host: PageHost, line: ShownLine
) -> None:
    page = open_page(390, 844, has_touch=True)
    sockets = opened_on(page, host, line)
    lag = page.locator("[data-service=quality] [data-role=lag]")
    expect(lag).to_have_text("0")
    page.locator("#hold").tap()
    go_on(page, line, sockets, 2)
    expect(lag).to_have_text("0")
    page.locator("#go-on").tap()
    expect(lag).to_have_text("16")
    expect(page.locator("#holding")).to_be_hidden()
    paper = "getComputedStyle(document.body).backgroundColor"
    before = page.evaluate(paper)
    page.locator("#theme").tap()
    assert page.evaluate(paper) != before
