"""Between two classes: a running demonstration becomes as at its first start."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.browser.running_demo import RunningDemo, start_demo
from tests.waiting import until

AGAIN_SECONDS = 60
SERVICES = ("scanner", "quality", "inventory", "shipping")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("demo")


@pytest.fixture(scope="module")
def demo(folder: Path) -> Iterator[RunningDemo]:
    running = start_demo(folder, "--port", "0")
    try:
        yield running
    finally:
        assert running.stop() == 0


def flow(demo: RunningDemo) -> dict[str, Any]:
    return dict(demo.get("/api/flow"))


def at_work(demo: RunningDemo) -> dict[str, Any] | None:
    """The picture once the line works and nothing waits to be told of it."""
    shown = flow(demo)
    states = {one["name"]: one["state"] for one in shown["services"]}
    works = all(states.get(name) == "running" for name in SERVICES)
    handled = shown["ledger"]["handled"]
    return shown if works and handled and not shown["cluster"]["starting_over"] else None


def command(demo: RunningDemo, name: str) -> dict[str, Any] | None:
    """The command once it has come to its end."""
    found = [one for one in flow(demo)["commands"] if one["id"] == name]
    return found[0] if found and found[0]["state"] != "sent" else None


def press(demo: RunningDemo, path: str, body: dict[str, Any] | None = None) -> str:
    status, answer = demo.post(path, body)
    assert status == 202, answer
    return str(answer["command"])


def test_nothing_of_before_is_left_and_everything_is_as_at_the_first_start(
    demo: RunningDemo,
) -> None:
    until(lambda: at_work(demo), "the line works", 240)
    press(demo, "/api/services/quality/pause")
    until(lambda: demo.service("quality")["state"] == "paused", "it stands still")
    press(demo, "/api/services/quality/resume")
    until(lambda: any(r["state"] == "recovered" for r in flow(demo)["reports"]), "a report", 60)
    press(demo, "/api/services/quality/slow", {"ms_per_event": 30})
    press(demo, "/api/services/inventory/scale", {"instances": 2})
    press(demo, "/api/services/shipping/crash")
    until(lambda: demo.service("inventory")["of"] == 2, "two of it")
    before = flow(demo)
    ids = {one["name"]: one["topic_id"] for one in before["topics"]}

    pressed = press(demo, "/api/demo/start-over")
    status, busy = demo.post("/api/services/quality/pause")
    assert (status, busy["detail"]) == (409, "Everything is being started over just now.")
    until(lambda: command(demo, pressed), "it has come to its end", AGAIN_SECONDS)
    after = until(lambda: at_work(demo), "the line works again", AGAIN_SECONDS)
    assert command(demo, pressed)["state"] == "obeyed"  # type: ignore[index]

    assert {one["name"] for one in after["topics"]} == set(ids)
    assert not {one["topic_id"] for one in after["topics"]} & set(ids.values())
    assert [(one["action"], one["state"]) for one in after["commands"]] == [
        ("start-over", "obeyed")
    ]
    assert after["reports"] == []
    assert after["ledger"]["since_at"] > before["ledger"]["since_at"]
    assert after["ledger"]["lost"] == 0
    scanned = next(one for one in after["topics"] if one["name"] == "parts.scanned")
    assert after["ledger"]["published"] <= 3 * scanned["end"], "no pass counts what was before"
    for one in after["services"]:
        if one["name"] in SERVICES:
            assert (one["of"], one["want"]) == (1, None)


def test_where_it_fails_half_way_it_says_so_and_a_second_press_finishes_it(
    demo: RunningDemo, folder: Path
) -> None:
    """Kafka stands still in the middle of it, as on a laptop that was closed."""
    until(lambda: at_work(demo), "the line works", AGAIN_SECONDS)
    note = json.loads((folder / "assembly_line" / "kafka" / "broker.lock").read_text())
    os.kill(note["java"], signal.SIGSTOP)
    try:
        pressed = press(demo, "/api/demo/start-over")
        ended = until(lambda: command(demo, pressed), "it has come to its end", AGAIN_SECONDS)
        assert ended["state"] == "rejected"
        assert "The services are stopped; press Start over again." in ended["reason"]
        assert demo.service("quality")["state"] == "stopped"
    finally:
        os.kill(note["java"], signal.SIGCONT)
    until(lambda: flow(demo)["cluster"]["reachable"], "Kafka answers again", AGAIN_SECONDS)
    again = press(demo, "/api/demo/start-over")
    until(lambda: command(demo, again), "it has come to its end", AGAIN_SECONDS)
    until(lambda: at_work(demo), "the line works again", AGAIN_SECONDS)
