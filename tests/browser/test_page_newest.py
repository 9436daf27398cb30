"""The newest events of a topic, also of one that nobody reads, opened from where it stands."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Open
from tests.browser.page_host import PageHost
from tests.browser.shown_line import TOPIC, opened_on
from tests.browser.shown_parts import ShownParts

UNREAD = "labels.printed"
HOSTILE = "<img src=x onerror=alert(1)>\u202e\n{}"


def record(topic: str, offset: int, **more: Any) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "topic": topic,
        "partition": 0,
        "offset": offset,
        "at": 0,
        "key": f"{HOSTILE} #{offset}",
        "headers": [],
        "form": "text",
        "text": f"{HOSTILE} {offset}",
        "size": 40,
        "truncated": False,
        "notes": [],
    }
    return fields | more


@pytest.fixture
def line(host: PageHost) -> ShownParts:
    made = ShownParts()
    made.second()
    made.first = made.key()
    for topic in (UNREAD, TOPIC):
        records = [record(topic, offset) for offset in range(3)]
        records[1] |= {"key": None, "form": "none", "text": None}
        host.api[f"/api/topics/{topic}/events"] = records
        host.api[f"/api/topics/{topic}/events/0/2"] = records[2]
    return made


def opened(page: Page, host: PageHost, line: ShownParts) -> tuple[Locator, Locator]:
    opened_on(page, host, line)
    return page.locator(f"[data-topic='{UNREAD}']"), page.locator("#sheet")


def test_a_topic_that_nobody_reads_shows_its_newest_events_as_text(
    page: Page, host: PageHost, line: ShownParts
) -> None:
    dialogs: list[str] = []
    page.on("dialog", lambda dialog: dialogs.append(dialog.message))
    chip, sheet = opened(page, host, line)
    chip.click()
    expect(page.locator("#sheet-title")).to_have_text(UNREAD)
    expect(sheet).to_contain_text("nobody reads it")
    rows = sheet.locator("[data-event]")
    expect(rows).to_have_count(3)
    expect(rows.nth(0)).to_contain_text("<img src=x onerror=alert(1)>\\u202e\n{} #2")
    expect(rows.nth(1)).to_contain_text("no key")
    expect(rows.nth(1)).to_contain_text("no value")
    whole = "(body) => body.scrollHeight <= body.clientHeight"
    page.wait_for_function(whole, arg=page.locator("#sheet-body").element_handle())
    rows.nth(0).click()
    expect(sheet.locator("[data-record]")).to_have_attribute("data-record", f"{UNREAD}/0/2")
    expect(sheet.locator("pre")).to_contain_text("<img src=x")
    sheet.locator("[data-press=newest]").click()
    expect(rows).to_have_count(3)
    host.api[f"/api/topics/{UNREAD}/events"] = []
    sheet.locator("[data-press=newest-again]").click()
    expect(sheet.locator(".record-none")).to_have_text("There is no event on it.")
    assert sheet.locator("img, script").count() == 0
    assert dialogs == []


def test_it_is_opened_by_keys_and_closed_again_where_the_mouse_opened_it_space_holds(
    page: Page, host: PageHost, line: ShownParts
) -> None:
    chip, sheet = opened(page, host, line)
    chip.focus()
    page.keyboard.press("Enter")
    expect(sheet.locator("[data-event]")).to_have_count(3)
    page.keyboard.press("Escape")
    expect(sheet).to_be_hidden()
    expect(page.locator("#holding")).to_be_hidden()
    page.locator(f"[data-topic='{TOPIC}'] .topic-head").click()
    expect(page.locator("#sheet-title")).to_have_text(TOPIC)
    expect(sheet).to_contain_text("read by 3 groups")
    page.keyboard.press("Escape")
    page.keyboard.press("Space")
    expect(page.locator("#holding")).to_be_visible()


def test_where_the_server_gives_none_the_sheet_says_so(
    open_page: Open, host: PageHost, line: ShownParts
) -> None:
    page = open_page(390, 844, has_touch=True)
    del host.api[f"/api/topics/{UNREAD}/events"]
    chip, sheet = opened(page, host, line)
    chip.tap()
    expect(sheet.locator(".record-none")).to_contain_text("The server did not give")
    inside = "() => document.documentElement.scrollWidth <= innerWidth"
    assert page.evaluate(inside)


def test_beside_the_newest_events_of_a_topic_its_belt_and_its_readers_are_seen(
    open_page: Open, host: PageHost, line: ShownParts
) -> None:
    page = open_page(1366, 768)
    host.api[f"/api/topics/{TOPIC}/events"] = [record(TOPIC, offset) for offset in range(20)]
    _, sheet = opened(page, host, line)
    page.locator(f"[data-topic='{TOPIC}'] .topic-head").click()
    expect(sheet.locator(".newest-list li")).to_have_count(20)
    over = sheet.bounding_box()
    assert over is not None
    for card in (f"[data-topic='{TOPIC}']", "[data-service=quality]", "[data-service=shipping]"):
        box = page.locator(card).bounding_box()
        assert box is not None
        assert box["x"] >= over["x"] + over["width"], card
    page.keyboard.press("Escape")
    expect(sheet).to_be_hidden()
    scanner = page.locator("[data-service=scanner]").bounding_box()
    assert scanner is not None
    assert scanner["x"] >= 0
