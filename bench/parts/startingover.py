"""A demonstration that is started over, and how long that takes."""

from __future__ import annotations

import threading
import time
from typing import Any

from bench.parts import dashboards
from bench.parts.partsline import READERS, START_SECONDS
from bench.parts.script import CannotMeasure

ANEW = "started over, from the press"
ANEW_KILLED = "started over just after a service was killed"
ANEW_ALL_KILLED = "started over after Kafka and all that read were killed"
ANEW_STAGES = (ANEW, ANEW_KILLED, ANEW_ALL_KILLED)
KILLED = "quality"
AWAY_SECONDS = 60.0
"""What was killed is still down when all is started over."""
LOOK_AGAIN_SECONDS = 0.05


def all_started_over(demo: dashboards.Dashboard, url: str) -> dict[str, float]:
    """Seconds, for each of ANEW_STAGES."""
    took = {ANEW: _started_over(demo, url)}
    demo.act(url, KILLED, "crash", seconds=AWAY_SECONDS)
    took[ANEW_KILLED] = _started_over(demo, url)
    demo.post(f"{url}/api/broker/kill")
    for reader in READERS:
        demo.act(url, reader, "crash", seconds=AWAY_SECONDS)
    _until_kafka_serves(demo, url)
    return took | {ANEW_ALL_KILLED: _started_over(demo, url)}


def _until_kafka_serves(demo: dashboards.Dashboard, url: str) -> None:
    """Again, after it was killed."""
    pause, asked = threading.Event(), time.monotonic()
    while True:
        broker = demo.flow(url)["cluster"]["broker"]
        if broker["restarts"] > 0 and broker["phase"] == "running":
            return
        if time.monotonic() - asked > START_SECONDS:
            raise CannotMeasure(f"Kafka did not serve within {START_SECONDS:g} s of its kill.")
        pause.wait(LOOK_AGAIN_SECONDS)


def _started_over(demo: dashboards.Dashboard, url: str) -> float:
    pause, pressed, at = threading.Event(), time.monotonic(), int(1000 * time.time())
    try:
        demo.post(f"{url}/api/demo/start-over")
    except dashboards.Refused as refused:
        raise CannotMeasure(f"It cannot be started over: {refused}") from None
    while not is_anew(demo.flow(url), at):
        if time.monotonic() - pressed > START_SECONDS:
            raise CannotMeasure(f"It was not started over within {START_SECONDS:g} s.")
        pause.wait(LOOK_AGAIN_SECONDS)
    return time.monotonic() - pressed


def is_anew(flow: dict[str, Any], since: int = 0) -> bool:
    """Whether it has been started over, all services run and the ledger counts. Raises
    CannotMeasure where it could not be. `since`: ms; what was told before is of another time."""
    commands = [one for one in flow["commands"] if one["at"] >= since]
    told = [one for one in commands if one["action"] == "start-over"]
    if told and told[-1]["state"] == "rejected":
        raise CannotMeasure(f"It could not be started over: {told[-1]['reason']}")
    if not told or told[-1]["state"] != "obeyed":
        return False
    services = [one for one in flow["services"] if not one["on_request"]]
    works = bool(services) and all(one["state"] == "running" for one in services)
    return works and bool(flow["ledger"]["handled"])
