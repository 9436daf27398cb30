"""The demonstration as a whole: its Kafka, starting over, and services in the tray."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from dashboard.frames.cutter import FrameCutter
from tests.browser.page_host import PageHost
from tests.browser.shown_line import ShownLine, Sockets, opened_on

ACTIONS = ("broker-kill", "broker-restart", "start-over")
PAINTED = """([share, name]) => new Promise((tell) => requestAnimationFrame(() => {
    const chart = document.getElementById("chart");
    const { data } = chart.getContext("2d").getImageData(chart.width * share, 0, 1, chart.height);
    const want = getComputedStyle(document.body).getPropertyValue(name).trim();
    const [r, g, b] = [1, 3, 5].map((i) => parseInt(want.slice(i, i + 2), 16));
    const is = (i) => data[i] === r && data[i + 1] === g && data[i + 2] === b;
    tell(data.some((_, i) => i % 4 === 0 && is(i)));
}))"""

COVERED_BY_WHAT_IS_SAID = """() => {
    const said = document.querySelector("#said p").getBoundingClientRect();
    const all = document.querySelectorAll(".node, .tile, .panel, .tape-card, .head > *:not(.said)");
    return [...all].filter((one) => {
        const { left, right, top, bottom } = one.getBoundingClientRect();
        return left < said.right && right > said.left && top < said.bottom && bottom > said.top;
    }).map((one) => one.textContent);
}"""


@pytest.fixture
def line() -> ShownLine:
    made = ShownLine()
    broker = {"phase": "running", "restarts": 1, "reason": None, "at": 0}
    made.first["cluster"] |= {"demo": True, "broker": broker, "actions": dict.fromkeys(ACTIONS)}
    return made


def tell(line: ShownLine, sockets: Sockets, **more: Any) -> None:
    sockets.send(line.cutter.heartbeat(line.now) | {"set": more})


def posted(page: Page, host: PageHost, count: int) -> list[str]:
    return [path for path, _ in host.posted(page, count)]


def press(sheet: Locator, name: str) -> None:
    sheet.locator(f"[data-press={name}]").click()


def test_kafka_is_killed_and_restarted_from_the_header(
    page: Page, host: PageHost, sockets: Sockets, line: ShownLine
) -> None:
    sheet = page.locator("#sheet")
    page.locator("#whole").click()
    expect(sheet).to_contain_text("Kafka running, started again 1 time")
    press(sheet, "broker-kill")
    # What happens now is seen in the picture, and what was said of it beside.
    expect(sheet).to_be_hidden()
    expect(page.locator("#said p")).to_be_visible()
    page.locator("#whole").click()
    press(sheet, "broker-restart")
    expect(sheet).to_be_hidden()
    assert posted(page, host, 2) == ["/act/whole/broker-kill", "/act/whole/broker-restart"]
    page.locator("#whole").click()
    away = line.first["cluster"] | {"actions": dict.fromkeys(ACTIONS, "Kafka is not running.")}
    tell(line, sockets, cluster=away)
    expect(sheet.locator("[data-press=broker-kill]")).to_have_attribute("aria-disabled", "true")
    expect(sheet.locator("[data-act=broker-kill]")).to_contain_text("Kafka is not running.")


def test_starting_over_asks_once_and_can_be_left(
    page: Page, host: PageHost, sockets: Sockets, line: ShownLine
) -> None:
    sheet = page.locator("#sheet")
    page.locator("#whole").click()
    press(sheet, "start-over")
    expect(sheet.locator("[data-act=start-over]")).to_contain_text("is deleted")
    press(sheet, "start-over-not")
    expect(sheet.locator("[data-press=start-over-sure]")).to_be_hidden()
    expect(sheet.locator(".acts-list")).not_to_have_class(re.compile("fresh"))
    # By keys the first Enter asks, and what then has the focus is the harmless answer.
    sheet.locator("[data-press=start-over]").focus()
    page.keyboard.press("Enter")
    expect(sheet.locator("[data-press=start-over-not]")).to_be_focused()
    assert host.acts == []
    expect(sheet.locator(".acts-list")).not_to_have_class(re.compile("fresh"))
    press(sheet, "start-over-sure")
    assert posted(page, host, 1) == ["/act/whole/start-over"]
    expect(sheet).to_be_hidden()
    tell(line, sockets, cluster=line.first["cluster"] | {"starting_over": True})
    expect(page.locator("#connection")).to_have_text("Starting over")


def test_on_a_cluster_of_somebody_else_there_is_no_such_menu(page: Page, host: PageHost) -> None:
    line = ShownLine()
    line.first["cluster"]["demo"] = False
    opened_on(page, host, line)
    expect(page.locator("#whole")).to_be_hidden()


def test_after_starting_over_the_chart_begins_anew(
    page: Page, host: PageHost, line: ShownLine
) -> None:
    at = [line.now - 1000 * n for n in range(110, 0, -1)]
    host.api["/api/lag"] = {"at": at, "groups": {"quality": [40] * len(at)}}
    sockets = opened_on(page, host, line)
    page.wait_for_function(PAINTED, arg=[0.3, "--g4"])
    host.api["/api/lag"] = {"at": [], "groups": {}}
    line.cutter = FrameCutter("epoch-2")
    line.second()
    sockets.send(line.key())
    page.wait_for_function(f"async (a) => !(await ({PAINTED})(a))", arg=[0.3, "--g4"])


def test_a_service_in_the_tray_is_plugged_in_and_gets_a_card(
    page: Page, host: PageHost, sockets: Sockets, line: ShownLine
) -> None:
    one = line.first["services"]["s:quality"]
    new = one | {"name": "analytics", "on_request": True, "ever_started": False, "groups": []}
    new |= {"state": "stopped", "lag": None, "actions": dict.fromkeys(one["actions"])}
    tell(line, sockets, services={"s:analytics": new})
    tile = page.locator("[data-plug=analytics]")
    expect(tile).to_have_text(re.compile("Plug in analytics.*Reads parts.scanned, from the start"))
    expect(page.locator("[data-service=analytics]")).to_have_count(0)
    expect(page.locator("#pills")).not_to_contain_text("stopped")
    tile.click()
    assert posted(page, host, 1) == ["/act/services/analytics/start"]
    expect(page.locator("#said p")).to_be_visible()
    assert page.evaluate(COVERED_BY_WHAT_IS_SAID) == []
    tell(line, sockets, services={"s:analytics": new | {"ever_started": True, "state": "starting"}})
    expect(tile).to_have_count(0)
    expect(page.locator("#tray")).to_be_hidden()
    expect(page.locator("[data-service=analytics]")).to_be_visible()
