"""What opens on a press: a service with its instances and facts, an event with its payload."""

from __future__ import annotations

import json
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Open
from tests.browser.page_host import PageHost
from tests.browser.shown_line import TOPIC, ShownLine, Sockets, opened_on

HOSTILE = "<img src=x onerror=alert(1)><script>alert(2)</script>"
INSIDE = """(sheet) => {
    const { left, top, right, bottom } = sheet.getBoundingClientRect();
    return left >= 0 && top >= 0 && right <= innerWidth && bottom <= innerHeight
        && document.documentElement.scrollWidth <= innerWidth;
}"""

DRAWN = """() => new Promise((done) =>
    requestAnimationFrame(() => requestAnimationFrame(() => requestAnimationFrame(done))))"""


def record(offset: int, **more: Any) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "topic": TOPIC,
        "partition": 0,
        "offset": offset,
        "at": 0,
        "key": "Gear",
        "headers": [["ce_source", "scanner"], ["empty", None]],
        "form": "json",
        "text": json.dumps({"part": HOSTILE, "n": offset}),
        "size": 80,
        "truncated": False,
        "notes": ["masked: token"],
    }
    return fields | more


@pytest.fixture
def line(host: PageHost) -> ShownLine:
    made = ShownLine(key=HOSTILE)
    for offset in range(made.made):
        host.api[f"/api/topics/{TOPIC}/events/0/{offset}"] = record(offset)
    one = made.first["services"]["s:quality"]
    instance = one["instances"][0]
    made.first["services"]["s:quality"] = one | {
        "facts": {"ok since start": 488, HOSTILE: None},
        "instances": [
            instance | {"partitions": {TOPIC: [0, 2]}},
            instance | {"instance": "quality-2", "state": "crashed", "group": "left", "pid": None},
        ],
    }
    return made


@pytest.fixture
def sheet(page: Page, sockets: Sockets) -> Locator:
    return page.locator("#sheet")


def test_a_service_shows_its_instances_and_what_it_says_of_itself(
    page: Page, sheet: Locator, sockets: Sockets, line: ShownLine
) -> None:
    page.locator("[data-service=quality] .more").click()
    expect(page.locator("#sheet-title")).to_have_text("quality")
    first, second = (sheet.locator(f"[data-instance=quality-{n}]") for n in (1, 2))
    expect(first).to_contain_text("partitions 0, 2")
    expect(second).to_contain_text("crashed")
    expect(second).to_contain_text("left the group")
    expect(sheet.locator(".facts")).to_contain_text("488")
    expect(sheet.locator(".facts dd", has_text="not known")).to_have_count(1)
    assert sheet.evaluate(INSIDE)

    one = line.first["services"]["s:quality"]
    told = {"s:quality": one | {"facts": {"ok since start": 490}, "state": "paused"}}
    sockets.send(line.cutter.heartbeat(line.now) | {"set": {"services": told}})
    expect(sheet.locator(".about-state")).to_contain_text("Paused")
    expect(sheet.locator(".facts")).to_have_text("ok since start490")

    gone = {"del": {"services": ["s:quality"]}}
    sockets.send(line.cutter.heartbeat(line.now) | gone)
    expect(sheet).to_be_hidden()


def test_a_service_is_opened_and_closed_by_keys_and_the_focus_comes_back(
    page: Page, sheet: Locator
) -> None:
    more = page.locator("[data-service=quality] .more")
    page.locator("[data-service=quality] [data-action=pause60]").focus()
    page.keyboard.press("Tab")
    expect(more).to_be_focused()
    page.keyboard.press("Enter")
    expect(sheet).to_be_visible()
    expect(sheet).to_be_focused()
    expect(more).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("Enter")
    expect(sheet).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.locator("#sheet-close")).to_be_focused()
    page.keyboard.press("Escape")
    expect(sheet).to_be_hidden()
    expect(more).to_be_focused()
    expect(more).to_have_attribute("aria-expanded", "false")


