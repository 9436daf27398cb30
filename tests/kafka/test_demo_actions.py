"""Everything that can be done to a demonstration, on a real one that all of these tests share.

Of each action: what it does, that its command is confirmed, where it is refused, how it ends, and
its mark in a recovery report. In the end it is stopped, and nothing is left.
"""

from __future__ import annotations

import socket
from pathlib import Path

import pytest
from confluent_kafka.admin import AdminClient

from dashboard.cluster.embedded.locks import FileLock
from dashboard.picture.actions import TWIN_RUNS, TWIN_STOPPED
from tests.browser.running_demo import LINE, RunningDemo, until
from tests.commands import descendants, is_alive
from tests.kafka.pressed import (
    all_obeyed,
    at_work,
    flow,
    obeyed,
    press,
    put_right,
    recovered,
    refused,
    told,
    wait_for,
)
from tests.kafka.read_so_far import compared_as_equal, offset_at, passes, reached

BACK = 20
"""So many events are read again."""
TOPICS = {"parts.scanned", "parts.graded", "stock.changed", "labels.printed"}


def test_several_kinds_of_down_at_once_each_end_in_a_report_of_their_own(
    demo: RunningDemo,
) -> None:
    before = told(demo)
    crash = press(demo, "/api/services/quality/crash", seconds=2)
    freeze = press(demo, "/api/services/inventory/freeze")
    stop = press(demo, "/api/services/shipping/stop")
    frozen = wait_for(demo, "inventory", "frozen")
    assert frozen["actions"]["thaw"] is None
    assert frozen["actions"]["freeze"] == "It is frozen already."
    stopped = wait_for(demo, "shipping", "stopped")
    assert (stopped["actions"]["start"], stopped["up"]) == (None, 0)
    obeyed(demo, crash, freeze, stop)
    for action in ("crash", "freeze", "thaw"):
        assert refused(demo, f"/api/services/shipping/{action}")[0] == 409
    assert refused(demo, "/api/services/shipping/scale", instances=2) == (
        409,
        "It is stopped; start it first.",
    )
    until(
        lambda: demo.service("inventory")["instances"][0]["group"] == "left",
        "its group has let the frozen one go",
    )
    assert demo.service("inventory")["state"] == "frozen"
    obeyed(demo, press(demo, "/api/services/inventory/thaw"))
    obeyed(demo, press(demo, "/api/services/shipping/start"))
    for kind, service in (("crash", "quality"), ("freeze", "inventory"), ("stop", "shipping")):
        recovered(demo, kind, service, before)
    assert until(lambda: at_work(demo), "all of them work again")
    assert refused(demo, "/api/services/inventory/thaw") == (409, "It is not frozen.")
    assert refused(demo, "/api/services/shipping/start") == (409, "It is running already.")


def test_partitions_move_to_new_instances_and_away_from_one_that_crashed(
    demo: RunningDemo,
) -> None:
    def shares() -> list[list[int] | None]:
        instances = demo.service("quality")["instances"]
        return [(one["partitions"] or {}).get("parts.scanned") for one in instances]

    before = told(demo)
    obeyed(demo, press(demo, "/api/services/quality/scale", instances=4))
    until(
        lambda: demo.service("quality")["reason"] == "1 of 4 has no partition left",
        f"three share three, one stands by; {demo.service('quality')}",
    )
    assert recovered(demo, "scale", "quality", before)["what"] == "1 to 4 instances"
    before = told(demo)
    holder = next(n for n, share in enumerate(shares()) if share)
    was = (shares()[holder] or [])[0]
    name = f"quality-{holder + 1}"
    obeyed(demo, press(demo, "/api/services/quality/crash", seconds=60, instance=name))
    until(
        lambda: any(share == [was] for n, share in enumerate(shares()) if n != holder),
        f"partition {was} has moved to one that is alive; {shares()}",
    )
    assert wait_for(demo, "quality", "crashed")["instances"][holder]["state"] == "crashed"
    assert (
        "has no instance quality-9"
        in refused(demo, "/api/services/quality/freeze", instance="quality-9")[1]
    )
    assert refused(demo, "/api/services/quality/scale", instances=7)[0] == 422
    said = put_right(demo)
    assert "Started quality." in said
    assert "Scaled back quality." in said
    until(lambda: shares() == [[0, 1, 2]], f"one holds all of them; {shares()}")
    recovered(demo, "scale", "quality", before)
    crash = recovered(demo, "crash", "quality", before)
    assert crash["instances"] == [name]
    assert crash["taken_over_seconds"] is not None, "the others were seen to hold what it had"


