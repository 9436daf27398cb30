"""The order in which an instance says how it is, and the clock by which it obeys."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from typing import Any, cast

import pytest
from confluent_kafka import TIMESTAMP_CREATE_TIME, Message

from flowviz.kit import instants
from flowviz.kit.link import RESTING_TURN_SECONDS, TURN_SECONDS, Link
from flowviz.kit.status import Phase, Report
from flowviz.kit.wish import Wish


class Sources:
    """A part that runs until it is told to stop."""

    phase: Phase = "running"
    waits = False

    def report(self) -> Report:
        return Report(phase=self.phase)

    def tick(self) -> bool:
        return self.waits


class Told:
    """Takes statuses as the link's writer does, and keeps their order."""

    def __init__(self) -> None:
        self.phases: list[str] = []
        self.while_the_first_is_told: Callable[[], None] | None = None

    def produce(self, _topic: str, value: bytes, **_rest: Any) -> None:
        meanwhile, self.while_the_first_is_told = self.while_the_first_is_told, None
        if meanwhile is not None:
            meanwhile()
        self.phases.append(json.loads(value)["phase"])

    def poll(self, _seconds: float) -> int:
        return 0

    def flush(self, _seconds: float) -> int:
        return 0


def test_no_report_that_was_made_before_the_last_word_goes_out_after_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    part, told = Sources(), Told()
    link = Link({"bootstrap.servers": "127.0.0.1:9", "log_level": 0}, "scanner", "scanner-1")
    monkeypatch.setattr(link, "_writer", told)
    monkeypatch.setattr(link, "_parts", [part])
    link._control.status_topic = True
    monkeypatch.setattr(link._control, "hear", lambda _timeout: False)

    def stop() -> None:
        part.phase = "stopping"
        link.last_word()

    stopping = threading.Thread(target=stop)

    def stop_meanwhile() -> None:
        stopping.start()
        stopping.join(0.2)  # all the time it needs to overtake, if it can

    told.while_the_first_is_told = stop_meanwhile
    link._turn()
    stopping.join()
    link._turn()
    assert told.phases == ["running", "stopping"]
    link._control.close()


class Record:
    """A wish on a topic where the broker does not put its own time."""

    def __init__(self, wish: Wish) -> None:
        self._wish = wish

    def key(self) -> bytes:
        return self._wish.service.encode()

    def value(self) -> bytes:
        return self._wish.encode()

    def timestamp(self) -> tuple[int, int]:
        return TIMESTAMP_CREATE_TIME, self._wish.at


def test_a_clock_that_is_set_in_the_middle_of_a_pause_changes_nothing_about_its_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    hour, made_at = 3_600_000, 1_900_000_000_000
    clocks = {"day": made_at, "steady": 5_000}
    monkeypatch.setattr(instants, "now_ms", lambda: clocks["day"])
    monkeypatch.setattr(instants, "steady_ms", lambda: clocks["steady"])
    link = Link({"bootstrap.servers": "127.0.0.1:9", "log_level": 0}, "scanner", "scanner-1")
    pause = Wish("w", "scanner", mode="paused", until_at=made_at + 60_000, at=made_at)
    link._control._take(cast(Message, Record(pause)))
    for day in (made_at - hour, made_at + hour):
        clocks |= {"day": day, "steady": 5_000 + 59_999}
        assert pause.paused_at(link.now())
        clocks["steady"] = 5_000 + 60_000
        assert not pause.paused_at(link.now())
    link._control.close()


def test_the_link_turns_seldom_at_rest_and_often_while_something_stirs(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    part, told = Sources(), Told()
    link = Link({"bootstrap.servers": "127.0.0.1:9", "log_level": 0}, "scanner", "scanner-1")
    now, waits = [1_000.0], []
    monkeypatch.setattr(link, "_writer", told)
    monkeypatch.setattr(link, "_parts", [part])
    monkeypatch.setattr(link, "_timed", True)
    monkeypatch.setattr(link._control, "settled", True)
    link._control.status_topic = True

    def hear(timeout: float) -> bool:
        waits.append(timeout)
        now[0] += timeout
        return False

    monkeypatch.setattr(link._control, "hear", hear)
    monkeypatch.setattr("flowviz.kit.link.time.monotonic", lambda: now[0])

    def turns(count: int) -> list[float]:
        waits.clear()
        for _ in range(count):
            link._turn()
        return list(waits)

    assert turns(1) == [TURN_SECONDS]
    turns(30)
    assert turns(4) == [RESTING_TURN_SECONDS] * 4
    part.phase = "paused"
    assert turns(3) == [RESTING_TURN_SECONDS, TURN_SECONDS, TURN_SECONDS]
    assert told.phases[-1] == "paused"
    turns(30)
    part.waits = True
    assert turns(3) == [RESTING_TURN_SECONDS, TURN_SECONDS, TURN_SECONDS]
