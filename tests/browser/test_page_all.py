"""What the header offers for all services at once."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Open
from tests.browser.page_host import PageHost
from tests.browser.shown_line import ShownLine, Sockets, opened_on

PRESS_BOTH = """([first, second, at, ms]) => {
    const press = (id, timeStamp) => {
        const event = new MouseEvent("click", { bubbles: true, cancelable: true });
        Object.defineProperty(event, "timeStamp", { value: timeStamp });
        document.getElementById(id).dispatchEvent(event);
    };
    press(first, at);
    press(second, at + ms);
}"""

CUT_OR_OVER = """() => {
    const all = [...document.querySelectorAll(".head-acts > button")].filter((b) => b.offsetWidth);
    const cut = all.filter((one) => one.scrollWidth > one.clientWidth + 1);
    const right = (one) => one.getBoundingClientRect().right;
    const over = all.filter((one, i) => i && one.getBoundingClientRect().left < right(all[i - 1]));
    const out = all.filter((one) => right(one) > innerWidth);
    return [...cut, ...over, ...out].map((one) => one.id);
}"""


def wish(line: ShownLine, sockets: Sockets, **modes: str) -> None:
    """What is wished of the services now."""
    services = line.first["services"]
    for name, mode in modes.items():
        services[f"s:{name}"] = services[f"s:{name}"] | {"want": {"mode": mode}}
    told = {f"s:{name}": dict(services[f"s:{name}"]) for name in modes}
    sockets.send(line.cutter.heartbeat(line.now) | {"set": {"services": told}})


@pytest.fixture
def line() -> ShownLine:
    """Every service can be paused, but for one that is not there until it is asked for."""
    made = ShownLine()
    services: dict[str, Any] = made.first["services"]
    for node, one in services.items():
        services[node] = one | {"actions": dict.fromkeys(one["actions"]), "want": None}
    away = {"name": "analytics", "on_request": True, "ever_started": False, "state": "stopped"}
    services["s:analytics"] = services["s:quality"] | away
    return made


def test_when_all_are_paused_all_can_be_resumed(
    page: Page, host: PageHost, sockets: Sockets, line: ShownLine
) -> None:
    pause, resume = page.locator("#pause-all"), page.locator("#resume-all")
    wish(line, sockets, scanner="paused", quality="paused")
    expect(page.locator("#pause-all")).to_be_visible()
    expect(resume).to_be_hidden()
    pause.focus()
    wish(line, sockets, inventory="paused")
    expect(resume).to_be_visible()
    expect(resume).to_be_focused()
    expect(pause).to_be_hidden()
    page.keyboard.press("Enter")
    assert host.posted(page, 1) == [("/act/all/resume", {})]
    wish(line, sockets, quality="running")
    expect(pause).to_be_visible()
    expect(resume).to_be_hidden()


def test_a_double_click_presses_one_of_two_buttons_that_stand_in_one_place(
    page: Page, host: PageHost, sockets: Sockets, line: ShownLine
) -> None:
    page.evaluate(PRESS_BOTH, ["pause-all", "resume-all", 1e6, 200])
    page.evaluate(PRESS_BOTH, ["right-all", "whole", 2e6, 200])
    assert [path for path, _ in host.posted(page, 2)] == ["/act/all/pause", "/act/all/right"]
    page.evaluate(PRESS_BOTH, ["pause-all", "resume-all", 3e6, 2000])
    posted = [path for path, _ in host.posted(page, 4)]
    assert sorted(posted) == ["/act/all/pause"] * 2 + ["/act/all/resume", "/act/all/right"]
    # The third of three in a hurry comes no later than the second.
    page.evaluate(PRESS_BOTH, ["pause-all", "resume-all", 5e6, 200])
    page.evaluate(PRESS_BOTH, ["resume-all", "right-all", 5e6 + 400, 100])
    posted = [path for path, _ in host.posted(page, 6)]
    assert sorted(posted[4:]) == ["/act/all/pause", "/act/all/right"]


def test_on_a_phone_the_header_has_room_for_either(
    open_page: Open, host: PageHost, line: ShownLine
) -> None:
    phone = open_page(360, 780)
    line.first["cluster"] |= {"demo": True}
    sockets = opened_on(phone, host, line)
    for button, mode in (("#pause-all", "running"), ("#resume-all", "paused")):
        wish(line, sockets, scanner=mode, quality=mode, inventory=mode)
        expect(phone.locator(button)).to_be_visible()
        assert phone.evaluate(CUT_OR_OVER) == []


def test_nobody_who_only_looks_is_offered_either(
    page: Page, host: PageHost, sockets: Sockets, line: ShownLine
) -> None:
    wish(line, sockets, scanner="paused", quality="paused", inventory="paused")
    expect(page.locator("#resume-all")).to_be_visible()
    host.may_act = False
    page.reload()
    expect(page.locator(".node")).not_to_have_count(0)
    for button in ("pause-all", "resume-all", "right-all"):
        expect(page.locator(f"#{button}")).to_be_hidden()
