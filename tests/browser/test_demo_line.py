"""The story Flowviz exists for, played on the real demonstration: a real Kafka, real processes."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.running_demo import RunningDemo, start_demo, until

READERS = ("quality", "inventory", "shipping")
BEHIND = 50
CAUGHT_UP = 5


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningDemo]:
    folder: Path = tmp_path_factory.mktemp("demo")
    running = start_demo(folder, "--port", "0")
    try:
        until(lambda: all_running(running), "all four services are running", 90)
        yield running
    finally:
        code = running.stop()
    assert code == 0, "Ctrl-C is an orderly end"


@pytest.fixture
def page(chromium: Browser, demo: RunningDemo) -> Iterator[Page]:
    context = chromium.new_context(viewport={"width": 1920, "height": 1080})
    opened = context.new_page()
    opened.goto(demo.url)
    yield opened
    context.close()


def started(demo: RunningDemo) -> list[dict[str, Any]]:
    """The services but those that wait for a request, or were ended again."""
    services = demo.get("/api/flow")["services"]
    return [s for s in services if not (s["on_request"] and s["state"] == "stopped")]


def all_running(demo: RunningDemo) -> bool:
    services = {s["name"]: s["state"] for s in started(demo)}
    return services == dict.fromkeys(("scanner", "quality", "inventory", "shipping"), "running")


def handled(demo: RunningDemo, service: str) -> int:
    return int(demo.ledger()["services"][service]["handled"] or 0)


def lag(demo: RunningDemo, service: str) -> int:
    value = demo.service(service)["lag"]
    return -1 if value is None else int(value)


def is_back(demo: RunningDemo, service: str, killed_pid: int) -> bool:
    shown = demo.service(service)
    return bool(shown["state"] == "running" and shown["instances"][0]["pid"] != killed_pid)


def nothing_lost(demo: RunningDemo) -> bool:
    ledger = demo.ledger()
    return bool(ledger["lost"] == 0 and ledger["duplicates"] == 0)


def reports(demo: RunningDemo, service: str) -> list[dict[str, object]]:
    return [
        r
        for r in demo.get("/api/flow")["reports"]
        if r["service"] == service and r["state"] == "recovered"
    ]


def shown_lag(page: Page, service: str) -> int:
    text = page.locator(f"[data-service={service}] [data-role=lag]").inner_text()
    digits = "".join(c for c in text if c.isdigit())
    return int(digits) if digits else -1


def test_a_service_paused_on_the_page_falls_behind_alone_and_catches_up(
    demo: RunningDemo, page: Page
) -> None:
    quality = page.locator("[data-service=quality]")
    expect(quality.locator("[data-role=state]")).to_contain_text("Running", timeout=30_000)
    moved_before = {name: handled(demo, name) for name in ("inventory", "shipping")}
    reports_before = len(reports(demo, "quality"))

    quality.locator("[data-action=pause]").click()
    expect(quality.locator("[data-role=state]")).to_contain_text("Paused", timeout=30_000)
    standing = handled(demo, "quality")
    until(lambda: shown_lag(page, "quality") > BEHIND, "the page shows quality behind")
    assert handled(demo, "quality") == standing, "a paused service handles nothing"
    for name, before in moved_before.items():
        assert handled(demo, name) >= before + BEHIND, f"{name} went on while quality was paused"
        assert lag(demo, name) < BEHIND, f"{name} did not fall behind"

    quality.locator("[data-action=resume]").click()
    expect(quality.locator("[data-role=state]")).to_contain_text("Running", timeout=30_000)
    until(lambda: 0 <= shown_lag(page, "quality") < CAUGHT_UP, "the page shows it caught up")
    until(lambda: len(reports(demo, "quality")) > reports_before, "the recovery is reported")
    expect(page.locator("[data-report]").first).to_be_visible()
    until(lambda: nothing_lost(demo), "the ledger says nothing lost and nothing twice")
    expect(page.locator("[data-ledger=lost]").first).to_contain_text("0")
    expect(page.locator("[data-ledger=duplicates]").first).to_contain_text("0")


def test_a_service_paused_by_a_script_falls_behind_and_catches_up(demo: RunningDemo) -> None:
    before = len(reports(demo, "quality"))
    status, answer = demo.post("/api/services/quality/pause")
    assert status == 202
    assert answer["command"]
    until(lambda: demo.service("quality")["state"] == "paused", "quality is paused")
    until(lambda: lag(demo, "quality") > BEHIND, "quality falls behind")
    assert demo.post("/api/services/quality/resume")[0] == 202
    until(lambda: 0 <= lag(demo, "quality") < CAUGHT_UP, "quality catches up")
    until(lambda: len(reports(demo, "quality")) > before, "the recovery is reported")
    until(lambda: nothing_lost(demo), "nothing lost, nothing twice")


def test_a_pause_with_an_end_ends_by_itself(demo: RunningDemo) -> None:
    assert demo.post("/api/services/shipping/pause", {"seconds": 3})[0] == 202
    until(lambda: demo.service("shipping")["state"] == "paused", "shipping is paused")
    assert demo.service("shipping")["want"]["until_at"] is not None
    until(lambda: demo.service("shipping")["state"] == "running", "shipping runs again")


def test_the_counters_stay_exact_when_a_service_is_killed(demo: RunningDemo) -> None:
    for name in ("quality", "inventory", "shipping"):
        pid = demo.service(name)["instances"][0]["pid"]
        os.kill(pid, signal.SIGKILL)
        until(partial(is_back, demo, name, pid), f"{name} is back as another process")
    until(lambda: 0 <= lag(demo, "quality") < CAUGHT_UP, "quality catches up")
    # What a killed service had written and not committed it writes again, with the same ids: that
    # is seen and counted as duplicates. The ledger itself has each event once, whatever happened.
    until(lambda: demo.ledger()["lost"] == 0, "nothing is lost")
    for name in ("quality", "inventory", "shipping"):
        counted = demo.ledger()["services"][name]
        settled = counted["handled"] + counted["dead_lettered"] + counted["skipped"]
        assert settled + counted["waiting"] == counted["published"], f"{name}: each event is once"


def test_a_broker_that_is_killed_comes_back_and_nothing_is_lost(
    demo: RunningDemo, page: Page
) -> None:
    expect(page.locator("#connection")).to_contain_text("Live", timeout=30_000)
    before = demo.broker_pid()
    assert before is not None
    counted = handled(demo, "quality")
    os.kill(before, signal.SIGKILL)
    expect(page.locator("#connection")).not_to_contain_text("Live", timeout=30_000)
    until(lambda: demo.broker_pid() not in (None, before), "another broker is there", 90)
    until(lambda: all_running(demo), "every service runs again", 120)
    until(lambda: handled(demo, "quality") > counted + BEHIND, "parts flow again", 90)
    until(lambda: 0 <= lag(demo, "quality") < CAUGHT_UP, "quality has caught up")
    until(lambda: demo.ledger()["lost"] == 0, "nothing is lost")
    expect(page.locator("#connection")).to_contain_text("Live", timeout=30_000)


def test_one_pause_halts_the_line_of_direct_calls_and_not_the_one_over_the_log(
    demo: RunningDemo, page: Page
) -> None:
    page.locator("[data-plug=':twin']").click()
    twin = page.locator("#twin")
    direct, log = twin.locator("[data-line=direct]"), twin.locator("[data-line=log]")
    expect(direct).to_contain_text("Moves", timeout=60_000)
    double = twin.locator("[data-service=quality-direct]")
    page.locator("[data-service=quality] [data-action=pause]").click()
    expect(double.locator("[data-role=state]")).to_contain_text("Paused", timeout=30_000)
    expect(direct).to_contain_text("Halted", timeout=30_000)
    expect(twin.locator("[data-call=failing]").first).to_be_visible(timeout=30_000)
    expect(log).to_contain_text("Moves")

    double.locator("[data-action=resume]").click()
    expect(direct).to_contain_text("Moves", timeout=30_000)
    expect(page.locator("[data-service=quality] [data-role=state]")).to_contain_text("Running")
    pids = [demo.service(f"{name}-direct")["instances"][0]["pid"] for name in ("scanner", *READERS)]
    twin.locator("[data-action=twin-stop]").click()
    expect(twin).to_be_hidden(timeout=30_000)
    for pid in pids:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)
    until(lambda: all_running(demo), "the line over the log goes on")


def test_pause_all_and_put_everything_right(demo: RunningDemo, page: Page) -> None:
    page.locator("[data-action=pause-all]").click()
    until(
        lambda: all(s["state"] == "paused" for s in started(demo)),
        "every service is paused",
    )
    page.locator("[data-action=right-all]").click()
    until(lambda: all_running(demo), "every service runs again")


def test_the_page_comes_back_by_itself_after_a_reload(demo: RunningDemo, page: Page) -> None:
    expect(page.locator("#connection")).to_contain_text("Live", timeout=30_000)
    page.reload()
    expect(page.locator("#connection")).to_contain_text("Live", timeout=30_000)
    expect(page.locator("[data-service=quality] [data-role=state]")).to_contain_text("Running")


def test_the_page_of_the_api_runs_under_the_policy(demo: RunningDemo, page: Page) -> None:
    violations: list[str] = []
    page.on("console", lambda said: violations.append(said.text))
    page.goto(f"{demo.url}/api/docs")
    expect(page.locator(".opblock").first).to_be_visible(timeout=30_000)
    assert [said for said in violations if "Content Security Policy" in said] == []
