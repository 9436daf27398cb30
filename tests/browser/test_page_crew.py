"""Several instances of one service: who holds which partition, and how partitions change hands."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.modules import run
from tests.browser.page_host import PageHost
from tests.browser.shown_line import TOPIC, ShownLine, opened_on
from tests.browser.shown_parts import ShownParts


def instance(number: int, held: list[int] | None, state: str = "running") -> dict[str, Any]:
    partitions = None if held is None else {"t": held}
    return {"instance": f"quality-{number}", "state": state, "partitions": partitions}


def holdings(modules: Page, *instances: dict[str, Any], count: int | None = 3) -> Any:
    body = """
        const found = m.holdings({ instances: a[0], reads: ["t"] }, new Map([["t", a[1]]]));
        const numbers = (cells) => cells && cells.map((cell) => cell.number);
        return found && [found.holders.map((one) => [one.short, numbers(one.cells)]),
                         numbers(found.free), found.numbered];
    """
    return run(modules, "holdings", body, [list(instances), count])


def test_one_instance_alone_needs_no_telling_apart(modules: Page) -> None:
    assert holdings(modules, instance(1, [0, 1, 2])) is None


def test_each_instance_has_its_partitions_and_what_nobody_holds_is_told(modules: Page) -> None:
    found = holdings(modules, instance(1, [0, 2]), instance(2, []))
    assert found == [[["1", [0, 2]], ["2", []]], [1], True]
    found = holdings(modules, instance(1, [0, 2]), instance(2, [1]), count=None)
    assert found == [[["1", [0, 2]], ["2", [1]]], [], True]


def test_where_a_share_is_not_known_no_partition_is_called_free(modules: Page) -> None:
    found = holdings(modules, instance(1, [0]), instance(2, None, "crashed"))
    assert found == [[["1", [0]], ["2", None]], [], True]


def test_very_many_partitions_are_drawn_without_numbers_or_not_at_all(modules: Page) -> None:
    def split(count: int) -> Any:
        return holdings(modules, instance(1, list(range(count))), instance(2, []), count=count)

    assert split(40)[2] is False
    assert split(100) is None


@pytest.mark.parametrize(
    ("states", "words"),
    [
        (("running", "running", "slow"), "3 instances"),
        (("paused", "paused"), "2 instances"),
        (("running", "crashed", "running"), "2 running"),
        (("running", "frozen", "starting"), "1 running"),
    ],
)
def test_a_card_says_how_many_of_how_many_run(
    modules: Page, states: tuple[str, ...], words: str
) -> None:
    crew = [{"state": state, "restart_at": None} for state in states]
    entity = {"state": "running", "of": len(crew), "instances": crew, "reason": None}
    body = "return m.detail({ ...a, as_of_at: null, want: null }, 0).text"
    assert run(modules, "states", body, entity) == words


def test_a_partition_that_changes_hands_is_seen_to_move(page: Page, host: PageHost) -> None:
    line = ShownLine()
    service: dict[str, Any] = line.first["services"]["s:quality"]
    (one,) = service["instances"]

    def shared(first: list[int], second: list[int], state: str) -> dict[str, Any]:
        crew = [
            one | {"partitions": {TOPIC: first}},
            one | {"instance": "quality-2", "state": state, "partitions": {TOPIC: second}},
        ]
        if state == "crashed":
            crew[1]["restart_at"] = line.now + 10_000
        in_state = sum(one["state"] == state for one in crew)
        return service | {"instances": crew, "of": 2, "in_state": in_state, "state": state}

    line.first["topics"][f"t:{TOPIC}"]["partitions"] = 3
    line.first["services"]["s:quality"] = shared([0, 1], [2], "running")
    sockets = opened_on(page, host, line)
    card = page.locator("[data-service=quality]")
    first, second = (card.locator(f"[data-holder=quality-{n}]") for n in (1, 2))
    expect(first.locator("i")).to_have_text(["0", "1"])
    expect(second.locator("i")).to_have_text(["2"])
    cell = second.locator("i").element_handle()
    assert cell is not None

    moved = {"services": {"s:quality": shared([0, 1, 2], [], "crashed")}}
    page.evaluate("""() => {
        const box = document.querySelector("[data-service=quality] [data-holder=quality-1]");
        window.moving = new Promise((tell) => new MutationObserver(() => {
            const at = box.querySelectorAll("i")[2];
            if (at) tell(at.getAnimations().length);
        }).observe(box, { childList: true, subtree: true }));
    }""")
    sockets.send(line.cutter.heartbeat(line.now) | {"set": moved})
    expect(first.locator("i")).to_have_text(["0", "1", "2"])
    assert page.evaluate("window.moving") == 1
    assert cell.evaluate("(cell) => cell.closest('[data-holder]').dataset.holder") == "quality-1"
    expect(second).to_have_attribute("data-tone", "down")
    expect(second.locator("svg[data-glyph=cross]")).to_be_visible()
    expect(card.locator("[data-role=state]")).to_have_text("1 of 2 crashed")
    countdown = card.locator(".detail")
    expect(countdown).to_have_text(re.compile("^back in "))
    page.evaluate("document.fonts.ready")
    cut = countdown.evaluate("(one) => [one.scrollWidth - one.clientWidth, one.textContent]")
    assert cut[0] <= 1, f"{cut} is seen whole"
    # What was drawn beside the number is still there with the next frame.
    sockets.send(line.cutter.heartbeat(line.now) | {"set": moved})
    line.second()
    sockets.send(line.delta())
    expect(page.locator("[data-topic='parts.scanned'] .count")).to_contain_text("16")
    sockets.send(line.cutter.heartbeat(line.now) | {"set": moved})
    expect(second.locator("svg[data-glyph=cross] path")).to_have_count(1)
    lag, strips = (card.locator(of).bounding_box() for of in ("[data-role=lag]", ".holdings"))
    assert lag is not None
    assert strips is not None
    assert lag["y"] >= strips["y"] + strips["height"] - 4


def test_a_sheet_beside_a_card_covers_neither_it_nor_its_belt(sized: Page, host: PageHost) -> None:
    line = ShownParts()
    line.second()
    line.first = line.key()
    opened_on(sized, host, line)
    card = sized.locator("[data-service=quality]").first
    belt = sized.locator(f"[data-topic='{TOPIC}']")
    before = belt.bounding_box()
    card.locator(".more").click()
    sheet = sized.locator("#sheet")
    expect(sheet).to_be_visible()
    panel = sized.locator("#panel").bounding_box()
    boxes = [one.bounding_box() for one in (sheet, belt, card)]
    assert panel is not None
    for left, right in pairwise([*boxes, panel]):
        assert left is not None
        assert right is not None
        assert left["x"] + left["width"] <= right["x"]
    sized.keyboard.press("Escape")
    expect(sheet).to_be_hidden()
    assert belt.bounding_box() == before