def test_slow_options_and_a_rate_are_wishes_that_put_right_takes_back(demo: RunningDemo) -> None:
    before = told(demo)
    commands = [
        press(demo, "/api/services/quality/slow", ms_per_event=300),
        press(demo, "/api/services/inventory/options", dedupe=True, note="first class"),
        press(demo, "/api/services/scanner/rate", per_second=20, seconds=60),
    ]
    wait_for(demo, "quality", "slow")
    obeyed(demo, *commands)
    assert demo.service("inventory")["want"]["options"] == {"dedupe": True, "note": "first class"}
    assert demo.service("scanner")["want"]["rate"] == 20
    assert refused(demo, "/api/services/scanner/slow", ms_per_event=5)[0] == 409
    assert refused(demo, "/api/services/quality/rate", per_second=5)[0] == 409
    assert refused(demo, "/api/services/quality/options")[0] == 422
    assert "run at full speed" in put_right(demo)
    wait_for(demo, "quality", "running")
    recovered(demo, "slow", "quality", before)
    assert demo.service("inventory")["want"]["options"] == {}
    assert demo.service("scanner")["want"]["rate"] is None


def test_a_service_reads_again_and_the_ledger_begins_another_pass(demo: RunningDemo) -> None:
    before, pass_before = told(demo), passes(demo, "shipping")
    obeyed(demo, press(demo, "/api/services/shipping/rewind", to="earliest"))
    until(lambda: passes(demo, "shipping") == pass_before + 1, "another pass")
    report = recovered(demo, "rewind", "shipping", before)
    assert report["what"] == f"pass {pass_before + 1}"
    assert report["handled"] > 0
    assert report["lag_highest"] >= report["read_again"] > 0
    where = {"parts.scanned": {"0": 10**9}}
    assert (
        "reads again from there or before"
        in refused(demo, "/api/services/shipping/rewind", to=where)[1]
    )
    assert refused(demo, "/api/services/shipping/rewind", to=2**52) == (
        422,
        "That instant is still to come; name one that has been.",
    )
    assert refused(demo, "/api/services/scanner/rewind", to="earliest")[0] == 409


@pytest.mark.parametrize("place", ["an offset", "a time"])
def test_from_an_offset_or_a_time_just_so_many_are_read_again(
    demo: RunningDemo, place: str
) -> None:
    """Paused meanwhile, so that it is known where it stands when it is rewound."""
    until(lambda: reached(demo, "shipping")[0] > BACK, "there is enough to read again")
    before, pass_before = told(demo), passes(demo, "shipping")
    obeyed(demo, press(demo, "/api/services/shipping/pause"))
    wait_for(demo, "shipping", "paused")
    stands = reached(demo, "shipping")
    first = stands[0] - BACK
    to: object = {"parts.scanned": {"0": first}}
    begins = stands | {0: first}
    if place == "a time":
        to = at = demo.get(f"/api/topics/parts.scanned/events/0/{first}")["at"]
        begins = {partition: offset_at(demo, partition, at) for partition in stands}
    obeyed(demo, press(demo, "/api/services/shipping/rewind", to=to))
    assert wait_for(demo, "shipping", "paused")["want"]["mode"] == "paused"
    obeyed(demo, press(demo, "/api/services/shipping/resume"))
    report = recovered(demo, "rewind", "shipping", before)
    assert report["read_again"] == sum(max(0, stands[one] - begins[one]) for one in stands)
    assert report["read_again"] >= BACK
    assert passes(demo, "shipping") == pass_before + 1
    recovered(demo, "pause", "shipping", before)


