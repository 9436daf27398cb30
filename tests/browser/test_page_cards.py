"""A card's number and its buttons, side by side: what is pressed is what one sees."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.page_host import PageHost
from tests.browser.shown_line import ShownLine, Sockets

SIZES = ((1366, 768), (1920, 1080))
HIT = """(button) => {
    const { left, right, top, height } = button.getBoundingClientRect();
    const hit = (x) => document.elementFromPoint(x, top + height / 2) === button;
    return hit((left + right) / 2) && hit(right - 3);
}"""
ROOM = """(card) => {
    const number = document.createRange();
    number.selectNodeContents(card.querySelector("[data-role=lag]"));
    const acts = card.querySelector(".acts").getBoundingClientRect();
    return number.getBoundingClientRect().left - acts.right;
}"""


@pytest.fixture(params=SIZES, ids=lambda size: str(size[0]))
def sized(request: pytest.FixtureRequest, chromium: Browser) -> Iterator[Page]:
    width, height = request.param
    context = chromium.new_context(viewport={"width": width, "height": height})
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("lag", [359, 8_888, 12_345, 888_888, 1_280_000])
def test_a_long_lag_leaves_the_buttons_of_a_running_card_alone(
    sized: Page, host: PageHost, lag: int
) -> None:
    line = ShownLine(groups=("quality", "inventory", "shipping"))
    service = line.first["services"]["s:quality"]
    line.first["services"]["s:quality"] = service | {"lag": lag}
    Sockets(sized, lambda: line.first)
    sized.goto(host.url)
    card = sized.locator("[data-service=quality]")
    expect(card.locator("[data-role=lag]")).to_have_attribute("data-value", str(lag))
    sized.evaluate("document.fonts.ready")
    for action in ("pause", "pause60"):
        assert card.locator(f"[data-action={action}]").evaluate(HIT), action
    assert card.evaluate(ROOM) >= 2


def test_the_key_of_a_part_is_seen_whole_on_the_tape(sized: Page, host: PageHost) -> None:
    line = ShownLine(key="Bearing 608 #10123")
    Sockets(sized, lambda: line.first)
    sized.goto(host.url)
    expect(sized.locator("#tape-cards li")).not_to_have_count(0)
    sized.evaluate("document.fonts.ready")
    cut = "(all) => all.filter((b) => b.scrollWidth > b.clientWidth).length"
    assert sized.locator("#tape-cards b").evaluate_all(cut) == 0
