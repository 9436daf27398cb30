"""A stage higher than its room: how much is below is said, and what is offered stays in sight."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.conftest import Open
from tests.browser.page_host import PageHost
from tests.browser.shown_line import ShownLine, opened_on
from tests.browser.shown_parts import ShownParts


def test_where_cards_stand_below_the_edge_of_the_stage_it_says_how_many(
    open_page: Open, host: PageHost
) -> None:
    page = open_page(1366, 768)
    opened_on(page, host, ShownLine(tuple(f"reader-{n}" for n in range(9))))
    below = page.locator("body > .below")
    expect(below).to_have_text(re.compile(r"^[1-9] cards? below$"))
    page.locator("#stage").evaluate("(stage) => stage.scrollTo(0, stage.scrollHeight)")
    expect(below).to_be_hidden()
    phone = open_page(390, 844)
    opened_on(phone, host, ShownLine())
    expect(phone.locator("body > .below")).to_be_hidden()


def test_where_all_is_scrolled_what_is_offered_stands_below_the_stage(
    open_page: Open, host: PageHost
) -> None:
    page = open_page(1366, 768)
    line = ShownParts()
    sockets = opened_on(page, host, line)
    tile = page.locator("#tray .tile").first
    stage = page.locator("#stage")
    over = """([tile, stage]) => stage.getBoundingClientRect().bottom
        - tile.getBoundingClientRect().top"""
    both = [tile.element_handle(), stage.element_handle()]
    assert page.evaluate(over, both) > 0, "there is room for it"
    quality = line.key()["services"]["s:quality"]
    names = [f"reader-{n}" for n in range(9)]
    more = {f"s:{name}": quality | {"name": name, "groups": []} for name in names}
    sockets.send(line.cutter.heartbeat(line.now) | {"set": {"services": more}})
    expect(page.locator("body > .below")).to_have_text(re.compile("cards? below$"))
    above = """([tile]) => document.querySelector("#tape").getBoundingClientRect().top
        - tile.getBoundingClientRect().bottom"""
    for height in (768, 720):
        page.set_viewport_size({"width": 1366, "height": height})
        page.wait_for_function(f"(both) => ({above})(both) >= 0 && ({over})(both) <= 0", arg=both)
    page.set_viewport_size({"width": 390, "height": 844})
    expect(stage).not_to_have_attribute("style", re.compile("margin-bottom"))
