"""daphne's websockets with bounds in both directions, and with the close codes of the standard.

Without them a page that stops reading makes the server keep all that it was sent, and one that
sends without pause (pings, answers, empty frames) leaves no time for anybody else: measured, five
of them stopped every frame of every other page.
autobahn, under daphne, lets an application close with 1000 and from 3000 on only, and raises for
1008 ("policy violation") and 1013 ("try again later"), which are ours to send (RFC 6455, 7.4.1).
Import daphne.server before this: it chooses Twisted's reactor.
"""

from __future__ import annotations

import asyncio
import time
from typing import Any

from daphne.ws_protocol import WebSocketProtocol  # type: ignore[import-untyped]

from dashboard.server import answers

NORMAL = 1000
MAX_MESSAGE_BYTES = 64 * 1024
"""What a socket may send us at all; FlowSocket closes the conversation above 4 KB already. (Not by
daphne's setting: autobahn applies it to what we send as well, and a frame of a hundred consumer
groups is longer.)"""
MAX_FRAMES_A_SECOND = 200
"""Of any kind. A page sends three a second, and after an outage what it held back, all at once."""
PING_SECONDS = 20
"""How often a page is asked whether it is there, and PONG_SECONDS how long its answer may take.
Browsers answer by themselves, also for a tab that sleeps; who has stopped reading does not."""
PONG_SECONDS = 30
MAX_WAITING_MESSAGES = 200
"""Between the socket and FlowSocket, which takes each as it comes unless the loop is stuck."""


class BoundedSocket(WebSocketProtocol):  # type: ignore[misc]
    """Also what Twisted calls a producer: it is told when the other end does not take enough."""

    def connectionMade(self) -> None:
        self._frames = 0
        self._counted_from = 0.0
        self._room = asyncio.Event()
        self._room.set()
        super().connectionMade()
        self.transport.unregisterProducer()  # the connection as it was while it spoke HTTP
        self.transport.registerProducer(self, True)

    async def room(self) -> None:
        """Returns when the other end has taken what it was sent, or is gone."""
        await self._room.wait()

    def pauseProducing(self) -> None:
        """Until it reads, it is not listened to: each ping would be one more answer to keep."""
        self._room.clear()
        self.transport.pauseProducing()

    def resumeProducing(self) -> None:
        self._room.set()
        self.transport.resumeProducing()

    def stopProducing(self) -> None:
        self._room.set()

    def onFrameBegin(self) -> None:
        now = time.monotonic()
        if now - self._counted_from >= 1:
            self._counted_from, self._frames = now, 0
        self._frames += 1
        if self._frames > MAX_FRAMES_A_SECOND:
            self.dropConnection(abort=True)
        super().onFrameBegin()

    def onMessageFrameBegin(self, length: int) -> None:
        super().onMessageFrameBegin(length)
        if self.message_data_total_length > MAX_MESSAGE_BYTES:
            self.dropConnection(abort=True)

    def onMessage(self, payload: bytes, isBinary: bool) -> None:
        if self.application_queue.qsize() >= MAX_WAITING_MESSAGES:
            self.dropConnection(abort=True)
        else:
            super().onMessage(payload, isBinary)

    def onClose(self, wasClean: bool, code: int | None, reason: str | None) -> None:
        if hasattr(self, "server"):  # else its handshake was refused before daphne knew of it
            super().onClose(wasClean, code, reason)

    def serverSend(self, content: Any, binary: bool = False) -> None:
        if self.state == self.STATE_OPEN:  # else it is on its way out, and daphne hears of it soon
            super().serverSend(content, binary)

    def serverClose(self, code: int | None = None) -> None:
        """Sends the close frame itself, as daphne does where an application broke."""
        self.sendCloseFrame(code=NORMAL if code is None else code)

    def sendHttpErrorResponse(self, code: int, reason: str, responseHeaders: Any = None) -> None:
        """In place of autobahn's, which has no policy and says in its first line what was sent."""
        self.sendData(answers.last_answer(code))