def test_a_press_on_a_card_opens_it_and_a_drag_does_not(page: Page, sheet: Locator) -> None:
    name = page.locator("[data-service=quality] .name")
    name.click()
    expect(sheet).to_be_visible()
    page.mouse.click(5, 500)
    expect(sheet).to_be_hidden()
    box = name.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 20, box["y"] + 10)
    page.mouse.down()
    page.mouse.move(box["x"] + 80, box["y"] + 60, steps=3)
    page.mouse.up()
    expect(page.locator("#tidy")).to_be_visible()
    expect(sheet).to_be_hidden()
    # The mouse opened it, so space holds the picture, whatever was opened before.
    name.click()
    page.keyboard.press("Escape")
    page.keyboard.press("Space")
    expect(page.locator("#holding")).to_be_visible()


def test_an_event_of_the_tape_shows_its_payload_as_text(
    page: Page, sheet: Locator, sockets: Sockets, line: ShownLine
) -> None:
    dialogs: list[str] = []
    page.on("dialog", lambda dialog: dialogs.append(dialog.message))
    page.locator(".tape-card").nth(2).click()
    expect(page.locator("#sheet-title")).to_have_text(HOSTILE)
    expect(sheet.locator("pre")).to_have_text(json.dumps({"part": HOSTILE, "n": 5}))
    expect(sheet.locator(".record-headers")).to_contain_text("ce_source")
    expect(sheet).to_contain_text("masked: token")
    expect(sheet.locator(".record-marks li")).to_have_text(["qualityhandled", "inventoryhandled"])
    assert sheet.locator("img, script").count() == 0
    assert dialogs == []
    assert sheet.evaluate(INSIDE)
    shown = page.locator(".tape-card").first.get_attribute("title")
    line.second()
    sockets.send(line.delta())
    expect(page.locator("[data-topic='parts.scanned'] .count")).to_contain_text("16")
    expect(page.locator("#tape-note")).to_have_text("held while you look at it")
    assert page.locator(".tape-card").first.get_attribute("title") == shown
    page.keyboard.press("Escape")
    expect(sheet).to_be_hidden()
    page.mouse.move(5, 5)
    expect(page.locator("#tape-note")).to_have_text("")


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (record(7, form="none", text=None, size=0, notes=["no value: deletes"]), "no value"),
        (record(7, form="bytes", text="00 ff", notes=["not text in UTF-8"]), "bytes, in hexa"),
        (None, "The server did not give this event (404)."),
    ],
)
def test_an_event_without_a_legible_payload_says_so(
    page: Page, host: PageHost, sheet: Locator, answer: object, words: str
) -> None:
    path = f"/api/topics/{TOPIC}/events/0/7"
    host.api[path] = answer
    if answer is None:
        del host.api[path]
    page.locator(".tape-card").first.click()
    expect(sheet.locator(".record-rest")).to_contain_text(words)


def test_an_item_on_a_belt_opens_the_event_that_lies_there(page: Page, sheet: Locator) -> None:
    page.evaluate(DRAWN)
    box = page.locator("canvas.strip").bounding_box()
    assert box is not None
    drawn = box["width"] / 416
    page.mouse.click(box["x"] + (20 + 24 * 2 + 7) * drawn, box["y"] + 34 * drawn)
    expect(sheet.locator("[data-record]")).to_have_attribute("data-record", f"{TOPIC}/0/5")
    expect(sheet.locator("pre")).to_contain_text('"n": 5')


SAID_IS_READ = """() => {
    const at = (what) => document.querySelector(what).getBoundingClientRect();
    const layer = (what) => Number(getComputedStyle(document.querySelector(what)).zIndex);
    return at("#said p").top >= at("#title").bottom && layer(".head") > layer("#shade");
}"""


def test_on_a_phone_a_sheet_comes_from_below(open_page: Open, host: PageHost) -> None:
    page = open_page(360, 740, has_touch=True)
    opened_on(page, host, ShownLine())
    page.locator("[data-service=quality] .more").tap()
    sheet = page.locator("#sheet")
    expect(sheet).to_be_visible()
    assert sheet.evaluate(INSIDE)
    assert sheet.evaluate("(sheet) => innerHeight - sheet.getBoundingClientRect().bottom") == 0
    page.evaluate("htmx.ajax('POST', '/act/services/quality/pause', { target: '#said' })")
    expect(page.locator("#said p")).to_be_visible()
    # Above what is dimmed behind the sheet, and clear of the title.
    page.wait_for_function(SAID_IS_READ)
    page.locator("#shade").tap(position={"x": 20, "y": 20})
    expect(sheet).to_be_hidden()
