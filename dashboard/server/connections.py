"""All open connections: how many there may be, and how much they may leave untaken.

Bounds that turn newcomers away would hand the page to whoever comes first and stays: a few thousand
connections that never finish a request would keep everybody else out. So the ones that have kept
the server waiting for the longest make room.
"""

from __future__ import annotations

from typing import Protocol

MAX_CONNECTIONS = 3000
"""A thousand sockets (hub.MAX_VIEWERS), and what browsers hold open beside them."""
RESERVED_FILES = 256
"""Of the files a process may have open: for Kafka's clients, the database, pipes to children."""
FEWEST_CONNECTIONS = 64
MAX_UNSENT_BYTES = 64 * 1024 * 1024
"""What all connections together have not taken yet. One answer is 1.5 MB at most, a frame less."""


class Connection(Protocol):
    """What is kept account of."""

    def abortConnection(self) -> None:
        """End it at once, and drop what is unsent."""


def most_connections(open_files: int) -> int:
    """How many fit a process that may have so many files open."""
    return max(FEWEST_CONNECTIONS, min(MAX_CONNECTIONS, open_files - RESERVED_FILES))


class Connections:
    """Kept on the event loop alone; its numbers may be read in any thread."""

    def __init__(self, most: int, most_unsent: int = MAX_UNSENT_BYTES) -> None:
        self.most = most
        self.refused = 0
        """Turned away, for there was no place and nobody to make one."""
        self.ended = 0
        """Ended by us: to make room, or for what they left untaken."""
        self._most_unsent = most_unsent
        self._open: set[Connection] = set()
        # Both oldest first, as dicts are.
        self._waiting: dict[Connection, None] = {}
        self._unsent: dict[Connection, int] = {}
        self._unsent_sum = 0

    def __len__(self) -> int:
        return len(self._open)

    @property
    def unsent_bytes(self) -> int:
        """What all of them have not taken yet."""
        return self._unsent_sum

    def make_room(self) -> bool:
        """Whether one more may come: when all places are taken, the one that was waited for the
        longest goes. False where none is waited for, as when all are sockets of pages."""
        if len(self._open) < self.most:
            return True
        longest = next(iter(self._waiting), None)
        if longest is None:
            self.refused += 1
            return False
        self._end(longest)
        return True

    def opened(self, connection: Connection) -> None:
        self._open.add(connection)
        self.waits(connection)

    def waits(self, connection: Connection) -> None:
        """From now on it is waited for: no request has come, or its answer is done."""
        self._waiting.pop(connection, None)
        if connection in self._open:
            self._waiting[connection] = None

    def works(self, connection: Connection) -> None:
        """Its request is here, or it has become a socket: it does not make room for others."""
        self._waiting.pop(connection, None)

    def unsent(self, connection: Connection, size: int, *, took: bool) -> None:
        """So many bytes wait to be taken by its other end, which `took` some just now.

        Where all of them hold too much, the one that took nothing for the longest is ended.
        """
        if connection not in self._open:
            return
        before = self._unsent.get(connection, 0)
        if took or size == 0:
            self._unsent.pop(connection, None)
        if size:
            self._unsent[connection] = size
        self._unsent_sum += size - before
        while self._unsent_sum > self._most_unsent:
            self._end(next(iter(self._unsent)))

    def closed(self, connection: Connection) -> None:
        """It is gone. Can be said more than once."""
        self._open.discard(connection)
        self._waiting.pop(connection, None)
        self._unsent_sum -= self._unsent.pop(connection, 0)

    def _end(self, connection: Connection) -> None:
        self.ended += 1
        self.closed(connection)
        connection.abortConnection()
