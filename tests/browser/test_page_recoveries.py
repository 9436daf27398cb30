"""The recoveries at the side of the page."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Open
from tests.browser.page_host import PageHost
from tests.browser.shown_line import opened_on
from tests.browser.shown_parts import ShownParts
from tests.browser.shown_report import REPORT


@pytest.mark.parametrize("readers", [3, 4])
def test_the_newest_recovery_is_seen_whole_on_a_laptop_however_many_are_below(
    open_page: Open, host: PageHost, readers: int
) -> None:
    page = open_page(1366, 768)
    line = ShownParts()
    sockets = opened_on(page, host, line)
    if readers == 4:
        line.plug_in()
        line.second()
        sockets.send(line.delta())
        expect(page.locator("#legend li")).to_have_count(4)
    crashed = {
        **{"instances": ["quality-2"], "of": 3, "went_on": True, "taken_over_seconds": 7.2},
        **{"kind": "crash", "lag_highest": 18, "duplicates": 1, "catch_up_seconds": 1.8},
        **{"group": "quality", "began_at": line.now, "ended_at": line.now + 20_000},
    }
    before = {f"old-{n}": REPORT | {"id": f"old-{n}"} for n in range(8)}
    reports = before | {"new": REPORT | crashed | {"id": "new"}}
    sockets.send(line.cutter.heartbeat(line.now) | {"set": {"reports": reports}})
    newest = page.locator("#reports .report").first
    expect(newest).to_contain_text("the other 2 went on and took over its work")
    expect(newest).to_contain_text("caught up in 1.8 s")
    below = page.locator(".reports > .below")
    expect(below).to_have_text(re.compile("^[67] recoveries below$"))
    bottom = newest.evaluate("(one) => one.getBoundingClientRect().bottom")
    assert bottom <= below.evaluate("(one) => one.getBoundingClientRect().top")
    panel = "(panel) => panel.scrollHeight - panel.clientHeight"
    assert page.locator("#panel").evaluate(panel) <= 0
