"""The demonstration's parts line, as its API tells it and is asked through it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

from bench.parts.dashboards import Dashboard, Refused
from bench.parts.script import CannotMeasure

SCANNED = "parts.scanned"
SOURCE = "scanner"
READERS = {"quality": "parts.graded", "inventory": "stock.changed", "shipping": "labels.printed"}
"""Service -> the topic to which it writes one event for each part."""
LINE = (SOURCE, *READERS)
START_SECONDS = 120.0
LOOK_SECONDS = 0.25
LAST_LINES = 20
WORKERS = ("reachable", "broker", "reader", "surveyor", "supervisor")
SURVEYS_SECONDS = 2.0
"""In which the dashboard has asked Kafka anew for all offsets."""


class PartsLine:
    """A demonstration that was just started; its address is known once this is made."""

    def __init__(self, demo: Dashboard) -> None:
        self._demo = demo
        self._pause = threading.Event()
        self.url = demo.url(START_SECONDS)

    def flow(self) -> Any:
        return self._demo.flow(self.url)

    def act(self, service: str, action: str, **arguments: Any) -> None:
        """Raises Refused."""
        self._demo.act(self.url, service, action, **arguments)

    def services(self) -> dict[str, dict[str, Any]]:
        """Those of the line; not its double, which starts when somebody asks for it."""
        return {one["name"]: one for one in self.flow()["services"] if one["name"] in LINE}

    def counted(self) -> dict[str, dict[str, Any]]:
        """Reader -> its counters in the ledger, once it has any."""
        found = self.flow()["ledger"]["services"]
        return {name: found[name] for name in READERS if name in found}

    def handled(self) -> int:
        """Parts that every reader has handled."""
        counted = self.counted()
        return min((counted.get(name, {}).get("handled") or 0 for name in READERS), default=0)

    def all_run(self) -> bool:
        services = self.services()
        return all(name in services and services[name]["state"] == "running" for name in LINE)

    def at_rest(self) -> bool:
        """The source is paused, and no reader has anything waiting."""
        flow = self.flow()
        ledger, states = flow["ledger"], {one["name"]: one["state"] for one in flow["services"]}
        return (
            states[SOURCE] == "paused"
            and ledger["lost"] is not None
            and all(ledger["services"].get(name, {}).get("waiting") == 0 for name in READERS)
        )

    def come_to_rest(self, within_seconds: float) -> None:
        """Pause the source, and wait until nothing is left to do."""
        self.until(lambda: done(lambda: self.act(SOURCE, "pause")), within_seconds, "it pauses")
        self.until(self.at_rest, within_seconds, "nothing waits any more")
        # What the source wrote last may be younger than the survey that said so.
        self._pause.wait(SURVEYS_SECONDS)
        self.until(self.at_rest, within_seconds, "nothing waits any more")

    def until(self, holds: Callable[[], bool], seconds: float, what: str) -> float:
        """When that was so, on the clock `time.monotonic`. Raises CannotMeasure when it was not."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if holds():
                return time.monotonic()
            self._pause.wait(LOOK_SECONDS)
        raise CannotMeasure(f"Waited {seconds:g} s in vain until {what}.\n{self._as_it_is()}")

    def _as_it_is(self) -> str:
        """For whoever has to find out what went wrong."""
        flow = self.flow()
        states = {one["name"]: one["state"] for one in flow["services"]}
        about = {key: flow["cluster"][key] for key in WORKERS}
        said = "".join(self._demo.printed[-LAST_LINES:])
        return f"{states}\n{about}\n{flow['ledger']}\nThe demonstration said:\n{said}"


def done(act: Callable[[], object]) -> bool:
    """Whether it could be done: while Kafka is away, no wish can be sent."""
    try:
        act()
    except Refused:
        return False
    return True


def unaccounted(counted: dict[str, Any]) -> int | None:
    """Events of a reader of which the ledger does not know what became; None: not known."""
    names = ("published", "handled", "skipped", "dead_lettered", "waiting")
    published, *settled = (counted[name] for name in names)
    if published is None or None in settled:
        return None
    return int(published - sum(settled))
