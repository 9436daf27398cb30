"""Those who look on through the socket: one that behaves, and raw ones that need not."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import os
import re
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from websockets.asyncio.client import connect

from tests.live.serving import ServedFrames
from tests.waiting import PATIENCE_SECONDS

ACK_EVERY = 5
TEXT, BINARY, CLOSE, PING, PONG = 1, 2, 8, 9, 10
_KIND_AND_SEQ = re.compile(r'"t": ?"(key|delta)".*?"seq": ?(\d+)|"seq": ?(\d+),"t": ?"(delta)"')


def websocket_frame(opcode: int, payload: bytes = b"", *, final: bool = True) -> bytes:
    """As a browser sends it: masked, with a mask that changes nothing."""
    first = opcode | (0x80 if final else 0)
    if len(payload) < 126:
        head = bytes([first, 0x80 | len(payload)])
    elif len(payload) < 2**16:
        head = bytes([first, 0x80 | 126]) + struct.pack("!H", len(payload))
    else:
        head = bytes([first, 0x80 | 127]) + struct.pack("!Q", len(payload))
    return head + bytes(4) + payload


class Stranger:
    """A TCP connection that is read only when somebody asks."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer

    async def send(self, sent: bytes) -> None:
        """Also to somebody who is gone: then it is lost."""
        with contextlib.suppress(OSError):
            self._writer.write(sent)
            await self._writer.drain()

    async def until_it_ends(self, sent: bytes = b"") -> bytes:
        """All that comes until the server ends the connection, whichever way it does."""
        said = b""
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                with contextlib.suppress(ConnectionError):
                    while piece := await self._reader.read(2**20):
                        said += piece
        except TimeoutError:
            raise AssertionError(f"{sent[:60]!r} did not end it") from None
        return said

    async def head(self) -> bytes:
        return await asyncio.wait_for(self._reader.readuntil(b"\r\n\r\n"), PATIENCE_SECONDS)

    def stop_reading(self) -> None:
        self._writer.transport.pause_reading()  # type: ignore[attr-defined]

    def leave(self) -> None:
        self._writer.transport.abort()


@asynccontextmanager
async def stranger(address: str) -> AsyncIterator[Stranger]:
    host, _, port = address.partition(":")
    came = Stranger(*await asyncio.open_connection(host, int(port)))
    try:
        yield came
    finally:
        came.leave()


@asynccontextmanager
async def on_the_socket(address: str) -> AsyncIterator[Stranger]:
    """After the handshake; frames come, and are not read."""
    async with stranger(address) as came:
        key = base64.b64encode(os.urandom(16)).decode()
        await came.send(
            f"GET /ws/flow HTTP/1.1\r\nHost: {address}\r\nOrigin: http://{address}\r\n"
            f"Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: {key}\r\n"
            "Sec-WebSocket-Version: 13\r\n\r\n".encode()
        )
        assert (await came.head()).startswith(b"HTTP/1.1 101 ")
        yield came


class Watcher:
    """A page that behaves: it takes every frame and answers."""

    def __init__(self) -> None:
        self.seen: list[tuple[str, int]] = []
        self._news = asyncio.Event()

    async def watch(self, address: str) -> None:
        page = connect(
            f"ws://{address}/ws/flow",
            origin=f"http://{address}",  # type: ignore[arg-type]
            max_size=None,
            open_timeout=PATIENCE_SECONDS,
        )
        async with page as socket:
            async for text in socket:
                found = _KIND_AND_SEQ.search(str(text))
                assert found is not None, str(text)[:200]
                kind, seq = found[1] or found[4], int(found[2] or found[3])
                self.seen.append((kind, seq))
                self._news.set()
                if len(self.seen) % ACK_EVERY == 1:  # the first, for the server may wait for it
                    await socket.send(f'{{"ack": {seq}}}')

    async def sees(self, more: int) -> None:
        """Returns when so many more frames have come."""
        wanted = len(self.seen) + more
        async with asyncio.timeout(PATIENCE_SECONDS):
            while len(self.seen) < wanted:
                self._news.clear()
                await self._news.wait()


@asynccontextmanager
async def undisturbed(served: ServedFrames) -> AsyncIterator[Watcher]:
    """Somebody who watches meanwhile, and in the end has had every frame, in order."""
    watcher = Watcher()
    await asyncio.to_thread(served.wait_for_somebody)
    async with asyncio.TaskGroup() as tasks:
        watching = tasks.create_task(watcher.watch(served.address))
        await watcher.sees(2)
        yield watcher
        await watcher.sees(2)
        watching.cancel()
    (kind, first), *after = watcher.seen
    assert kind == "key"
    expected = [("delta", first + 1 + place) for place in range(len(after))]
    broken = [pair for pair in zip(after, expected, strict=True) if pair[0] != pair[1]]
    assert not broken, f"after {kind} {first}, {len(after)} frames: {broken[:3]}"
