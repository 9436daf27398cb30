"""daphne's server, which joins connections and the ASGI application, with three of its gaps closed.

Import this before anything else of Twisted: daphne.server chooses its reactor.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from daphne.server import Server  # type: ignore[import-untyped]
from twisted.internet import defer


class BoundedServer(Server):  # type: ignore[misc]
    """An application that sends to a socket waits until its other end takes what is sent."""

    async def handle_reply(self, protocol: Any, message: Mapping[str, Any]) -> None:
        await super().handle_reply(protocol, message)
        if message["type"] == "websocket.send":
            await protocol.room()

    def protocol_disconnected(self, protocol: Any) -> None:
        """Also for one that is forgotten by now, as when a refused socket takes long to close."""
        if protocol in self.connections:
            super().protocol_disconnected(protocol)

    def kill_all_applications(self) -> defer.Deferred[Any]:
        """Also while a request has come in half: it has no application yet."""
        for protocol, details in list(self.connections.items()):
            if "application_instance" not in details:
                del self.connections[protocol]
        ended: defer.Deferred[Any] = super().kill_all_applications()
        return ended
