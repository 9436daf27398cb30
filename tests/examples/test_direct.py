"""How the services of the direct line call each other, over real sockets and without Kafka."""

from __future__ import annotations

import http.client
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any

import pytest

from examples.assembly_line.direct import caller, outgoing
from examples.assembly_line.direct.caller import Caller, CallFailed, TimedOut
from examples.assembly_line.direct.outgoing import Outgoing
from examples.assembly_line.direct.server import MAX_BODY_BYTES, WORKERS, Answer, Server
from examples.assembly_line.parts import Part, next_part
from flowviz.kit import Service
from flowviz.kit.calls import CallCounts
from tests.waiting import PATIENCE_SECONDS, until


class Standing(Service):
    """A service that needs no Kafka here: it works unless the test has it paused."""

    def __init__(self, name: str) -> None:
        super().__init__(name, {})
        self.paused = False
        self.let_go = 0

    def turn(self, wanted: Callable[[], bool] = lambda: True) -> AbstractContextManager[bool]:
        if not self.paused:
            return nullcontext(True)
        until(lambda: not wanted() or not self.paused, "the caller gives up")
        self.let_go += 1
        return nullcontext(False)


class Pair:
    """One service that calls another."""

    def __init__(self, answer: Answer, monkeypatch: pytest.MonkeyPatch) -> None:
        self.callee = Standing("b")
        self.service = Standing("a")
        with socket.create_server(("127.0.0.1", 0), reuse_port=True) as free:
            self.port = free.getsockname()[1]
            monkeypatch.setenv("B_URL", f"http://127.0.0.1:{self.port}")
        self.server = Server(self.callee, answer, self.port)
        self.caller = Caller(self.service, "b")

    def counts(self) -> CallCounts:
        return self.service.calls_to("b").counts()

    def ask(self, body: bytes | None, **headers: str) -> int:
        """What a stranger gets for this body."""
        stranger = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_SECONDS)
        try:
            stranger.request("POST", "/", body, headers)
            return stranger.getresponse().status
        finally:
            stranger.close()


@pytest.fixture(autouse=True)
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(caller, "FIRST_BACKOFF_SECONDS", 0.001)


@contextmanager
def pair(answer: Answer, monkeypatch: pytest.MonkeyPatch) -> Iterator[Pair]:
    made = Pair(answer, monkeypatch)
    made.server.listen()
    try:
        yield made
    finally:
        made.callee.paused = False
        made.server.close()


def weighed(part: Part) -> dict[str, Any]:
    return {"serial": part["serial"]}


def test_a_part_is_worked_on_and_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    with pair(weighed, monkeypatch) as both:
        both.caller.wait_until_there()
        for serial in (1, 2):
            assert both.caller.call(next_part(serial)) == {"serial": serial}
        counts = both.counts()
        assert (counts.done, counts.refused, counts.timed_out, counts.retried) == (2, 0, 0, 0)
        assert counts.seconds is not None


def test_what_is_no_part_is_refused_with_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    with pair(weighed, monkeypatch) as both:
        assert both.ask(b'{"serial": 1}') == 200
        assert both.ask(b"{") == 400
        assert both.ask(b"[1]") == 400
        assert both.ask(b"{}") == 422
        assert both.ask(b"x" * (MAX_BODY_BYTES + 1)) == 413
        assert both.ask(b"", **{"Content-Length": "many"}) == 413


def test_no_request_ends_the_thread_that_took_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(part: Part) -> dict[str, Any]:
        if part["serial"] == 13:
            raise RuntimeError("the scales are broken")
        return {"left": object()} if part["serial"] == 14 else weighed(part)

    with pair(broken, monkeypatch) as both:
        for _ in range(WORKERS):
            assert both.ask(b"", **{"Content-Length": "9" * 5_000}) == 413
            assert both.ask(b'{"serial": 13}') == 500
            with pytest.raises(http.client.RemoteDisconnected):
                both.ask(b'{"serial": 14}')
        assert both.ask(b'{"serial": 1}') == 200


def test_where_nobody_listens_a_call_is_tried_three_times_and_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    both = Pair(weighed, monkeypatch)
    with pytest.raises(CallFailed, match="nobody listens"):
        both.caller.call(next_part(1))
    assert both.counts() == CallCounts(refused=1, retried=2, reason="no connection: nobody listens")


def test_without_retries_it_is_tried_once(monkeypatch: pytest.MonkeyPatch) -> None:
    both = Pair(weighed, monkeypatch)
    monkeypatch.setattr(Standing, "options", {"retries": False})
    with pytest.raises(CallFailed):
        both.caller.call(next_part(1))
    assert (both.counts().refused, both.counts().retried) == (1, 0)


def test_a_failure_behind_the_other_side_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(part: Part) -> dict[str, Any]:
        raise TimedOut("no answer within 2 s")

    with pair(fails, monkeypatch) as both:
        with pytest.raises(CallFailed, match="behind it: no answer within 2 s"):
            both.caller.call(next_part(1))
        assert both.counts().refused == 1, "here an answer came in time"


def test_a_request_whose_caller_gave_up_is_not_worked_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    worked: list[int] = []

    def answer(part: Part) -> dict[str, Any]:
        worked.append(part["serial"])
        return part

    with pair(answer, monkeypatch) as both:
        both.callee.paused = True
        with monkeypatch.context() as hasty:
            hasty.setattr(caller, "TIMEOUT_SECONDS", 0.2)
            with pytest.raises(TimedOut, match=r"no answer within 0\.2 s"):
                both.caller.call(next_part(1))
        assert (both.counts().timed_out, both.counts().retried) == (1, 2)
        until(lambda: both.callee.let_go == 3, "every try is let go")
        both.callee.paused = False
        assert both.caller.call(next_part(2))["serial"] == 2
        assert worked == [2]


def test_a_source_whose_calls_hang_refuses_what_it_has_no_room_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    hang = threading.Event()

    def answer(part: Part) -> dict[str, Any]:
        hang.wait(PATIENCE_SECONDS)
        return part

    with pair(answer, monkeypatch) as both:
        line = Outgoing(both.service, "b")
        line.start()
        room = outgoing.THREADS + outgoing.WAITING
        for serial in range(room):
            until(lambda: line.waits < outgoing.WAITING, "a thread has taken one")
            line.hand_over(next_part(serial))
        until(lambda: line.waits == outgoing.WAITING, "all threads are at work")
        line.hand_over(next_part(room))
        assert (both.counts().refused, both.counts().reason) == (1, None)
        hang.set()
        until(lambda: both.counts().done == room, "what had room is answered")
