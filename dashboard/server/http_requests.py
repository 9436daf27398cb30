"""daphne with bounds on what a request may carry, and on how long it may take to come.

Twisted, under daphne, takes a body of any length into a file before anybody has looked at the
request: a page of another site, or anyone who can reach the port, could fill the disk with it. And
it waits for ever for a request of which a byte comes now and then.
Import daphne.server before this: it chooses Twisted's reactor.
"""

from __future__ import annotations

from typing import Any

from daphne.http_protocol import HTTPFactory, WebRequest  # type: ignore[import-untyped]
from twisted.web.http import HTTPChannel

from dashboard.server import answers
from dashboard.server.connections import Connections

MAX_BODY_BYTES = 128 * 1024
"""Twice what Django takes (DATA_UPLOAD_MAX_MEMORY_SIZE), so that mostly its sentence is seen."""
MAX_HEADER_BYTES = 16 * 1024
"""Request line and headers together."""
REQUEST_SECONDS = 30
"""From the first byte of a request to its last; and a connection without a request stays so long.
"""
ROOT_PATH = b"daphne-root-path"
"""A header by which daphne lets a proxy say what our addresses begin with. We have no such proxy,
and so whoever sends it would choose that beginning."""


class BoundedRequest(WebRequest):  # type: ignore[misc]
    """Ends the connection as soon as a body is announced, or turns out, to be too long."""

    refused = False

    def gotLength(self, length: int | None) -> None:
        """`length` as the request announced it; None where the body comes in chunks."""
        too_long = length is not None and length > MAX_BODY_BYTES
        super().gotLength(0 if too_long else length)
        if too_long:
            self._refuse()

    def handleContentChunk(self, data: bytes) -> None:
        if self.refused:
            return
        if self.content.tell() + len(data) > MAX_BODY_BYTES:
            self._refuse()
        else:
            super().handleContentChunk(data)

    def process(self) -> Any:
        self.requestHeaders.removeHeader(ROOT_PATH)
        if self.requestHeaders.hasHeader(b"upgrade") and not self._is_ascii():
            self.basic_error(400, b"", "")  # daphne's sockets break at anything else
            return None
        return super().process()

    def basic_error(self, status: int, status_text: bytes, body: str) -> None:
        """In place of daphne's own page, which has styles of its own and no policy."""
        channel = self.channel
        if self._response_started:
            channel.loseConnection()
            return
        named = {name.encode(): value.encode() for name, value in answers.headers(status).items()}
        self.handle_reply(
            {"type": "http.response.start", "status": status, "headers": list(named.items())}
        )
        self.handle_reply({"type": "http.response.body", "body": answers.sentence(status).encode()})
        channel.loseConnection()

    def _is_ascii(self) -> bool:
        every = self.requestHeaders.getAllRawHeaders()
        return all(value.isascii() for _, values in every for value in values)

    def _refuse(self) -> None:
        self.refused = True
        self.channel.write(answers.last_answer(413))
        self.channel.loseConnection()


class BoundedChannel(HTTPChannel):  # type: ignore[misc]
    """One connection, as long as it speaks HTTP."""

    totalHeadersSize = MAX_HEADER_BYTES
    abortTimeout = None  # the transport sees to it
    _quiet = True

    def resetTimeout(self) -> None:
        """Called for all that comes; only the first bytes of a request give it more time."""
        if self._quiet:
            self._quiet = False
            super().resetTimeout()

    def headerReceived(self, line: bytes) -> bool:
        try:
            return bool(super().headerReceived(line))
        except ValueError:  # a length of more digits than Python reads
            self._end_with(400)
            return False

    def allContentReceived(self) -> None:
        self.transport.works()
        super().allContentReceived()

    def requestDone(self, request: Any) -> None:
        self._quiet = True
        self.transport.waits()
        super().requestDone(request)

    def lineLengthExceeded(self, line: bytes) -> None:
        self._end_with(431)

    def _respondToBadRequestAndDisconnect(self) -> None:
        self._end_with(431 if self._receivedHeaderSize > self.totalHeadersSize else 400)

    def _end_with(self, status: int) -> None:
        self.transport.write(answers.last_answer(status))
        self.loseConnection()


class BoundedFactory(HTTPFactory):  # type: ignore[misc]
    """Makes our channels and requests in place of daphne's, while there is room for one more."""

    protocol = BoundedChannel

    def __init__(self, server: Any, connections: Connections) -> None:
        super().__init__(server)
        self.connections = connections
        self.timeOut = REQUEST_SECONDS

    def buildProtocol(self, addr: Any) -> Any:
        if not self.connections.make_room():
            return None
        protocol = super().buildProtocol(addr)
        protocol.requestFactory = BoundedRequest
        return protocol
