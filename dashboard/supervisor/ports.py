"""The loopback ports of services that others call directly, and how each learns where they are.

A port is chosen by the kernel and then kept by a socket that is bound to it and never listens:
nobody else is given it, and while the service is down its callers are refused at once, as they
would be anywhere. The service listens beside it, for both set SO_REUSEPORT (socket(7); on Linux
and macOS only for processes of one user). So there is no moment at which a port is handed on and
free, and a service that is started again is where it was.
"""

from __future__ import annotations

import socket
from collections.abc import Iterable, Mapping

LOOPBACK = "127.0.0.1"
PORT = "PORT"
"""Environment: where the service itself is to listen."""


class KeptPorts:
    """One for each service that is called. Close it to give them back."""

    def __init__(self, called: Iterable[str]) -> None:
        """Raises OSError where the system has no port to give."""
        self._kept: dict[str, socket.socket] = {}
        try:
            for service in dict.fromkeys(called):
                self._kept[service] = kept = socket.socket()
                kept.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
                kept.bind((LOOPBACK, 0))
        except OSError:
            self.close()
            raise

    def port(self, service: str) -> int:
        return int(self._kept[service].getsockname()[1])

    def environment(self, service: str, calls: Iterable[str]) -> Mapping[str, str]:
        """What a process of `service`, which calls these others, finds in its environment."""
        found = {url_variable(name): f"http://{LOOPBACK}:{self.port(name)}" for name in calls}
        return found | ({PORT: str(self.port(service))} if service in self._kept else {})

    def close(self) -> None:
        for kept in self._kept.values():
            kept.close()


def url_variable(service: str) -> str:
    """INVENTORY_DIRECT_URL for "inventory-direct"; a letter or digit stays, the rest is "_"."""
    return "".join(c if c.isalnum() else "_" for c in service).upper() + "_URL"
