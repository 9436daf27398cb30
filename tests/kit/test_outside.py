"""Work that Kafka did not bring: it obeys a pause as events do."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from flowviz.kit import Service, instants, outside
from flowviz.kit.calls import Calls
from flowviz.kit.outside import Outside
from flowviz.kit.wish import Wish
from tests.waiting import until


class Heard:
    """What people wish, said by the test."""

    wish: Wish | None = None
    settled = True

    def now(self) -> int:
        return instants.now_ms()


class Workers:
    """Requests, each in a thread of its own, that take a turn and work until they may end."""

    def __init__(self, outside: Outside) -> None:
        self._outside = outside
        self.may_end = threading.Event()
        self.wanted = True
        self.working: list[int] = []
        self.unwanted: list[int] = []
        self._threads: list[threading.Thread] = []

    def come(self, count: int = 1) -> None:
        for _ in range(count):
            thread = threading.Thread(target=self._work, args=(len(self._threads),), daemon=True)
            self._threads.append(thread)
            thread.start()

    def leave(self) -> None:
        self.may_end.set()
        for thread in self._threads:
            thread.join(30)
            assert not thread.is_alive()

    def _work(self, number: int) -> None:
        with self._outside.turn(lambda: self.wanted) as go_on:
            (self.working if go_on else self.unwanted).append(number)
            self.may_end.wait(30)


@contextmanager
def workers(made: Outside) -> Iterator[Workers]:
    found = Workers(made)
    try:
        yield found
    finally:
        found.wanted = False
        found.leave()


def phase(made: Outside) -> str | None:
    return made.report().phase


def test_without_work_it_has_no_say_but_tells_of_calls() -> None:
    calls = Calls()
    calls.done(0.1)
    report = Outside(Heard(), threading.Event(), {"b": calls}).report()
    assert (report.phase, report.calls["b"].done) == (None, 1)


def test_a_pause_ends_what_is_in_hand_and_begins_nothing() -> None:
    heard = Heard()
    made = Outside(heard, threading.Event(), {})
    with workers(made) as requests:
        requests.come(2)
        until(lambda: len(requests.working) == 2, "both work at once")
        assert phase(made) == "running"
        heard.wish = Wish(id="w", service="a", mode="paused")
        assert (phase(made), made.report().obeyed) == ("pausing", "w")
        requests.may_end.set()
        until(lambda: phase(made) == "paused", "nothing is in hand any more")
        requests.come(3)
        requests.wanted = False
        until(lambda: len(requests.unwanted) == 3, "who is not waited for any more is let go")
        assert len(requests.working) == 2
        requests.wanted = True
        requests.come()
        heard.wish = None
        until(lambda: len(requests.working) == 3, "resumed: it goes on")


def test_slowed_down_turns_begin_one_after_the_other() -> None:
    heard = Heard()
    heard.wish = Wish(id="w", service="a", ms_per_event=60_000)
    made = Outside(heard, threading.Event(), {})
    with workers(made) as requests:
        requests.come(3)
        until(lambda: len(requests.working) == 1, "the first begins at once")
        heard.wish = None
        until(lambda: len(requests.working) == 3, "at full speed they need not wait")


def test_nothing_begins_before_the_wishes_are_known_unless_kafka_is_silent(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    heard = Heard()
    heard.settled = False
    made = Outside(heard, threading.Event(), {})
    with workers(made) as requests:
        requests.come()
        until(lambda: phase(made) == "starting", "it waits for a word")
        assert requests.working == []
        monkeypatch.setattr(outside, "PATIENCE_SECONDS", 0.0)
        until(lambda: requests.working, "who is called does not need Kafka to answer")


def test_a_service_that_stops_begins_nothing() -> None:
    heard = Heard()
    heard.wish = Wish(id="w", service="a", mode="paused")
    stopping = threading.Event()
    with workers(Outside(heard, stopping, {})) as requests:
        requests.come()
        stopping.set()
        until(lambda: requests.unwanted, "it is let go")
    with Service("a", {}).turn() as go_on:
        assert go_on is False, "a service that does not run does nothing"


def test_work_that_fails_is_counted() -> None:
    made = Outside(Heard(), threading.Event(), {})
    with pytest.raises(ZeroDivisionError), made.turn(outside.always):
        _ = 1 / 0
    assert (made.report().failed, made.report().handling_for_seconds) == (1, None)
