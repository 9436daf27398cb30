"""After one Pause that halted both lines: what it cost each of them, one above the other."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import LAPTOP_AND_PROJECTOR, Open
from tests.browser.page_host import PageHost
from tests.browser.shown_report import DIRECT, REPORT
from tests.browser.shown_twin import ShownTwin
from tests.browser.test_page_twin import CUT, opened_with_both

DOWN = {"state": "down", "down_seconds": None, "ended_at": None}


@pytest.fixture
def line() -> ShownTwin:
    return ShownTwin()


def told(page: Page, host: PageHost, line: ShownTwin, *reports: dict[str, Any]) -> None:
    sockets = opened_with_both(page, host, line)
    expect(page.locator("#twin article")).to_have_count(4)
    now = line.now - 15_000
    given = {f"r{n}": one | {"id": f"r{n}", "began_at": now - n} for n, one in enumerate(reports)}
    sockets.send(line.cutter.heartbeat(line.now) | {"set": {"reports": given}})


@pytest.mark.parametrize("size", LAPTOP_AND_PROJECTOR)
@pytest.mark.parametrize("state", ["recovered", "down"])
def test_both_are_seen_at_once_that_over_the_log_above(
    open_page: Open, host: PageHost, line: ShownTwin, size: tuple[int, int], state: str
) -> None:
    page = open_page(*size)
    more = DOWN if state == "down" else {}
    older = REPORT | {"kind": "crash"}
    told(page, host, line, DIRECT | more, REPORT | {"lag": 120} | more, older)
    expect(page.locator("#reports .report")).to_have_count(3)
    log, direct, _ = page.locator("#reports .report").all()
    expect(log).to_contain_text("quality paused")
    expect(direct).to_contain_text("quality-direct paused")
    expect(direct).to_contain_text("241 refused or timed out")
    if state == "recovered":
        expect(log.locator(".verdict .good").first).to_contain_text("0 lost")
        expect(direct.locator(".verdict .bad")).to_have_text("241 parts gone for good")
        expect(log).to_contain_text("caught up in 5.0 s")
    page.evaluate("document.fonts.ready")
    assert page.evaluate(CUT.replace(":first-child", ":nth-child(-n+2)")) == []


def test_on_a_phone_both_stand_below_the_service_that_was_pressed(
    open_page: Open, host: PageHost, line: ShownTwin
) -> None:
    page = open_page(390, 844)
    told(page, host, line, DIRECT, REPORT)
    expect(page.locator("#near .report:visible")).to_have_count(2)
    expect(page.locator("#near .report").nth(1)).to_contain_text("241 parts gone for good")
    expect(page.locator("#panel .reports")).to_be_hidden()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
