"""How a service of this line is called: HTTP on loopback, a few threads, nothing without a bound.

Each thread takes a connection, answers its requests one after the other, and then takes the next.
Connections for which no thread is free wait in the kernel's queue, BACKLOG at most.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import select
import socket
import threading
import time
from collections.abc import Callable
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from typing import Any, cast

from examples.assembly_line.direct.caller import CallFailed, TimedOut
from examples.assembly_line.parts import Part
from flowviz.kit import Service

_log = logging.getLogger(__name__)

LOOPBACK = "127.0.0.1"
WORKERS = 8
BACKLOG = 16
IDLE_SECONDS = 30.0
"""A connection on which nothing comes for so long is closed."""
MAX_BODY_BYTES = 16_384
MAX_LENGTH_DIGITS = 9
"""Of a Content-Length: int() raises for thousands of them."""
LAST_ANSWERS_SECONDS = 5.0
"""How long an end in order waits for the requests in hand."""
AFTER_ERROR_SECONDS = 0.1

Answer = Callable[[Part], dict[str, Any]]


def run(service: Service, answer: Answer) -> int:
    """Answers requests with `answer(part)` until the service is stopped; returns the exit code.

    It listens at the port in PORT, once everything that was to be done at the start is done.
    """
    server = Server(service, answer, int(os.environ.get("PORT", "8100")))
    service.at_start(server.listen)
    try:
        return service.run()
    finally:
        server.close()


class Server:
    def __init__(self, service: Service, answer: Answer, port: int) -> None:
        self.service = service
        self.answer = answer
        self._port = port
        self._socket: socket.socket | None = None
        self._idle = threading.Condition()
        self._in_hand = 0
        self._closing = False

    def listen(self) -> None:
        # The port is kept for this service while it is down, by a socket that does not listen.
        self._socket = socket.create_server(
            (LOOPBACK, self._port), backlog=BACKLOG, reuse_port=True
        )
        for number in range(WORKERS):
            name = f"request {number + 1}"
            threading.Thread(
                target=self._work, args=(self._socket,), name=name, daemon=True
            ).start()

    def close(self) -> None:
        """Takes no connection more, and waits for what is in hand."""
        self._closing = True
        if self._socket is not None:
            with contextlib.suppress(OSError):  # macOS knows no end of what only listens
                self._socket.shutdown(socket.SHUT_RDWR)
            self._socket.close()
        with self._idle:
            self._idle.wait_for(lambda: self._in_hand == 0, LAST_ANSWERS_SECONDS)

    def _work(self, listening: socket.socket) -> None:
        while not self._closing:
            try:
                connection, address = listening.accept()
            except OSError:
                time.sleep(AFTER_ERROR_SECONDS)
                continue
            try:
                _Requests(connection, address, cast(Any, self))
            except OSError:
                continue  # the caller is gone; it has counted that itself
            except Exception as failure:
                # Whatever one request did, the thread is there for the next.
                _log.error("A request ended its connection: %r", failure)
            finally:
                connection.close()

    def begin(self) -> None:
        with self._idle:
            self._in_hand += 1

    def end(self) -> None:
        with self._idle:
            self._in_hand -= 1
            self._idle.notify_all()


class _Requests(BaseHTTPRequestHandler):
    """The requests of one connection, one after the other."""

    protocol_version = "HTTP/1.1"
    timeout = IDLE_SECONDS
    # Head and body of an answer are two packets: the second must not wait for word of the first.
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        """Whether the service is there."""
        self._send(HTTPStatus.OK, {"service": self._server.service.name})

    def do_POST(self) -> None:
        part = self._part()
        if part is None:
            return
        with self._server.service.turn(self._is_awaited) as go_on:
            if not go_on:
                self.close_connection = True
                return
            self._server.begin()
            try:
                self._send(*self._answer(part))
            finally:
                self._server.end()

    @property
    def _server(self) -> Server:
        return cast(Server, self.server)

    def _answer(self, part: Part) -> tuple[HTTPStatus, dict[str, Any]]:
        try:
            return HTTPStatus.OK, self._server.answer(part)
        except TimedOut as failure:
            return HTTPStatus.GATEWAY_TIMEOUT, {"error": f"behind it: {failure}"}
        except CallFailed as failure:
            return HTTPStatus.BAD_GATEWAY, {"error": f"behind it: {failure}"}
        except (KeyError, TypeError, ValueError) as failure:
            return HTTPStatus.UNPROCESSABLE_ENTITY, {"error": f"this is no part: {failure!r}"}
        except Exception as failure:
            _log.error("A part could not be worked on: %r", failure)
            return HTTPStatus.INTERNAL_SERVER_ERROR, {"error": "This part could not be worked on."}

    def _part(self) -> Part | None:
        """The part in the body; None where there is none, which is answered here."""
        size = self.headers.get("Content-Length", "")
        known = size.isascii() and size.isdigit() and len(size) <= MAX_LENGTH_DIGITS
        if not known or int(size) > MAX_BODY_BYTES:
            self.close_connection = True
            self._send(
                HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
                {"error": f"Send a body of at most {MAX_BODY_BYTES} bytes, with its length."},
            )
            return None
        try:
            part = json.loads(self.rfile.read(int(size)))
        except (ValueError, RecursionError):
            part = None
        if not isinstance(part, dict):
            self._send(HTTPStatus.BAD_REQUEST, {"error": "Send a part as a JSON object."})
            return None
        return part

    def _is_awaited(self) -> bool:
        """Whether the caller still holds the line: one that gave up has closed it."""
        try:
            there, _, _ = select.select([self.connection], [], [], 0)
            return not there or self.connection.recv(1, socket.MSG_PEEK) != b""
        except OSError:
            return False

    def _send(self, status: HTTPStatus, answer: dict[str, Any]) -> None:
        body = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """A line for each part would be all that the log holds."""
