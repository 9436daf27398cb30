"""daphne with a bound on what a request may carry.

Twisted, under daphne, takes a body of any length into a file before anybody has looked at the
request: a page of another site, or anyone who can reach the port, could fill the disk with it.
Import daphne.server before this: it chooses Twisted's reactor.
"""

from __future__ import annotations

from typing import Any

from daphne.http_protocol import HTTPFactory, WebRequest  # type: ignore[import-untyped]

from dashboard.management.serving import MAX_BODY_BYTES

TOO_LARGE = b"HTTP/1.1 413 Content Too Large\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


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

    def _refuse(self) -> None:
        self.refused = True
        self.channel.write(TOO_LARGE)
        self.channel.loseConnection()


class BoundedFactory(HTTPFactory):  # type: ignore[misc]
    """Makes our requests in place of daphne's."""

    def buildProtocol(self, addr: Any) -> Any:
        protocol = super().buildProtocol(addr)
        protocol.requestFactory = BoundedRequest
        return protocol
