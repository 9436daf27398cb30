"""A demonstration that is started over between two classes, on a real one."""

from __future__ import annotations

import json
import os
import signal
from pathlib import Path

from confluent_kafka.admin import AdminClient, NewTopic

from tests.browser.running_demo import LINE, RunningDemo, until
from tests.kafka.pressed import at_work, ended, flow, obeyed, press, recovered, refused


def test_nothing_of_before_is_left_and_everything_is_as_at_the_first_start(
    demo: RunningDemo,
) -> None:
    obeyed(demo, press(demo, "/api/services/quality/crash", seconds=1))
    recovered(demo, "crash", "quality", set())
    press(demo, "/api/services/quality/slow", ms_per_event=30)
    press(demo, "/api/services/inventory/scale", instances=2)
    press(demo, "/api/services/shipping/crash")
    until(lambda: demo.service("inventory")["of"] == 2, "two of it")
    before = flow(demo)
    ids = {one["name"]: one["topic_id"] for one in before["topics"]}
    admin = AdminClient({"bootstrap.servers": before["cluster"]["bootstrap"], "log_level": 0})
    letters, somebodys = "parts.scanned.quality.dlq", "of.somebody.else"
    for made in admin.create_topics([NewTopic(letters, 1), NewTopic(somebodys, 1)]).values():
        made.result(30)

    laid = demo.get("/positions")["arrangement"]

    pressed = press(demo, "/api/demo/start-over")
    status, busy = demo.post("/api/services/quality/pause")
    assert (status, busy["detail"]) == (409, "Everything is being started over just now.")
    for everything in ("/api/all/pause", "/api/all/resume", "/api/all/right"):
        assert refused(demo, everything) == (409, busy["detail"])
    obeyed(demo, pressed)
    after = until(lambda: at_work(demo), "the line works again")

    assert {one["name"] for one in after["topics"]} - {somebodys} == set(ids)
    there = set(admin.list_topics(timeout=10).topics)
    assert there & {letters, somebodys} == {somebodys}, "dead letters are of before, his is his"
    admin.delete_topics([somebodys])[somebodys].result(30)
    assert not {one["topic_id"] for one in after["topics"]} & set(ids.values())
    assert [(one["action"], one["state"]) for one in after["commands"]] == [
        ("start-over", "obeyed")
    ]
    assert after["reports"] == []
    assert demo.get("/positions")["arrangement"] != laid, "cards are laid anew"
    assert after["ledger"]["since_at"] > before["ledger"]["since_at"]
    assert after["ledger"]["lost"] == 0
    scanned = next(one for one in after["topics"] if one["name"] == "parts.scanned")
    assert after["ledger"]["published"] <= 3 * scanned["end"], "no pass counts what was before"
    for one in after["services"]:
        if one["name"] in LINE:
            assert (one["of"], one["want"]) == (1, None)


def test_where_it_fails_half_way_it_says_so_and_a_second_press_finishes_it(
    demo: RunningDemo, folder: Path
) -> None:
    """Kafka stands still in the middle of it, as on a laptop that was closed."""
    until(lambda: at_work(demo), "the line works")
    note = json.loads((folder / "assembly_line" / "kafka" / "broker.lock").read_text())
    os.kill(note["java"], signal.SIGSTOP)
    try:
        pressed = press(demo, "/api/demo/start-over")
        failed = ended(demo, pressed)
        assert failed["state"] == "rejected"
        assert "The services are stopped; press Start over again." in failed["reason"]
        assert demo.service("quality")["state"] == "stopped"
    finally:
        os.kill(note["java"], signal.SIGCONT)
    until(lambda: flow(demo)["cluster"]["reachable"], "Kafka answers again")
    again = press(demo, "/api/demo/start-over")
    obeyed(demo, again)
    until(lambda: at_work(demo), "the line works again")
