"""The port of the page: ours before anything else is started, or a sentence that says why not."""

from __future__ import annotations

import errno
import socket

from flowviz.config import DEFAULT_PORT

TRIED_PORTS = 20
"""Ports after the default one that are tried when nobody asked for a certain one."""
BACKLOG = 256
SEND_BUFFER_BYTES = 256 * 1024
"""What the system keeps for a connection whose other end takes nothing; else up to some MB each."""


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
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER_BYTES)
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