def test_a_service_and_a_line_that_are_asked_for_come_up_and_go_again(demo: RunningDemo) -> None:
    """Who is plugged in late reads from the very beginning, and then knows the same."""
    before = told(demo)
    scanned = sum(log["end"] for log in demo.get("/api/topics/parts.scanned/partitions"))
    obeyed(
        demo,
        press(demo, "/api/services/analytics/start"),
        press(demo, "/api/twin/start"),
    )
    doubles = [f"{name}-direct" for name in LINE]
    for name in ("analytics", *doubles):
        wait_for(demo, name, "running")
    assert refused(demo, "/api/services/analytics/start") == (409, "It is running already.")
    assert refused(demo, "/api/twin/start") == (409, TWIN_RUNS)
    report = recovered(demo, "plug in", "analytics", before)
    assert report["handled"] >= scanned, "all that was there before it came"
    shown = demo.service("analytics")
    assert shown["caught_up"]["events"] == report["handled"]
    assert shown["facts"]["counted from"] == "the very beginning"
    until(
        lambda: compared_as_equal(demo) >= scanned,
        "what it has counted and what inventory has is the same, at the very same part",
    )
    until(lambda: len(flow(demo)["lines"]) == 2, "both lines are compared")
    pids = [one["pid"] for name in doubles for one in demo.service(name)["instances"]]
    obeyed(
        demo,
        press(demo, "/api/services/analytics/stop"),
        press(demo, "/api/twin/stop"),
    )
    for name in ("analytics", *doubles):
        wait_for(demo, name, "stopped")
    assert not any(map(is_alive, pids))
    assert refused(demo, "/api/services/analytics/stop") == (409, "It is stopped already.")
    assert refused(demo, "/api/twin/stop") == (409, TWIN_STOPPED)
    until(lambda: flow(demo)["lines"] == [], "there is nothing to compare")


def test_read_again_without_dedupe_the_stock_is_counted_twice(demo: RunningDemo) -> None:
    before = told(demo)
    obeyed(demo, press(demo, "/api/services/inventory/pause"))
    wait_for(demo, "inventory", "paused")
    counted = sum(reached(demo, "inventory").values())
    assert demo.service("inventory")["facts"]["counted twice"] == 0
    obeyed(demo, press(demo, "/api/services/inventory/options", dedupe=False))
    obeyed(demo, press(demo, "/api/services/inventory/rewind", to="earliest"))
    wait_for(demo, "inventory", "paused")
    obeyed(demo, press(demo, "/api/services/inventory/resume"))
    assert recovered(demo, "rewind", "inventory", before)["read_again"] == counted
    until(
        lambda: demo.service("inventory")["facts"]["counted twice"] >= counted,
        f"all of {counted} are counted again",
    )
    assert "run at full speed" in put_right(demo)
    until(lambda: demo.service("inventory")["facts"]["dedupe"] is True, "it drops them again")
    all_obeyed(demo, "resume", *LINE)


def test_a_flood_and_a_killed_broker_have_one_report_for_all_who_read(demo: RunningDemo) -> None:
    before = told(demo)
    obeyed(demo, press(demo, "/api/services/scanner/flood", seconds=0.5))
    flood = recovered(demo, "flood", "scanner", before)
    assert flood["published"] > 100
    assert refused(demo, "/api/services/quality/flood") == (
        409,
        "It works at the pace of what it reads.",
    )
    obeyed(demo, press(demo, "/api/broker/kill"))
    until(lambda: flow(demo)["cluster"]["broker"]["restarts"] == 1, "it falls")
    assert refused(demo, "/api/broker/restart")[0] == 409
    recovered(demo, "broker", "Kafka", before)
    until(lambda: at_work(demo), "all of them work again")


def test_in_the_end_no_process_port_lock_or_topic_of_a_moment_is_left(
    demo: RunningDemo, folder: Path
) -> None:
    shown = flow(demo)
    kafka = shown["cluster"]["bootstrap"]
    there = AdminClient({"bootstrap.servers": kafka, "log_level": 0}).list_topics(timeout=10)
    assert set(there.topics) - {"__consumer_offsets"} == TOPICS | {
        "flowviz.control",
        "flowviz.status",
    }
    instances = [one for service in shown["services"] for one in service["instances"]]
    known = {one["pid"] for one in instances if one["pid"] is not None} | {demo.broker_pid()}
    pids = descendants(demo.process.pid)
    assert known < pids
    assert len(pids - known) >= 2, "a guard and a surveyor as well"
    assert demo.stop() == 0
    assert not [pid for pid in pids if is_alive(pid)]
    for address in (kafka, demo.url.removeprefix("http://")):
        host, port = address.split(":")
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection((host, int(port)), 5)
    locks = list((folder / "assembly_line" / "kafka").glob("*.lock"))
    assert locks
    for lock in locks:
        assert FileLock(lock).take()
