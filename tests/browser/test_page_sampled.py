"""A flood is sampled: what the page then says is no more than what is known."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from dashboard.picture import observations as seen
from tests.browser.page_host import PageHost
from tests.browser.shown_line import TOPIC, opened_on
from tests.browser.shown_parts import ShownParts

SPILLS = """() => [...document.querySelectorAll(".count, .ledger dd")]
    .filter((one) => one.scrollWidth > one.clientWidth + 1).map((one) => one.textContent)"""


def test_while_the_flow_is_sampled_the_page_says_so_and_calls_nothing_known_that_is_not(
    sized: Page, host: PageHost
) -> None:
    page, line = sized, ShownParts()
    sockets = opened_on(page, host, line)
    note = page.locator("#tape-note")
    belt = page.locator(f"[data-topic='{TOPIC}'] .count")
    chip = page.locator("[data-topic='parts.graded'] .count")
    duplicates = page.locator("[data-ledger=duplicates]")
    sockets.go_on(line, 2)
    expect(note).to_have_text("")
    expect(duplicates).to_have_attribute("data-value", "0")

    topics = frozenset({TOPIC, "parts.graded", "stock.changed", "labels.printed"})
    line.picture.observe(seen.SamplingSeen(line.now, topics, dropped=0))
    line.second(made=6800)
    sockets.send(line.delta())
    many = re.compile(r"^a few of (many|[\d\u202f.]+ a second) shown: the flow is sampled$")
    expect(note).to_have_text(many)
    expect(belt).to_have_text(re.compile("^6\u202f8\\d\\d events, sampled$"))
    expect(chip).to_have_text(re.compile("sampled$"))
    expect(duplicates).to_have_text("\u2013")
    expect(duplicates.locator("..")).to_have_attribute("title", re.compile("sampled"))
    assert page.evaluate(SPILLS) == []

    line.picture.observe(seen.SamplingSeen(line.now, frozenset(), dropped=0))
    sockets.go_on(line, 2)
    expect(note).to_have_text("")
    expect(belt).to_have_text(re.compile(" events$"))


def test_marks_of_what_is_not_known_are_explained_where_there_are_any(
    page: Page, host: PageHost
) -> None:
    line = ShownParts()
    sockets = opened_on(page, host, line)
    key = page.locator("#key-unsure")
    expect(page.locator("#tape-cards .mark.on").first).to_be_visible()
    expect(key).to_be_hidden()
    edge = f"r:t:{TOPIC}>g:quality"
    untold = line.first["edges"][edge] | {"committed": {}, "lag": 5}
    sockets.send(line.cutter.heartbeat(line.now) | {"set": {"edges": {edge: untold}}})
    expect(page.locator("#tape-cards .mark.unsure").first).to_be_visible()
    expect(key).to_be_visible()
    expect(key).to_have_text("not known")
