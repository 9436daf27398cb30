"""Watchers of the page: sockets that take frames and answer them as the page does.

The protocol (RFC 6455) is spoken by hand, for a thousand viewers on the machine that is measured
must weigh little: what they take themselves, the server cannot have.
"""

from __future__ import annotations

import asyncio
import base64
import os
import re
import struct
from collections.abc import Callable
from urllib.parse import urlsplit

from bench.parts.script import CannotMeasure

ACK_EVERY = 10
"""As the page does."""
OPEN_SECONDS = 30.0
OPENED_AT_ONCE = 20
_HEAD = re.compile(rb'\{"t":"(key|delta)"(?:,"v":1,"epoch":"[^"]*")?,"seq":(\d+),"sent_at":(\d+)')
_TEXT, _CLOSE, _PING, _PONG = 1, 8, 9, 10

OnFrame = Callable[["Viewer", bytes], None]


def head(frame: bytes) -> tuple[bool, int, int]:
    """Whether it is a keyframe, its seq, and when it was cut (Unix ms), without parsing it all."""
    found = _HEAD.match(frame)
    if found is None:
        raise CannotMeasure(f"The server sent what is no frame: {frame[:80]!r}")
    return found[1] == b"key", int(found[2]), int(found[3])


class Viewer(asyncio.Protocol):
    """One socket. `on_frame(viewer, frame)` is called with each frame, in the event loop."""

    def __init__(self, host: str, port: int, on_frame: OnFrame, *, reads: bool = True) -> None:
        """`reads` False: it opens the socket, and then never reads or answers anything."""
        self._host, self._port = host, port
        self._on_frame = on_frame
        self._reads = reads
        self._buffer = bytearray()
        self._taken = 0
        self._transport: asyncio.Transport | None = None
        self.opened: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.frames = 0
        self.closed = False

    # ---- asyncio's side

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        key = base64.b64encode(os.urandom(16)).decode()
        origin = f"{self._host}:{self._port}"
        lines = [
            "GET /ws/flow HTTP/1.1",
            f"Host: {origin}",
            f"Origin: http://{origin}",
            "Upgrade: websocket",
            "Connection: Upgrade",
            f"Sec-WebSocket-Key: {key}",
            "Sec-WebSocket-Version: 13",
        ]
        transport.write("\r\n".join([*lines, "", ""]).encode())

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        if not self.opened.done() and not self._shake_hands():
            return
        if not self._reads:
            assert self._transport is not None
            self._transport.pause_reading()
            return
        while (message := self._next()) is not None:
            self._got(*message)

    def connection_lost(self, exc: Exception | None) -> None:
        self.closed = True
        if not self.opened.done():
            self.opened.set_exception(CannotMeasure("The server let no watcher in."))

    # ---- the protocol's

    def _shake_hands(self) -> bool:
        end = self._buffer.find(b"\r\n\r\n")
        if end < 0:
            return False
        status = bytes(self._buffer[: self._buffer.find(b"\r\n")]).decode("latin1")
        del self._buffer[: end + 4]
        if " 101 " not in status:
            self.opened.set_exception(CannotMeasure(f"The server let no watcher in: {status}"))
            return False
        self.opened.set_result(None)
        return True

    def _next(self) -> tuple[int, bytes] | None:
        """The next whole message: its kind and its content. The server masks and parts nothing."""
        buffer = self._buffer
        if len(buffer) < 2:
            return None
        length, start = buffer[1] & 0x7F, 2
        if length == 126:
            start = 4
        elif length == 127:
            start = 10
        if len(buffer) < start:
            return None
        if start > 2:
            length = int.from_bytes(buffer[2:start], "big")
        if len(buffer) < start + length:
            return None
        kind, content = buffer[0] & 0x0F, bytes(buffer[start : start + length])
        del buffer[: start + length]
        return kind, content

    def _got(self, kind: int, content: bytes) -> None:
        if kind == _TEXT:
            self.frames += 1
            self._taken += 1
            self._on_frame(self, content)
            if self._taken >= ACK_EVERY:
                self._taken = 0
                self._send(_TEXT, b'{"ack":%d}' % head(content)[1])
        elif kind == _PING:
            self._send(_PONG, content)
        elif kind == _CLOSE:
            self.close()

    def _send(self, kind: int, content: bytes) -> None:
        # Masked with nought, as the protocol allows: the content stays what it is.
        assert self._transport is not None
        self._transport.write(struct.pack("!BBI", 0x80 | kind, 0x80 | len(content), 0) + content)

    def close(self) -> None:
        if self._transport is not None:
            self._transport.abort()


async def opened(
    url: str, many: int, on_frame: OnFrame, *, reads: bool = True, into: list[Viewer] | None = None
) -> list[Viewer]:
    """So many open sockets at the page of this address, a few at a time."""
    address = urlsplit(url)
    host, port = address.hostname or "127.0.0.1", address.port or 80
    loop = asyncio.get_running_loop()
    viewers: list[Viewer] = [] if into is None else into
    for first in range(0, many, OPENED_AT_ONCE):
        batch = []
        for _ in range(min(OPENED_AT_ONCE, many - first)):
            _, viewer = await loop.create_connection(
                lambda: Viewer(host, port, on_frame, reads=reads), host, port
            )
            batch.append(viewer)
        await asyncio.wait_for(
            asyncio.gather(*(viewer.opened for viewer in batch)), timeout=OPEN_SECONDS
        )
        viewers += batch
    return viewers
