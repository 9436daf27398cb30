"""How a service of this line calls the next one: HTTP, with a timeout and a few tries.

The numbers are usual ones (docs/direct-calls.md says whose): two seconds of patience, two more
tries with a back-off that doubles, a connection that is kept open. The option "retries": false
turns the further tries off.
"""

from __future__ import annotations

import http.client
import json
import os
import random
import threading
import time
from typing import Any
from urllib.parse import urlsplit

from examples.assembly_line.parts import Part
from flowviz.kit import Service

TIMEOUT_SECONDS = 2.0
RETRIES = 2
FIRST_BACKOFF_SECONDS = 0.2
"""Before the second try, give or take half of it; twice as long before the third."""
KEPT_SECONDS = 10.0
"""A connection that was idle for longer is opened anew: the other side closes idle ones."""
MAX_ANSWER_BYTES = 65_536
THERE_SECONDS = 10.0
LOOK_AGAIN_SECONDS = 0.05


class CallFailed(Exception):
    """A call came to nothing; `str(error)` says why in a few words."""


class TimedOut(CallFailed):
    """Nobody answered in time."""


class Caller:
    """Calls one service; from any thread, each with a connection of its own."""

    def __init__(self, service: Service, callee: str) -> None:
        """Where `callee` is says the environment: INVENTORY_DIRECT_URL for "inventory-direct"."""
        self._service = service
        self._calls = service.calls_to(callee)
        variable = callee.upper().replace("-", "_") + "_URL"
        address = urlsplit(os.environ.get(variable, "http://127.0.0.1:8100"))
        self._host, self._port = address.hostname or "127.0.0.1", address.port or 80
        self._mine = threading.local()

    def call(self, part: Part, since: float | None = None) -> dict[str, Any]:
        """Has the part worked on, and returns the answer. Raises CallFailed after the last try.

        `since`, in seconds of the monotonic clock: when the part began to wait for this.
        """
        began = time.monotonic() if since is None else since
        left = RETRIES if self._service.options.get("retries", True) else 0
        backoff = FIRST_BACKOFF_SECONDS
        while True:
            try:
                answer = self._try(part)
            except CallFailed as failure:
                if left == 0:
                    self._count(failure)
                    raise
                self._calls.retried(str(failure))
            else:
                self._calls.done(time.monotonic() - began)
                return answer
            # Not all at the same moment, or they would hit a service that comes back together.
            time.sleep(backoff * random.uniform(0.5, 1.5))  # noqa: S311 (no secret)
            backoff *= 2
            left -= 1

    def wait_until_there(self) -> None:
        """At most THERE_SECONDS: what is started together is not there at the same moment."""
        until = time.monotonic() + THERE_SECONDS
        while time.monotonic() < until:
            try:
                self._ask("GET", None)
                return
            except CallFailed:
                time.sleep(LOOK_AGAIN_SECONDS)
            finally:
                self._drop()

    def _count(self, failure: CallFailed) -> None:
        if isinstance(failure, TimedOut):
            self._calls.timed_out(str(failure))
        else:
            self._calls.refused(str(failure))

    def _try(self, part: Part) -> dict[str, Any]:
        status, answer = self._ask("POST", json.dumps(part).encode())
        if status != http.HTTPStatus.OK:
            raise CallFailed(str(answer.get("error", f"it answered {status}")))
        return answer

    def _ask(self, method: str, body: bytes | None) -> tuple[int, dict[str, Any]]:
        connection = self._connection()
        try:
            connection.request(method, "/", body, {"Content-Type": "application/json"})
            with connection.getresponse() as response:
                answer = json.loads(response.read(MAX_ANSWER_BYTES))
        except TimeoutError:
            self._drop()
            raise TimedOut(f"no answer within {TIMEOUT_SECONDS:g} s") from None
        except ConnectionRefusedError:
            self._drop()
            raise CallFailed("no connection: nobody listens") from None
        except (OSError, http.client.HTTPException, ValueError):
            self._drop()
            raise CallFailed("the connection broke") from None
        self._mine.used_at = time.monotonic()
        return response.status, answer if isinstance(answer, dict) else {}

    def _connection(self) -> http.client.HTTPConnection:
        """The one of this thread; made where there is none that is fresh."""
        kept: http.client.HTTPConnection | None = getattr(self._mine, "connection", None)
        if kept is not None and time.monotonic() - self._mine.used_at < KEPT_SECONDS:
            return kept
        self._drop()
        made = http.client.HTTPConnection(self._host, self._port, timeout=TIMEOUT_SECONDS)
        self._mine.connection = made
        self._mine.used_at = time.monotonic()
        return made

    def _drop(self) -> None:
        """After a failure an answer may still be on its way: the next try needs a connection that
        cannot take it for its own."""
        kept: http.client.HTTPConnection | None = getattr(self._mine, "connection", None)
        if kept is not None:
            kept.close()
            self._mine.connection = None
