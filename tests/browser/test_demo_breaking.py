"""Each kind of down, pressed on the page of the real demonstration, and what it then shows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.running_demo import RunningDemo, start_demo, until

LINE = ("scanner", "quality", "inventory", "shipping")
SOON = 45_000
"""ms: the group's 6 s, a start, and a machine that has other things to do."""


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningDemo]:
    folder: Path = tmp_path_factory.mktemp("demo")
    running = start_demo(folder, "--port", "0")
    try:
        until(lambda: states(running) == dict.fromkeys(LINE, "running"), "all run", 90)
        yield running
    finally:
        code = running.stop()
    assert code == 0, "Ctrl-C is an orderly end, whatever was broken"


@pytest.fixture
def page(chromium: Browser, demo: RunningDemo) -> Iterator[Page]:
    context = chromium.new_context(viewport={"width": 1920, "height": 1080})
    opened = context.new_page()
    opened.goto(demo.url)
    expect(opened.locator("#connection")).to_have_text("Live", timeout=SOON)
    yield opened
    context.close()


def states(demo: RunningDemo) -> dict[str, str]:
    services = demo.get("/api/flow")["services"]
    return {one["name"]: one["state"] for one in services if one["name"] in LINE}


def group(demo: RunningDemo, name: str) -> dict[str, Any]:
    return dict(demo.get(f"/api/groups/{name}"))


def recovered(demo: RunningDemo) -> set[tuple[str, str]]:
    reports = demo.get("/api/flow")["reports"]
    return {(r["service"], r["kind"]) for r in reports if r["state"] == "recovered"}


def sheet_of(page: Page, service: str) -> Locator:
    if page.locator("#sheet").is_visible():
        page.keyboard.press("Escape")
    page.locator(f"[data-service={service}] .more").click()
    return page.locator("#sheet")


def shows(page: Page, service: str, state: str) -> None:
    word = page.locator(f"[data-service={service}] [data-role=state]")
    expect(word).to_have_text(state, timeout=SOON)


def test_several_kinds_of_down_at_once_and_everything_put_right(
    demo: RunningDemo, page: Page
) -> None:
    sheet = sheet_of(page, "quality")
    sheet.locator("[data-step='1']").click()
    boxes = page.locator("[data-service=quality] [data-holder]:not(.nobody)")
    expect(boxes).to_have_count(2, timeout=SOON)
    expect(boxes.locator("i")).to_have_count(3, timeout=SOON)
    expect(boxes.nth(1).locator("i")).not_to_have_count(0, timeout=SOON)

    sheet.locator(".which [role=radio]", has_text="2").click()
    sheet.locator("[data-press=crash]").click()
    shows(page, "quality", "Crashed")
    sheet_of(page, "inventory").locator("[data-press=freeze]").click()
    shows(page, "inventory", "Frozen")
    sheet_of(page, "shipping").locator("[data-act=slow] input").fill("300")
    shows(page, "shipping", "Slow")
    expect(page.locator("#pills")).to_contain_text("frozen")
    # The group of quality lets go of the one that is dead, and the other takes its partitions.
    expect(boxes.nth(0).locator("i")).to_have_count(3, timeout=SOON)

    sheet_of(page, "inventory").locator("[data-press=thaw]").click()
    shows(page, "inventory", "Running")
    page.keyboard.press("Escape")
    page.locator("#right-all").click()
    until(lambda: states(demo) == dict.fromkeys(LINE, "running"), "all run again", 90)
    expect(boxes).to_have_count(0, timeout=SOON)
    told = {("quality", "crash"), ("inventory", "freeze"), ("shipping", "slow")}
    until(lambda: told <= recovered(demo), "each has its report", 90)
    expect(page.locator("#reports")).to_contain_text("quality crashed, down", timeout=SOON)
    until(lambda: demo.ledger()["lost"] == 0, "nothing is lost")


def test_a_stopped_service_is_started_again(demo: RunningDemo, page: Page) -> None:
    sheet = sheet_of(page, "shipping")
    sheet.locator("[data-press=stop]").click()
    shows(page, "shipping", "Stopped")
    sheet.locator("[data-press=start]").click()
    shows(page, "shipping", "Running")


def test_a_service_reads_again_and_a_flood_is_caught_up_with(demo: RunningDemo, page: Page) -> None:
    sheet = sheet_of(page, "quality")
    sheet.locator("[data-press=rewind]").click()
    expect(sheet.locator(".places output")).to_contain_text("ago", timeout=SOON)
    sheet.locator("[data-from=start]").click()
    until(lambda: group(demo, "quality")["passes"] == 2, "a second pass has begun")
    sheet_of(page, "scanner").locator("[data-press=flood]").click()
    count = "[data-topic='parts.scanned'] .count strong"
    big = re.compile(r"\d{1,3}\s\d{3}")
    expect(page.locator(count)).to_have_text(big, timeout=SOON)
    told = {("quality", "rewind"), ("scanner", "flood")}
    until(lambda: told <= recovered(demo), "both have their reports", 120)
    until(lambda: demo.ledger()["lost"] == 0, "nothing is lost")


def test_an_event_is_opened_with_what_it_holds(demo: RunningDemo, page: Page) -> None:
    page.locator(".tape-card").first.click()
    expect(page.locator("#sheet pre")).to_contain_text('"part"', timeout=SOON)
    expect(page.locator("#sheet .record-headers")).to_contain_text("ce_source")


def test_kafka_is_restarted_and_everything_is_started_over(demo: RunningDemo, page: Page) -> None:
    page.locator("#whole").click()
    page.locator("[data-press=broker-restart]").click()
    expect(page.locator("#connection")).to_contain_text("Kafka", timeout=SOON)
    expect(page.locator("#connection")).to_have_text("Live", timeout=90_000)
    until(lambda: states(demo) == dict.fromkeys(LINE, "running"), "all run again", 90)
    before = demo.ledger()["published"]
    page.locator("[data-press=start-over]").click()
    page.locator("[data-press=start-over-sure]").click()
    until(lambda: (demo.ledger()["published"] or 0) < before, "the counters began anew", 90)
    until(lambda: states(demo) == dict.fromkeys(LINE, "running"), "all run again", 90)
    until(lambda: (demo.ledger()["handled"] or 0) > 50, "parts flow again", 90)
    expect(page.locator("#connection")).to_have_text("Live", timeout=SOON)
    expect(page.locator("[data-report]")).to_have_count(0)
    assert demo.ledger()["lost"] == 0
