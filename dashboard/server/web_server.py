"""The web server of the commands: daphne within bounds, in this process, on a port that is ours."""

from __future__ import annotations

import contextlib
import gc
import logging
import resource
import socket
from collections.abc import Callable
from functools import partial
from typing import Any

from dashboard.server.connections import Connections, most_connections

MAX_OPEN_FILES = 4096
"""Connections (connections.MAX_CONNECTIONS) and the clients of Kafka; systems begin with 1024
(Linux) or 256 (macOS), and above it nobody gets in any more."""


def allow_open_files() -> int:
    """Raise our limit, as far as the system lets anybody raise it; how many it is then."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MAX_OPEN_FILES if hard == resource.RLIM_INFINITY else min(MAX_OPEN_FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return MAX_OPEN_FILES if soft == resource.RLIM_INFINITY else soft


SEARCH_AFTER = (10_000, 5, 5)
"""New objects before Python looks for garbage among them; such looks before one among those that
survived one; and such before one among all. By themselves: 700, 10, 10."""


def leave_what_is_loaded() -> None:
    """Take all that is loaded by now out of Python's search for garbage, for it stays anyway.

    Measured with 200 viewers: such a search through everything stopped all threads for 90 ms, every
    few seconds, and these were the latest frames of all; without what is loaded it takes 25 ms.

    And search less often among what is new: a batch of 500 messages has some 4,000 objects, all of
    them gone by themselves soon after, and was searched six times. Measured: an eighth of what it
    takes to follow an event.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*SEARCH_AFTER)


class WebServer:
    """Serves `flowviz.asgi` on a listening socket until it is stopped."""

    def __init__(self, listener: socket.socket, connections: Connections | None = None) -> None:
        """`connections`: how many there may be; without it, what this process can have open."""
        self._listener = listener
        self.connections = connections
        """The account of them; there from when it serves."""

    def run(self, when_serving: Callable[[], None]) -> None:
        """Serve in this thread, the main one. `when_serving` is called on the event loop."""
        # First of all, for daphne must choose Twisted's reactor before anybody else imports it.
        from dashboard.server.bounded_server import BoundedServer  # noqa: I001
        from dashboard.server import sockets
        from dashboard.server.server_log import tell_failures
        from flowviz.asgi import application

        tell_failures()
        logging.getLogger("daphne").setLevel(logging.ERROR)
        server = BoundedServer(
            application=application,
            endpoints=["ours"],
            signal_handlers=False,
            server_name="flowviz",
            ping_interval=sockets.PING_SECONDS,
            ping_timeout=sockets.PONG_SECONDS,
            websocket_max_message_size=0,  # sockets.MAX_MESSAGE_BYTES holds in its place
            websocket_max_frame_size=0,
            application_close_timeout=2,
        )
        server.ready_callable = partial(self._adopt, server)
        # Its own way of adopting a socket knows IPv4 only.
        server.endpoints = []
        _reactor().callWhenRunning(when_serving)
        server.run()

    def _adopt(self, server: Any) -> None:
        from dashboard.server.http_requests import BoundedFactory
        from dashboard.server.sockets import BoundedSocket
        from dashboard.server.transport import AccountedTransport

        connections = self.connections
        if connections is None:
            connections = Connections(most_connections(allow_open_files()))
            self.connections = connections
        server.ws_factory.protocol = BoundedSocket
        factory = BoundedFactory(server, connections)
        listener = self._listener
        port = _reactor().adoptStreamPort(listener.fileno(), listener.family, factory)
        port.transport = AccountedTransport
        listener.close()  # the reactor has a copy

    def stop(self) -> None:
        """From any thread, and from a signal handler. `run` returns soon after."""
        _reactor().callFromThread(_stop_reactor)


def _stop_reactor() -> None:
    from twisted.internet.error import ReactorNotRunning

    with contextlib.suppress(ReactorNotRunning):
        _reactor().stop()


def _reactor() -> Any:
    """Twisted's own, after daphne has chosen which; types take the object for a module."""
    from twisted.internet import reactor

    return reactor
