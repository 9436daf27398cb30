"""The story Flowviz exists for, played on the real demonstration: a real Kafka, real processes."""

from __future__ import annotations

import os
import signal
from functools import partial
from typing import Any

from playwright.sync_api import Page, expect

from tests.browser.patience import Remembered
from tests.browser.running_demo import LINE, RunningDemo, until
from tests.commands import is_alive
from tests.kafka.pressed import all_obeyed, obeyed, press, recovered, told, wait_for

READERS = ("quality", "inventory", "shipping")
BEHIND = 50
CAUGHT_UP = 5


def started(demo: RunningDemo) -> list[dict[str, Any]]:
    """The services but those that wait for a request, or were ended again."""
    services = demo.get("/api/flow")["services"]
    return [s for s in services if not (s["on_request"] and s["state"] == "stopped")]


def counted(demo: RunningDemo, service: str) -> dict[str, int]:
    """What the ledger counts of it; what is not known just now is 0."""
    counts = {what: count or 0 for what, count in demo.ledger()["services"][service].items()}
    settled = counts["handled"] + counts["dead_lettered"] + counts["skipped"]
    return counts | {"settled": settled}


def has_caught_up(demo: RunningDemo, *services: str) -> None:
    """Waits until each has dealt with all that is published now; meanwhile more is."""
    for service in services:
        published = until(
            lambda: counted(demo, service)["published"],  # noqa: B023
            f"it is known how much {service} could read",
        )
        until(
            lambda: counted(demo, service)["settled"] >= published,  # noqa: B023
            f"{service} has caught up with what was published",
        )


def lag(demo: RunningDemo, service: str) -> int:
    value = demo.service(service)["lag"]
    return -1 if value is None else int(value)


def is_back(demo: RunningDemo, service: str, killed_pid: int) -> bool:
    shown = demo.service(service)
    return bool(shown["state"] == "running" and shown["instances"][0]["pid"] != killed_pid)


def is_only_behind(demo: RunningDemo, service: str) -> bool:
    """While its lag grows and grows, that of the others does not."""
    lags = {name: lag(demo, name) for name in READERS}
    behind = lags.pop(service)
    return all(0 <= 2 * other < behind for other in lags.values())


def nothing_lost(demo: RunningDemo) -> bool:
    ledger = demo.ledger()
    return bool(ledger["lost"] == 0 and ledger["duplicates"] == 0)


def retries_of(demo: RunningDemo) -> set[bool | None]:
    """What is wanted of those in the direct line who call others."""
    wants = [demo.service(f"{name}-direct")["want"] or {} for name in LINE[:-1]]
    return {want.get("options", {}).get("retries") for want in wants}


def shown_lag(page: Page, service: str) -> int:
    value = page.locator(f"[data-service={service}] [data-role=lag]").get_attribute("data-value")
    return int(value) if value else -1


def test_a_service_paused_on_the_page_falls_behind_alone_and_catches_up(
    demo: RunningDemo, demo_page: Page
) -> None:
    quality = demo_page.locator("[data-service=quality]")
    expect(quality.locator("[data-role=state]")).to_contain_text("Running")
    before = told(demo)

    quality.locator("[data-action=pause]").click()
    expect(quality.locator("[data-role=state]")).to_contain_text("Paused")
    go_on = {name: counted(demo, name)["settled"] + BEHIND for name in ("inventory", "shipping")}
    until(lambda: shown_lag(demo_page, "quality") > BEHIND, "the page shows quality behind")
    standing = counted(demo, "quality")["settled"]
    until(
        lambda: all(counted(demo, name)["settled"] >= goal for name, goal in go_on.items()),
        "the others go on while quality is paused",
    )
    until(lambda: is_only_behind(demo, "quality"), "the others do not fall behind")
    until(lambda: shown_lag(demo_page, "quality") > BEHIND + 10, "it falls further behind")
    assert counted(demo, "quality")["settled"] == standing, "a paused service handles nothing"

    quality.locator("[data-action=resume]").click()
    expect(quality.locator("[data-role=state]")).to_contain_text("Running")
    has_caught_up(demo, "quality")
    until(lambda: 0 <= shown_lag(demo_page, "quality") < CAUGHT_UP, "the page shows it caught up")
    report = recovered(demo, "pause", "quality", before)
    assert report["lag_highest"] > BEHIND
    for action in ("pause", "resume"):
        all_obeyed(demo, action, "quality")
    expect(demo_page.locator(f"#reports [data-report='{report['id']}']")).to_contain_text("quality")
    until(lambda: nothing_lost(demo), "the ledger says nothing lost and nothing twice")
    expect(demo_page.locator("[data-ledger=lost]").first).to_contain_text("0")
    expect(demo_page.locator("[data-ledger=duplicates]").first).to_contain_text("0")


def test_a_service_paused_by_a_script_falls_behind_and_catches_up(demo: RunningDemo) -> None:
    before = told(demo)
    obeyed(demo, press(demo, "/api/services/quality/pause"))
    assert wait_for(demo, "quality", "paused")["want"]["until_at"] is None
    go_on = {name: counted(demo, name)["settled"] + BEHIND for name in ("inventory", "shipping")}
    until(lambda: lag(demo, "quality") > BEHIND, "quality falls behind")
    standing = counted(demo, "quality")["settled"]
    until(
        lambda: all(counted(demo, name)["settled"] >= goal for name, goal in go_on.items()),
        "the others go on while quality is paused",
    )
    until(lambda: lag(demo, "quality") > BEHIND + 10, "quality falls further behind")
    assert counted(demo, "quality")["settled"] == standing, "a paused service handles nothing"
    obeyed(demo, press(demo, "/api/services/quality/resume"))
    wait_for(demo, "quality", "running")
    has_caught_up(demo, "quality")
    until(lambda: 0 <= lag(demo, "quality") < CAUGHT_UP, "its lag is back")
    assert recovered(demo, "pause", "quality", before)["lag_highest"] > BEHIND
    until(lambda: nothing_lost(demo), "nothing lost, nothing twice")


