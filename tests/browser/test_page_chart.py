"""The chart beside the flow: what it cuts off it says."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.page_host import PageHost
from tests.browser.shown_line import ShownLine, opened_on


def test_a_backlog_that_is_past_does_not_flatten_what_waits_now(page: Page, host: PageHost) -> None:
    line = ShownLine()
    host.api["/api/lag"] = {"at": [line.now - 40_000], "groups": {"inventory": [6004]}}
    sockets = opened_on(page, host, line)
    cut = page.locator("#chart-cut")
    expect(cut).to_have_text("")
    sockets.go_on(line, 3, idle=("quality",))
    expect(page.locator("#legend li", has_text="quality").locator("strong")).to_have_text("24")
    expect(cut).to_have_text("cut off at 50")
    expect(cut).to_have_attribute(
        "title",
        "Above the chart, at most: inventory 6\u202f004. To that scale the others would be flat",
    )
    sockets.go_on(line, 1)
    expect(page.locator("#legend li", has_text="quality").locator("strong")).to_have_text("0")
