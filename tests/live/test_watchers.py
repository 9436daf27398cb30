"""Bad company: whatever other watchers do, nobody else misses a frame, and nothing is kept of them.

Against a real daphne in a process of its own, at the pace of the real pipeline.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import AsyncExitStack
from typing import Any

import pytest

from dashboard.live.hub import MAX_UNACKNOWLEDGED
from tests.live.serving import ServedFrames, serving_frames
from tests.live.strangers import (
    BINARY,
    CLOSE,
    PING,
    PONG,
    TEXT,
    Stranger,
    on_the_socket,
    stranger,
    undisturbed,
    websocket_frame,
)
from tests.waiting import until

FRAME_SECONDS = 0.05
SOON_SECONDS = 0.02
LARGE_GROUPS = 2_000
LARGE_FRAME_KIB = 1_300
MOST_CONNECTIONS = 60
PATIENCE_OF_THE_SERVER = 1
ROUNDS = 5
MOST_KEPT_KIB = 1_200
"""Tried: so many rounds of garbage leave 4 KiB, and 1,700 where all that is read is kept."""
MOST_GOES = 4
"""What is kept of garbage is kept each time; what the allocator takes for itself, it takes once."""
BEGINNINGS = (
    b"",
    b"GET / HTTP/1.1\r\nX: ",
    b"POST / HTTP/1.1\r\nContent-Length: 9999\r\n\r\n",
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(300),  # of TLS
)
ONE_FOR_EACH = ("AccountedTransport", "BoundedSocket", "FlowSocket", "Viewer")


@pytest.fixture(scope="module")
def served() -> Iterator[ServedFrames]:
    """Small frames, and few connections."""
    with serving_frames(FRAME_SECONDS, 0, MOST_CONNECTIONS) as served:
        yield served


@pytest.fixture(scope="module")
def served_large() -> Iterator[ServedFrames]:
    """Frames of two thousand groups, from a server that waits for nobody."""
    with serving_frames(FRAME_SECONDS, LARGE_GROUPS, 200, PATIENCE_OF_THE_SERVER) as served:
        yield served


async def holds(served: ServedFrames, what: str, condition: Callable[[Any], bool]) -> None:
    """Returns when what the server holds is as it should be."""
    await asyncio.to_thread(until, lambda: condition(served.held()), what)


async def test_twenty_that_stop_reading_cost_one_frame_each_until_they_are_given_up(
    served_large: ServedFrames,
) -> None:
    async with undisturbed(served_large) as watcher, AsyncExitStack() as company:
        before = served_large.held()["highest_kib"]
        for number in range(20):
            stalled = await company.enter_async_context(on_the_socket(served_large.address))
            stalled.stop_reading()
            if number % 2:
                await stalled.send(websocket_frame(CLOSE, b"\x03\xe8"))
        await watcher.sees(MAX_UNACKNOWLEDGED + 10)
        # All that they were not sent yet would be 60 frames each, of 1.3 MB.
        assert served_large.held()["highest_kib"] - before < 20 * 4 * LARGE_FRAME_KIB
        await holds(served_large, "all but one are gone", lambda held: held["connections"] == 1)


async def test_who_asks_for_a_file_and_reads_nothing_is_gone(served_large: ServedFrames) -> None:
    path = "/static/ninja/swagger-ui-bundle.js"
    async with undisturbed(served_large), AsyncExitStack() as company:
        for ending in ("close", "keep-alive"):
            asking = await company.enter_async_context(stranger(served_large.address))
            asking.stop_reading()
            head = f"GET {path} HTTP/1.1\r\nHost: {served_large.address}\r\nConnection: {ending}"
            await asking.send(f"{head}\r\n\r\n".encode())
        await holds(served_large, "all but one are gone", lambda held: held["connections"] == 1)


async def test_a_request_that_never_ends_is_ended_although_bytes_come(
    served_large: ServedFrames,
) -> None:
    async def trickle(slow: Stranger) -> None:
        while True:
            await slow.send(b"x")
            await asyncio.sleep(SOON_SECONDS)

    async def tried(beginning: bytes) -> None:
        async with stranger(served_large.address) as slow:
            await slow.send(beginning)
            trickling = asyncio.create_task(trickle(slow))
            await slow.until_it_ends(beginning)
            trickling.cancel()

    async with undisturbed(served_large):
        await asyncio.gather(*map(tried, BEGINNINGS))


async def test_fifty_that_come_and_leave_again_and_again_leave_nothing(
    served: ServedFrames,
) -> None:
    async def come_and_leave(way: int) -> None:
        async with on_the_socket(served.address) as passing:
            if way % 3 == 0:
                await passing.send(websocket_frame(CLOSE, b"\x03\xe9"))
            elif way % 3 == 1:
                await passing.send(websocket_frame(TEXT, b"good bye"))

    async with undisturbed(served):
        await asyncio.gather(*map(come_and_leave, range(3)))
        before = served.held()["all_objects"]
        for _ in range(5):
            await asyncio.gather(*map(come_and_leave, range(50)))
            await holds(served, "one connection is left", lambda held: held["connections"] == 1)
        await holds(
            served,
            "less than one object for each that came",
            lambda held: held["all_objects"] < before + 250,
        )
        kept = served.held()["objects"]
        assert {kept[kind] for kind in ONE_FOR_EACH} == {1}


def flood_of(frame: bytes) -> bytes:
    return frame * (2**20 // len(frame))


GARBAGE = [
    flood_of(websocket_frame(PING, b"x" * 100)),
    flood_of(websocket_frame(PONG)),
    flood_of(websocket_frame(TEXT, b'{"ack":1}')),
    websocket_frame(TEXT, final=False) + flood_of(websocket_frame(0, final=False)),
    websocket_frame(TEXT, b'{"ack": 1' + b" " * 2**20 + b"}"),
    websocket_frame(TEXT, b"[" * 60_000),
    websocket_frame(TEXT, b'{"ack": 1e400}'),
    websocket_frame(TEXT, b'{"ack": ' + b"9" * 4000 + b".5}"),
    websocket_frame(TEXT, b'{"ack": NaN}'),
    websocket_frame(TEXT, b'{"ack": "\\ud800"}'),
    websocket_frame(TEXT, b"\xff\xfe\x00"),
    websocket_frame(TEXT, '{"ack": \U0001f41f}'.encode()),
    websocket_frame(TEXT, b""),
    websocket_frame(BINARY, b'{"ack": 1}'),
    websocket_frame(BINARY, bytes(range(256)) * 100),
    websocket_frame(3, b"no such kind"),
    websocket_frame(PING, b"x" * 126),
    websocket_frame(PING, final=False),
    websocket_frame(0, b"goes on with nothing"),
    websocket_frame(CLOSE, b"\x00"),
    websocket_frame(CLOSE, b"\x03\xe8\xff\xff"),
    b"\x81\x05hello",  # not masked
    b"\xf1\x80\x00\x00\x00\x00",  # bits that nobody gave a meaning
    b"\x81\xff\x7f\xff\xff\xff\xff\xff\xff\xff\x00\x00\x00\x00",
    b"GET / HTTP/1.1\r\n\r\n",
    bytes(64),
]


async def nothing_is_kept(
    served: ServedFrames, tried: Callable[[bytes], Awaitable[None]], messages: Sequence[bytes]
) -> None:
    """All of them are sent again and again: less than an object for each, and less memory than
    what of them the server reads before it ends the connection, is held for it."""

    async def one_round() -> None:
        await asyncio.gather(*map(tried, messages))
        await holds(served, "one connection is left", lambda held: held["connections"] == 1)

    for _ in range(2):
        await one_round()

    async def one_go() -> int:
        """The KiB that were kept; 0 where the system does not tell."""
        before = served.held()
        for _ in range(ROUNDS):
            await one_round()
        most = before["all_objects"] + ROUNDS * len(messages)
        await holds(served, "less than an object for each", lambda held: held["all_objects"] < most)
        return (served.held()["resident_kib"] or 0) - (before["resident_kib"] or 0)

    kept: list[int] = []
    while not kept or kept[-1] >= MOST_KEPT_KIB:
        assert len(kept) < MOST_GOES, f"KiB that were kept, one time after the other: {kept}"
        kept.append(await one_go())


async def test_garbage_ends_its_sender_and_nobody_else_and_is_not_kept(
    served: ServedFrames,
) -> None:
    async def tried(sent: bytes) -> None:
        async with on_the_socket(served.address) as sender:
            await sender.send(sent)
            await sender.until_it_ends(sent)

    async with undisturbed(served):
        await nothing_is_kept(served, tried, GARBAGE)


NOT_YET_GARBAGE = [
    b"",
    b"\x81",
    websocket_frame(TEXT, b"x" * 4000)[:2000],
    websocket_frame(TEXT, b'{"ack', final=False),
    websocket_frame(TEXT, b'{"ack": %d}' % 10**4000),
]


async def test_what_may_still_become_an_answer_is_waited_for(served: ServedFrames) -> None:
    async with undisturbed(served) as watcher, AsyncExitStack() as company:
        for sent in NOT_YET_GARBAGE:
            sender = await company.enter_async_context(on_the_socket(served.address))
            await sender.send(sent)
        watchers = 1 + len(NOT_YET_GARBAGE)
        await holds(served, "all of them watch", lambda held: held["watchers"] == watchers)
        await watcher.sees(2)
        assert served.held()["watchers"] == watchers


NO_REQUESTS = [
    b"\x00" * 100 + b"\r\n\r\n",
    b"\xff" * 100_000,
    b"A" * 100_000,
    b"\r\n" * 10,
    b"GET\r\n\r\n",
    b"GET /ws/flow HTTP/9.9\r\n\r\n",
    b"GET / HTTP/1.1\r\n" + b"X: y\r\n" * 5_000 + b"\r\n",
    b"GET / HTTP/1.1\r\nContent-Length: " + b"9" * 10_000 + b"\r\n\r\n",
    b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nZZZ\r\n",
    b"GET /ws/flow HTTP/1.1\r\nUpgrade: websocket\r\n\r\n",
    b"POST /ws/flow HTTP/1.1\r\nUpgrade: websocket\r\nContent-Length: 3\r\n\r\nabc",
    b"GET /ws/flow HTTP/1.1\r\nUpgrade: websocket\r\nSec-WebSocket-Protocol: \xff\r\n\r\n",
    b"GET /ws/flow HTTP/1.1\r\nUpgrade: websocket\r\nX-\xff: \xff\r\n\r\n",
]


async def test_what_is_no_request_ends_its_sender_and_nobody_else_and_is_not_kept(
    served: ServedFrames,
) -> None:
    async def tried(sent: bytes) -> None:
        async with stranger(served.address) as sender:
            await sender.send(sent)
            await sender.until_it_ends(sent)

    async with undisturbed(served):
        await nothing_is_kept(served, tried, [one * 5 for one in NO_REQUESTS])


async def test_half_requests_without_end_make_room_for_whoever_comes(
    served: ServedFrames,
) -> None:
    """The bound on connections keeps nobody out: those that are waited for the longest go."""
    async with undisturbed(served) as watcher, AsyncExitStack() as company:
        for number in range(3 * MOST_CONNECTIONS):
            half = await company.enter_async_context(stranger(served.address))
            await half.send(b"GET / HTTP/1.1\r\nHost: " if number % 2 else b"")
        await watcher.sees(2)
        assert served.held()["connections"] <= MOST_CONNECTIONS
        async with stranger(served.address) as visitor:
            head = f"GET / HTTP/1.1\r\nHost: {served.address}\r\nConnection: close\r\n\r\n"
            await visitor.send(head.encode())
            assert (await visitor.until_it_ends()).startswith(b"HTTP/1.1 200 ")


async def test_sockets_do_not_make_room_for_others(served: ServedFrames) -> None:
    async with undisturbed(served), AsyncExitStack() as company:
        for _ in range(MOST_CONNECTIONS - 1):
            await company.enter_async_context(on_the_socket(served.address))
        await holds(served, "all watch", lambda held: held["watchers"] == MOST_CONNECTIONS)
        async with stranger(served.address) as one_too_many:
            assert await one_too_many.until_it_ends() == b""
        assert served.held()["watchers"] == MOST_CONNECTIONS
