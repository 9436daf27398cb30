"""daphne with the close codes that the websocket standard gives to servers.

autobahn, under daphne, lets an application close with 1000 and from 3000 on only, and raises for
1008 ("policy violation") and 1013 ("try again later"), which are ours to send (RFC 6455, 7.4.1).
Import daphne.server before this: it chooses Twisted's reactor.
"""

from __future__ import annotations

from daphne.ws_protocol import WebSocketProtocol  # type: ignore[import-untyped]

NORMAL = 1000


class ClosingProtocol(WebSocketProtocol):  # type: ignore[misc]
    """Sends the close frame itself, as daphne does where an application broke."""

    def serverClose(self, code: int | None = None) -> None:
        self.sendCloseFrame(code=NORMAL if code is None else code)
