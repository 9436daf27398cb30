"""The socket through a real daphne, in a process of its own: what a browser or a stranger gets."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Iterator

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from dashboard.live.hub import MAX_UNACKNOWLEDGED
from dashboard.server.http_requests import MAX_BODY_BYTES
from tests.live.serving import serving_frames
from tests.live.strangers import ACK_EVERY
from tests.waiting import PATIENCE_SECONDS


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """host:port of a server that sends a frame of 200 bytes every few ms; gone afterwards."""
    with serving_frames() as served:
        yield served.address


def opened(address: str, origin: str | None = "", path: str = "/ws/flow") -> connect:
    """From our own page, unless another origin is given. By itself the client gives up after
    10 s, which a handshake can take on a busy machine."""
    ours = f"http://{address}" if origin == "" else origin
    return connect(f"ws://{address}{path}", origin=ours, open_timeout=PATIENCE_SECONDS)  # type: ignore[arg-type]


@pytest.fixture
async def page(address: str) -> AsyncIterator[ClientConnection]:
    async with opened(address) as socket:
        yield socket


PADDING = {"padding": "x" * 200}


async def frame(socket: ClientConnection) -> dict[str, object]:
    return dict(json.loads(await asyncio.wait_for(socket.recv(), PATIENCE_SECONDS)))


async def all_frames(socket: ClientConnection) -> None:
    while True:
        await frame(socket)


async def test_frames_come_a_keyframe_first_and_then_in_order(page: ClientConnection) -> None:
    first = await frame(page)
    assert first["t"] == "key"
    for step in range(1, 40):
        assert await frame(page) == {"t": "delta", "seq": int(str(first["seq"])) + step} | PADDING


@pytest.mark.parametrize("origin", [None, "null", "http://evil.example", "http://127.0.0.1:1"])
async def test_without_our_origin_the_handshake_is_refused(
    address: str, origin: str | None
) -> None:
    with pytest.raises(InvalidStatus) as refused:
        await opened(address, origin)
    assert refused.value.response.status_code == 403


async def test_at_another_path_the_handshake_is_refused(address: str) -> None:
    with pytest.raises(InvalidStatus) as refused:
        await opened(address, path="/ws/other")
    assert refused.value.response.status_code == 403


@pytest.mark.parametrize(
    "message", ["hello", '{"ack": -1}', '{"ack": 1}' + " " * 4096, b'{"ack": 1}', ""]
)
async def test_a_wrong_message_closes_with_1008(
    page: ClientConnection, message: str | bytes
) -> None:
    await frame(page)
    await page.send(message)
    with pytest.raises(ConnectionClosed) as closed:
        await all_frames(page)
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 1008


async def test_a_huge_message_is_cut_off_before_it_is_held(page: ClientConnection) -> None:
    await frame(page)
    await page.send("x" * 1_000_000)
    with pytest.raises(ConnectionClosed):
        await all_frames(page)


async def test_a_slow_page_gets_sixty_frames_and_after_its_answer_a_keyframe(
    page: ClientConnection, address: str
) -> None:
    got = [await frame(page) for _ in range(MAX_UNACKNOWLEDGED)]
    assert [one["t"] for one in got] == ["key"] + ["delta"] * (MAX_UNACKNOWLEDGED - 1)
    # Another page is served all the while; when it has had 100 frames, this one would have too.
    async with opened(address) as other:
        for count in range(100):
            seq = (await frame(other))["seq"]
            if count % ACK_EVERY == 0:
                await other.send(json.dumps({"ack": seq}))
    await page.send(json.dumps({"ack": got[-1]["seq"]}))
    after = await frame(page)
    assert after["t"] == "key"
    assert int(str(after["seq"])) > int(str(got[-1]["seq"])) + 50
    assert (await frame(page))["t"] == "delta"


async def said_to(address: str, head: str, body: bytes = b"") -> bytes:
    """What the server answers to a request, until it closes the connection."""
    host, _, port = address.partition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    with contextlib.closing(writer):
        writer.write(f"{head}\r\nHost: {address}\r\nConnection: close\r\n\r\n".encode() + body)
        return await asyncio.wait_for(reader.read(), PATIENCE_SECONDS)


async def test_a_body_that_is_announced_too_long_is_refused_before_it_comes(address: str) -> None:
    head = f"POST /api/x HTTP/1.1\r\nContent-Length: {MAX_BODY_BYTES + 1}"
    assert (await said_to(address, head)).startswith(b"HTTP/1.1 413 ")


async def test_a_body_that_turns_out_too_long_is_cut_off(address: str) -> None:
    head = "POST /api/x HTTP/1.1\r\nTransfer-Encoding: chunked"
    piece = b"8000\r\n" + b"x" * 0x8000 + b"\r\n"
    body = piece * (MAX_BODY_BYTES // 0x8000) + b"1\r\nx\r\n"  # and its end never comes
    assert (await said_to(address, head, body)).startswith(b"HTTP/1.1 413 ")


async def test_a_body_as_long_as_may_be_gets_an_answer_of_ours(address: str) -> None:
    head = f"POST /api/x HTTP/1.1\r\nContent-Length: {MAX_BODY_BYTES}"
    answer = await said_to(address, head, b"x" * MAX_BODY_BYTES)
    assert answer.startswith(b"HTTP/1.1 403 ")
    assert b"Content-Security-Policy" in answer
