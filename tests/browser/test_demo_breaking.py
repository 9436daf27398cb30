"""Each kind of down, pressed on the page of the real demonstration, and what it then shows."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.patience import Remembered
from tests.browser.running_demo import RunningDemo, until
from tests.kafka.pressed import all_obeyed, commanded, recovered, told
from tests.kafka.read_so_far import passes, reached


@pytest.fixture
def page(demo_page: Page) -> Page:
    return demo_page


def group(demo: RunningDemo, name: str) -> dict[str, Any]:
    return dict(demo.get(f"/api/groups/{name}"))


def have_recovered(demo: RunningDemo) -> set[tuple[str, str]]:
    return {(report["service"], report["kind"]) for report in demo.reports()}


def sheet_of(page: Page, service: str) -> Locator:
    if page.locator("#sheet").is_visible():
        page.keyboard.press("Escape")
    page.locator(f"[data-service={service}] .more").click()
    return page.locator("#sheet")


def shows(page: Page, service: str, state: str) -> None:
    word = page.locator(f"[data-service={service}] [data-role=state]")
    expect(word).to_have_text(state)


def test_several_kinds_of_down_at_once_and_everything_put_right(
    demo: RunningDemo, page: Page
) -> None:
    sheet = sheet_of(page, "quality")
    sheet.locator("[data-step='1']").click()
    boxes = page.locator("[data-service=quality] [data-holder]:not(.nobody)")
    expect(boxes).to_have_count(2)
    expect(boxes.locator("i")).to_have_count(3)
    expect(boxes.nth(1).locator("i")).not_to_have_count(0)

    first = Remembered(page.locator("[data-service=quality] [data-holder=quality-1]"))
    state = Remembered(page.locator("[data-service=quality] [data-role=state]"))
    sheet.get_by_role("radio", name="2").click()
    sheet.locator("[data-press=crash]").click()
    sheet_of(page, "inventory").locator("[data-press=freeze]").click()
    shows(page, "inventory", "Frozen")
    sheet_of(page, "shipping").locator("[data-act=slow] input").fill("300")
    shows(page, "shipping", "Slow")
    expect(page.locator("#pills")).to_contain_text("frozen")
    # The group of quality lets go of the one that is dead, and the other takes its partitions,
    # until the dead one is started again.
    state.had("[Cc]rashed$")
    first.had("^1:?012$")

    sheet_of(page, "inventory").locator("[data-press=thaw]").click()
    shows(page, "inventory", "Running")
    page.keyboard.press("Escape")
    page.locator("#right-all").click()
    until(demo.all_run, "all run again")
    expect(boxes).to_have_count(0)
    all_of_it = {("quality", "crash"), ("inventory", "freeze"), ("shipping", "slow")}
    until(lambda: all_of_it <= have_recovered(demo), "each has its report")
    expect(page.locator("#reports")).to_contain_text("quality-2 crashed, down")
    until(lambda: demo.ledger()["lost"] == 0, "nothing is lost")


def test_who_is_plugged_in_catches_up_from_the_very_beginning(
    demo: RunningDemo, page: Page
) -> None:
    before = told(demo)
    page.locator("[data-plug=analytics]").click()
    shows(page, "analytics", "Running")
    expect(page.locator("[data-service=analytics]")).to_contain_text("caught up with")
    caught_up = recovered(demo, "plug in", "analytics", before)
    told_here = page.locator(f"#reports [data-report='{caught_up['id']}']")
    expect(told_here).to_contain_text("caught up with")
    sheet = sheet_of(page, "analytics")
    expect(sheet).to_contain_text("the very beginning")
    expect(sheet).to_contain_text(re.compile(r"equal, at \d"))
    sheet.locator("[data-press=stop]").click()
    shows(page, "analytics", "Stopped")


def test_for_a_minute_one_fewer_and_without_dedupe_are_what_is_then_wanted(
    demo: RunningDemo, page: Page
) -> None:
    before = told(demo)
    shipping = page.locator("[data-service=shipping]")
    state, detail = (Remembered(shipping.locator(f".state {of}")) for of in ("b", ".detail"))
    shipping.locator("[data-action=pause60]").click()
    state.had("^Paused$")
    detail.had("resumes in")
    all_obeyed(demo, "pause", "shipping")
    assert demo.post("/api/services/shipping/resume")[0] == 202  # also if the minute is over
    shows(page, "shipping", "Running")
    recovered(demo, "pause", "shipping", before)

    sheet = sheet_of(page, "shipping")
    for step, number in (("1", 2), ("-1", 1)):
        sheet.locator(f"[data-step='{step}']").click()
        until(lambda: demo.service("shipping")["of"] == number, f"{number} of it")  # noqa: B023

    switch = sheet_of(page, "inventory").locator("[data-option=dedupe]")
    expect(switch).to_be_checked()
    for wanted in (False, True):
        switch.click()
        until(lambda: demo.service("inventory")["facts"]["dedupe"] is wanted, "it says so")  # noqa: B023
    until(demo.all_run, "all run")


def test_a_stopped_service_is_started_again(demo: RunningDemo, page: Page) -> None:
    sheet = sheet_of(page, "shipping")
    sheet.locator("[data-press=stop]").click()
    shows(page, "shipping", "Stopped")
    sheet.locator("[data-press=start]").click()
    shows(page, "shipping", "Running")


def test_a_service_reads_again_and_a_flood_is_caught_up_with(demo: RunningDemo, page: Page) -> None:
    sheet = sheet_of(page, "quality")
    sheet.locator("[data-press=rewind]").click()
    expect(sheet.locator(".places output")).to_contain_text("ago")
    sheet.locator("[data-press=read-again]").click()
    until(lambda: group(demo, "quality")["passes"] == 2, "a second pass has begun")
    sheet_of(page, "scanner").locator("[data-press=flood]").click()
    count = "[data-topic='parts.scanned'] .count strong"
    big = re.compile(r"\d{1,3}\s\d{3}")
    expect(page.locator(count)).to_have_text(big)
    both = {("quality", "rewind"), ("scanner", "flood")}
    until(lambda: both <= have_recovered(demo), "both have their reports")
    until(lambda: demo.ledger()["lost"] == 0, "nothing is lost")


def test_from_an_offset_and_from_a_time_a_part_of_the_log_is_read_again(
    demo: RunningDemo, page: Page
) -> None:
    """Each from somewhere behind the start: so less is read again than there is."""
    for service, place in (("shipping", "Offset"), ("inventory", "From which time on")):
        before, goes_on = told(demo), passes(demo, service) + 1
        sheet = sheet_of(page, service)
        sheet.locator("[data-press=rewind]").click()
        field = sheet.get_by_label(place, exact=True)
        expect(field).to_be_visible()
        field.fill("900" if field.get_attribute("type") == "range" else "7")
        there = sum(reached(demo, service).values())
        go = sheet.locator("[data-press=read-again]")
        words = r"offset 7 of partition 0" if place == "Offset" else r"\d\d:\d\d:\d\d"
        expect(go).to_have_text(re.compile(f"^Read again from {words}$"))
        go.click()
        report = recovered(demo, "rewind", service, before)
        assert report["what"] == f"pass {goes_on}"
        assert 0 < report["read_again"] < there
        page.keyboard.press("Escape")


def test_an_event_is_opened_with_what_it_holds(demo: RunningDemo, page: Page) -> None:
    page.locator(".tape-card").first.click()
    expect(page.locator("#sheet pre")).to_contain_text('"part"')
    expect(page.locator("#sheet .record-headers")).to_contain_text("ce_source")


def test_kafka_is_restarted_and_everything_is_started_over(demo: RunningDemo, page: Page) -> None:
    connection, known = Remembered(page.locator("#connection")), told(demo)
    page.locator("#whole").click()
    page.locator("[data-press=broker-restart]").click()
    connection.had("Kafka")
    expect(page.locator("#connection")).to_have_text("Live")
    until(demo.all_run, "all run again")
    recovered(demo, "broker", "Kafka", known)
    all_obeyed(demo, "broker-restart", "Kafka")
    before = demo.ledger()["since_at"]
    page.locator("#whole").click()
    page.locator("[data-press=start-over]").click()
    page.locator("[data-press=start-over-not]").click()
    page.locator("[data-press=start-over]").click()
    assert commanded(demo, "start-over") == {}, "it was asked only whether it is meant"
    page.locator("[data-press=start-over-sure]").click()
    until(lambda: (demo.ledger()["since_at"] or 0) > before, "the counters begin anew")
    until(demo.all_run, "all run again")
    until(lambda: (demo.ledger()["handled"] or 0) > 50, "parts flow again")
    expect(page.locator("#connection")).to_have_text("Live")
    expect(page.locator("[data-report]")).to_have_count(0)
    until(lambda: demo.ledger()["lost"] == 0, "nothing is lost")
