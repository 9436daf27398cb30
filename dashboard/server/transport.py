"""One TCP connection under daphne, kept account of, and ended when its other end takes nothing.

Twisted closes a connection only once everything is sent: whoever asks for a file, or closes a
socket, and then reads nothing would hold it open for ever.
Import daphne.server before this: it chooses Twisted's reactor.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from twisted.internet import tcp

from dashboard.server.connections import Connections

CLOSE_SECONDS = 10.0
"""A connection that is being closed ends when its other end has taken nothing for so long."""


class AccountedTransport(tcp.Server):  # type: ignore[misc]
    """Made by the listening port, once its factory has let the connection in."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self._account: Connections = self.server.factory.connections
        self._handed = 0
        self._sent = 0
        self._closing: Any = None
        self._account.opened(self)

    def waits(self) -> None:
        self._account.waits(self)

    def works(self) -> None:
        self._account.works(self)

    def write(self, data: bytes) -> None:
        super().write(data)
        self._hand(len(data))

    def writeSequence(self, iovec: Iterable[bytes]) -> None:
        pieces = list(iovec)
        super().writeSequence(pieces)
        self._hand(sum(map(len, pieces)))

    def writeSomeData(self, data: Any) -> Any:
        sent = super().writeSomeData(data)
        if isinstance(sent, int) and sent > 0:
            self._sent += sent
            self._account.unsent(self, self._handed - self._sent, took=True)
        return sent

    def loseConnection(self, *args: Any, **named: Any) -> None:
        super().loseConnection(*args, **named)
        if self._closing is None and not self.disconnected:
            self._look_again()

    def connectionLost(self, reason: Any) -> None:
        if self._closing is not None and self._closing.active():
            self._closing.cancel()
        self._account.closed(self)
        super().connectionLost(reason)

    def _hand(self, size: int) -> None:
        if self.connected:
            self._handed += size
            self._account.unsent(self, self._handed - self._sent, took=False)

    def _look_again(self) -> None:
        self._closing = self.reactor.callLater(CLOSE_SECONDS, self._end_if_stuck, self._sent)

    def _end_if_stuck(self, sent_before: int) -> None:
        if self._sent == sent_before:
            self.abortConnection()
        else:
            self._look_again()
