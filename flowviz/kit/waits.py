"""Waiting for messages by a clock that nobody sets.

The client library waits by the clock of the day (librdkafka's issue 2145): a wait that is under way
when that clock is set back lasts as much longer, be it an hour, unless something comes. Nobody can
end it. So here the client is asked for what is there, and Python waits, whose waits are by the
steady clock.

The client's own thread waits as it does, and by it the members of a group tell that they are alive.
It is woken by whatever is asked of it, so every STIR_SECONDS it is asked for something it knows.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

from confluent_kafka import Consumer

STIR_SECONDS = 1.0
"""Well below the session timeout of a group, 6 s at the least."""

T = TypeVar("T")


class Waits:
    """Those of one consumer; for the thread that polls it."""

    def __init__(self, client: Consumer) -> None:
        self._client = client
        self._stir_at = 0.0

    def until(self, ask: Callable[[], T | None], seconds: float, every: float) -> T | None:
        """What `ask`, which must not wait itself, finds within so many seconds; None: nothing. It
        is asked `every` so many."""
        ends_at = time.monotonic() + seconds
        while (found := ask()) is None and (left := ends_at - time.monotonic()) > 0:
            self._stir()
            time.sleep(min(left, every))
        return found

    def _stir(self) -> None:
        if time.monotonic() >= self._stir_at:
            self._stir_at = time.monotonic() + STIR_SECONDS
            self._client.memberid()
