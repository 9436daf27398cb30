"""What is done to a service from its sheet: each press is sent once, as the server takes it."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.page_host import PageHost
from tests.browser.shown_line import TOPIC, ShownLine, Sockets, opened_on

PLACES = """(sheet) => [sheet, ...sheet.querySelectorAll(".act, h3, .instances li")]
    .map((one) => one.getBoundingClientRect().top)"""
FROZEN_ALREADY = "It is frozen already."


def instances(line: ShownLine, count: int) -> list[dict[str, Any]]:
    one = line.first["services"]["s:quality"]["instances"][0]
    return [one | {"instance": f"quality-{n}"} for n in range(1, count + 1)]


@pytest.fixture
def line() -> ShownLine:
    made = ShownLine()
    for name in ("quality", "scanner"):
        one = made.first["services"][f"s:{name}"]
        possible = dict.fromkeys(one["actions"]) | {
            "thaw": "It is not frozen.",
            "start": "It runs.",
        }
        if name == "scanner":
            possible |= dict.fromkeys(("slow", "scale", "rewind"), "It reads nothing.")
        made.first["services"][f"s:{name}"] = one | {"actions": possible}
    return made


@pytest.fixture
def sheet(page: Page, sockets: Sockets) -> Locator:
    page.locator("[data-service=quality] .more").click()
    return page.locator("#sheet")


def change(line: ShownLine, sockets: Sockets, **more: Any) -> None:
    line.first["services"]["s:quality"] |= more
    told = {"s:quality": dict(line.first["services"]["s:quality"])}
    sockets.send(line.cutter.heartbeat(line.now) | {"set": {"services": told}})


def asked(page: Page, host: PageHost, count: int) -> list[tuple[str, dict[str, list[str]]]]:
    """What was posted, once there is so much of it."""
    posted = host.posted(page, count)
    return [(path.removeprefix("/act/services/"), form) for path, form in posted]


def test_each_button_is_sent_to_the_service_it_stands_on(
    page: Page, host: PageHost, sheet: Locator, sockets: Sockets, line: ShownLine
) -> None:
    for press in ("crash", "freeze", "stop"):
        sheet.locator(f"[data-press={press}]").click()
    sheet.locator("[data-step='1']").click()
    # The picture knows of it before the next press: for a few seconds the page alone would know.
    change(line, sockets, of=2)
    sheet.locator("[data-step='1']").click()
    sheet.locator("[data-act=slow] input").fill("400")
    sent = asked(page, host, 6)
    change(line, sockets, want={"mode": "running", "ms_per_event": 400})
    expect(sheet.locator("[data-act=slow] output")).to_have_text("400 ms")
    assert sent == [
        ("quality/crash", {}),
        ("quality/freeze", {}),
        ("quality/stop", {}),
        ("quality/scale", {"instances": ["2"]}),
        ("quality/scale", {"instances": ["3"]}),
        ("quality/slow", {"ms_per_event": ["400"]}),
    ]


def test_of_several_instances_one_can_be_meant(
    page: Page, host: PageHost, sheet: Locator, sockets: Sockets, line: ShownLine
) -> None:
    expect(sheet.locator(".which-row")).to_have_count(0)
    change(line, sockets, instances=instances(line, 3), of=3, up=3)
    crash = sheet.locator("[data-press=crash]")
    # Nobody chose yet, and others are to take over.
    expect(crash).to_have_text("Crash 3")
    sheet.get_by_role("radio", name="3").focus()
    page.keyboard.press("ArrowLeft")
    expect(sheet.get_by_role("radio", name="2")).to_be_focused()
    expect(sheet.get_by_role("radio", name="2")).to_be_checked()
    expect(sheet.locator("[data-act=crash]")).to_contain_text("others take its partitions")
    expect(crash).to_have_text("Crash 2")
    crash.click()
    sheet.get_by_role("radio", name="All").click()
    expect(crash).to_have_text("Crash all")
    crash.click()
    assert asked(page, host, 2) == [
        ("quality/crash", {"instance": ["quality-2"]}),
        ("quality/crash", {}),
    ]
    sheet.get_by_role("radio", name="2").click()
    several = instances(line, 3)
    several[1] |= {"state": "crashed"}
    change(line, sockets, instances=several)
    expect(crash).to_have_attribute("aria-disabled", "true")
    expect(sheet.locator("[data-act=crash]")).to_contain_text("quality-2 has crashed already.")


def test_what_cannot_be_done_says_why_and_is_not_sent(
    page: Page, host: PageHost, sheet: Locator, sockets: Sockets, line: ShownLine
) -> None:
    freeze = sheet.locator("[data-act=freeze]")
    possible = line.first["services"]["s:quality"]["actions"]
    change(line, sockets, actions=possible | {"freeze": FROZEN_ALREADY})
    expect(freeze).to_contain_text(FROZEN_ALREADY)
    button = freeze.locator("[data-press=freeze]")
    expect(button).to_have_attribute("aria-disabled", "true")
    button.click(force=True)
    # Thaw takes its place; the second press of a double click does not thaw again.
    change(line, sockets, actions=possible | {"freeze": FROZEN_ALREADY, "thaw": None})
    freeze.locator("[data-press=thaw]").click()
    assert asked(page, host, 1) == [("quality/thaw", {})]
    page.keyboard.press("Escape")
    page.locator("[data-service=scanner] .more").click()
    expect(sheet.locator(".nots")).to_have_text(
        "Cannot slow, scale or read again: It reads nothing."
    )
    sheet.locator("[data-press=flood]").click()
    assert asked(page, host, 2)[1] == ("scanner/flood", {})


def test_nothing_in_a_sheet_moves_when_its_words_change(
    sheet: Locator, sockets: Sockets, line: ShownLine
) -> None:
    before = sheet.evaluate(PLACES)
    assert len(before) > 6
    possible = line.first["services"]["s:quality"]["actions"]
    gone = "None of its processes is running just now."
    stopped = dict.fromkeys(("crash", "freeze", "thaw"), gone) | {"scale": "It is stopped."}
    change(line, sockets, state="stopped", reason="ended by itself", actions=possible | stopped)
    expect(sheet.locator("[data-act=freeze]")).to_contain_text(gone)
    expect(sheet.locator("[data-act=scale]")).to_contain_text("It is stopped.")
    assert sheet.evaluate(PLACES) == before
    change(line, sockets, state="slow", reason=None, want={"ms_per_event": 1500}, actions=possible)
    expect(sheet.locator("[data-act=slow]")).to_contain_text("At least 1.5 s for each")
    assert sheet.evaluate(PLACES) == before


def test_a_service_reads_again_from_the_start_a_time_or_an_offset(
    page: Page, host: PageHost, sheet: Locator, line: ShownLine
) -> None:
    minute_ago = line.now - 60_000
    record: dict[str, Any] = {
        "at": minute_ago,
        "key": None,
        "headers": [],
        "form": "none",
        "text": None,
    }
    host.api[f"/api/topics/{TOPIC}/partitions"] = [{"partition": 0, "start": 7, "end": 99}]
    host.api[f"/api/topics/{TOPIC}/events/0/7"] = record
    sheet.locator("[data-press=rewind]").focus()
    page.keyboard.press("Enter")
    expect(sheet.locator(".places p")).to_contain_text("7 events before are removed")
    read = sheet.locator("[data-press=read-again]")
    expect(read).to_have_text("Read again from the start")
    read.click()
    # Whoever moves the slider or writes an offset has chosen that.
    sheet.locator(".places input[type=range]").fill("500")
    expect(sheet.get_by_role("radio", name="From a time")).to_be_checked()
    expect(read).to_have_text(re.compile(r"^Read again from \d\d:\d\d:\d\d$"))
    read.click()
    sheet.locator(".places input[type=number]").fill("3")
    expect(read).to_have_text("Read again from offset 3 of partition 0")
    read.click()  # before the log begins: not sent
    sheet.locator(".places input[type=number]").fill("42")
    page.keyboard.press("Enter")
    sent = asked(page, host, 3)
    assert [path for path, _ in sent] == ["quality/rewind"] * 3
    assert [list(form) for _, form in sent] == [["to"]] * 3
    start, time, offset = (form["to"][0] for _, form in sent)
    assert start == "earliest"
    assert minute_ago + 20_000 < int(time) < minute_ago + 60_000
    assert json.loads(offset) == {TOPIC: {"0": 42}}


def test_an_option_is_switched(
    page: Page, host: PageHost, sheet: Locator, sockets: Sockets, line: ShownLine
) -> None:
    change(line, sockets, facts={"dedupe": True})
    switch = sheet.locator("[data-option=dedupe]")
    expect(switch).to_be_checked()
    switch.click()
    assert asked(page, host, 1) == [("quality/options", {"dedupe": ["false"]})]


def test_who_only_looks_is_offered_nothing(page: Page, host: PageHost, line: ShownLine) -> None:
    host.may_act = False
    opened_on(page, host, line)
    page.locator("[data-service=quality] .more").click()
    expect(page.locator("#sheet .instances")).to_be_visible()
    expect(page.locator("#sheet .doing")).to_have_text("Only for looking.")
    expect(page.locator("#sheet .doing button")).to_have_count(0)
    expect(page.locator("#tray")).to_be_hidden()


def test_who_cannot_act_from_where_the_page_is_opened_is_told_so(
    page: Page, host: PageHost, line: ShownLine
) -> None:
    host.may_act, host.refused = False, "From here one can only look."
    opened_on(page, host, line)
    expect(page.locator("#tray")).to_have_text("From here one can only look.")
