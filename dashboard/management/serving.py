"""The web server of the commands: daphne, in this process, on a port that is ours beforehand."""

from __future__ import annotations

import contextlib
import errno
import gc
import logging
import resource
import socket
from collections.abc import Callable
from functools import partial
from typing import Any

from flowviz.config import DEFAULT_PORT

TRIED_PORTS = 20
"""Ports after the default one that are tried when nobody asked for a certain one."""
BACKLOG = 256
MAX_SOCKET_MESSAGE_BYTES = 64 * 1024
"""What a socket may send at all; FlowSocket closes the conversation above 4 KB already."""

MAX_BODY_BYTES = 128 * 1024
"""Twice what Django takes (DATA_UPLOAD_MAX_MEMORY_SIZE), so that mostly its sentence is seen."""

MAX_OPEN_FILES = 4096
"""A thousand sockets (hub.MAX_VIEWERS), requests, and the clients of Kafka; systems begin with 1024
(Linux) or 256 (macOS), and above it nobody gets in any more."""


class CannotListen(Exception):
    """No port could be had. Its text is one sentence for the user."""


def listen(host: str, port: int | None) -> socket.socket:
    """A listening socket on `port`, or without one on the first free port from 8000 on.

    Raises CannotListen.
    """
    ports = [port] if port is not None else range(DEFAULT_PORT, DEFAULT_PORT + TRIED_PORTS)
    for number in ports:
        try:
            return _bound(host, number)
        except OSError as failure:
            if failure.errno != errno.EADDRINUSE:
                reason = failure.strerror or failure
                raise CannotListen(
                    f"The address {host}:{number} cannot be used: {reason}."
                ) from None
    if port is not None:
        raise CannotListen(
            f"Port {port} is taken by another program; choose another with --port, "
            "or leave it out to get a free one."
        )
    raise CannotListen(
        f"The ports {DEFAULT_PORT} to {DEFAULT_PORT + TRIED_PORTS - 1} are all taken; "
        "choose another with --port."
    )


def _bound(host: str, port: int) -> socket.socket:
    family, kind, protocol, _, address = socket.getaddrinfo(
        host.strip("[]"), port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
    )[0]
    listener = socket.socket(family, kind, protocol)
    try:
        # A port whose last connections are still fading away is free; one that is served is not.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(BACKLOG)
    except OSError:
        listener.close()
        raise
    listener.setblocking(False)
    return listener


def url_of(listener: socket.socket, host: str | None = None) -> str:
    """The address to open in a browser on this machine.

    `host` as it was asked for, where it was: requests are let in by that name, and not by the
    number that stands behind it.
    """
    bound, port = listener.getsockname()[:2]
    host = (host or bound).strip("[]")
    if host in {"0.0.0.0", "::"}:  # noqa: S104 - compared, not bound to
        host = "127.0.0.1"
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"


def allow_open_files() -> None:
    """Raise this process's own limit, as far as the system lets anybody raise it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MAX_OPEN_FILES if hard == resource.RLIM_INFINITY else min(MAX_OPEN_FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def leave_what_is_loaded() -> None:
    """Take all that is loaded by now out of Python's search for garbage, for it stays anyway.

    Measured with 200 viewers: such a search through everything stopped all threads for 90 ms, every
    few seconds, and these were the latest frames of all; without what is loaded it takes 25 ms.
    """
    gc.collect()
    gc.freeze()


class WebServer:
    """Serves `flowviz.asgi` on a listening socket until it is stopped."""

    def __init__(self, listener: socket.socket) -> None:
        self._listener = listener

    def run(self, when_serving: Callable[[], None]) -> None:
        """Serve in this thread, the main one. `when_serving` is called on the event loop."""
        # First of all, for daphne must choose Twisted's reactor before anybody else imports it.
        from daphne.server import Server  # type: ignore[import-untyped]

        from dashboard.management.server_log import tell_failures
        from flowviz.asgi import application

        tell_failures()
        allow_open_files()
        logging.getLogger("daphne").setLevel(logging.ERROR)
        server = Server(
            application=application,
            endpoints=["ours"],
            signal_handlers=False,
            server_name="flowviz",
            websocket_max_message_size=MAX_SOCKET_MESSAGE_BYTES,
            websocket_max_frame_size=MAX_SOCKET_MESSAGE_BYTES,
            application_close_timeout=2,
        )
        server.ready_callable = partial(self._adopt, server)
        # Its own way of adopting a socket knows IPv4 only.
        server.endpoints = []
        _reactor().callWhenRunning(when_serving)
        server.run()

    def _adopt(self, server: Any) -> None:
        from dashboard.management.bodies import BoundedFactory
        from dashboard.management.close_codes import ClosingProtocol

        server.ws_factory.protocol = ClosingProtocol
        listener = self._listener
        _reactor().adoptStreamPort(listener.fileno(), listener.family, BoundedFactory(server))
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