def test_a_pause_with_an_end_ends_by_itself(demo: RunningDemo) -> None:
    before = told(demo)
    obeyed(demo, press(demo, "/api/services/shipping/pause", seconds=4))
    recovered(demo, "pause", "shipping", before)
    assert demo.service("shipping")["state"] == "running"
    asked = [one for one in demo.get("/api/flow")["commands"] if one["service"] == "shipping"]
    assert [one["action"] for one in asked] == ["pause"], "nobody resumed it"


def test_the_counters_stay_exact_when_each_service_is_killed(demo: RunningDemo) -> None:
    pids = {name: demo.service(name)["instances"][0]["pid"] for name in LINE}
    for pid in pids.values():
        os.kill(pid, signal.SIGKILL)
    for name, pid in pids.items():
        until(partial(is_back, demo, name, pid), f"{name} is back as another process")
    has_caught_up(demo, *READERS)
    scanned = counted(demo, "quality")["published"]
    until(lambda: counted(demo, "quality")["published"] > scanned, "parts are scanned again")
    # What a killed service had written and not committed it writes again, with the same ids: that
    # is seen and counted as duplicates. The ledger itself has each event once, whatever happened.
    until(lambda: demo.ledger()["lost"] == 0, "nothing is lost")
    for name in READERS:
        counts = counted(demo, name)
        assert counts["settled"] + counts["waiting"] == counts["published"], f"{name}: each is once"


def test_a_kafka_that_is_killed_on_the_page_comes_back_and_nothing_is_lost(
    demo: RunningDemo, demo_page: Page
) -> None:
    connection = Remembered(demo_page.locator("#connection"))
    known, before = told(demo), demo.broker_pid()
    assert before is not None
    settled = counted(demo, "quality")["settled"]
    demo_page.locator("#whole").click()
    demo_page.locator("[data-press=broker-kill]").click()
    connection.had("^(?!Live)")
    until(lambda: demo.broker_pid() not in (None, before), "another broker is there")
    until(demo.all_run, "every service runs again")
    until(lambda: counted(demo, "quality")["settled"] > settled + BEHIND, "parts flow again")
    has_caught_up(demo, "quality")
    recovered(demo, "broker", "Kafka", known)
    all_obeyed(demo, "broker-kill", "Kafka")
    until(lambda: demo.ledger()["lost"] == 0, "nothing is lost")
    expect(demo_page.locator("#connection")).to_contain_text("Live")


def test_one_pause_halts_the_line_of_direct_calls_and_not_the_one_over_the_log(
    demo: RunningDemo, demo_page: Page
) -> None:
    demo_page.locator("[data-plug=':twin']").click()
    twin = demo_page.locator("#twin")
    direct, log = twin.locator("[data-line=direct]"), twin.locator("[data-line=log]")
    expect(direct).to_contain_text("Moves")
    double = twin.locator("[data-service=quality-direct]")
    demo_page.locator("[data-service=quality] [data-action=pause]").click()
    expect(double.locator("[data-role=state]")).to_contain_text("Paused")
    expect(direct).to_contain_text("Halted")
    expect(twin.locator("[data-call=failing]").first).to_be_visible()
    expect(log).to_contain_text("Moves")

    double.locator("[data-action=resume]").click()
    expect(direct).to_contain_text("Moves")
    quality = demo_page.locator("[data-service=quality] [data-role=state]")
    expect(quality).to_contain_text("Running")
    retries = twin.locator("[data-action=retries]")
    for words, wanted in (("Retries off", False), ("Retries on", True)):
        retries.click()
        expect(retries).to_have_text(words)
        until(lambda: retries_of(demo) == {wanted}, f"all callers: {words}")  # noqa: B023
    pids = [demo.service(f"{name}-direct")["instances"][0]["pid"] for name in LINE]
    twin.locator("[data-action=twin-stop]").click()
    expect(twin).to_be_hidden()
    until(lambda: not any(map(is_alive, pids)), "no process of it is left")
    for action in ("twin-start", "twin-stop"):
        all_obeyed(demo, action, "The line of direct calls")
    until(demo.all_run, "the line over the log goes on")


def test_pause_all_and_resume_all_or_put_everything_right(
    demo: RunningDemo, demo_page: Page
) -> None:
    before = told(demo)
    for way_back in ("resume-all", "right-all"):
        demo_page.locator("[data-action=pause-all]").click()
        until(
            lambda: all(s["state"] == "paused" for s in started(demo)),
            "every service is paused",
        )
        all_obeyed(demo, "pause", *LINE)
        demo_page.locator(f"[data-action={way_back}]").click()
        until(demo.all_run, "every service runs again")
        all_obeyed(demo, "resume", *LINE)
    for name in READERS:
        recovered(demo, "pause", name, before)


def test_the_page_comes_back_by_itself_after_a_reload(demo_page: Page) -> None:
    demo_page.reload()
    expect(demo_page.locator("#connection")).to_contain_text("Live")
    quality = demo_page.locator("[data-service=quality] [data-role=state]")
    expect(quality).to_contain_text("Running")
