"""Work that does not come over Kafka: a request, a timer. Paused means paused for it as well."""

from __future__ import annotations

import contextlib
import itertools
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Protocol

from flowviz.kit.calls import Calls
from flowviz.kit.pace import Pace
from flowviz.kit.status import Phase, Report
from flowviz.kit.wish import Wish

SLICE_SECONDS = 0.05
"""How soon work that waits notices that it may begin, or that nobody wants it any more."""
PATIENCE_SECONDS = 3.0
"""Without a word from Kafka for so long nothing is known to be wished, and work begins: who is
called directly must not need Kafka to answer."""


class Heard(Protocol):
    """What people wish, as the link has heard it."""

    @property
    def wish(self) -> Wish | None: ...

    @property
    def settled(self) -> bool: ...

    def now(self) -> int:
        """Unix ms, to be compared with the instants in the wish."""


def always() -> bool:
    return True


class Outside:
    """Part of an instance. Has a say in its phase from the first turn on."""

    def __init__(self, heard: Heard, stopping: threading.Event, calls: Mapping[str, Calls]) -> None:
        self._heard = heard
        self._stopping = stopping
        self._calls = calls
        self._lock = threading.Lock()
        self._pace = Pace()
        self._began_at = time.monotonic()
        self._numbers = itertools.count()
        self._in_hand: dict[int, float] = {}
        """Number of a turn -> when it began."""
        self._used = False
        self._failed = 0

    @contextlib.contextmanager
    def turn(self, wanted: Callable[[], bool]) -> Iterator[bool]:
        """See Service.turn."""
        number = self._wait(wanted)
        if number is None:
            yield False
            return
        try:
            yield True
        except Exception:
            with self._lock:
                self._failed += 1
            raise
        finally:
            with self._lock:
                del self._in_hand[number]

    def _wait(self, wanted: Callable[[], bool]) -> int | None:
        """The number of the turn; None: nobody wants it any more."""
        while wanted():
            with self._lock:
                # Under one lock with `report`: what was reported as paused begins nothing more.
                self._used = True
                now = time.monotonic()
                left = self._left(now)
                if left <= 0:
                    self._pace.took(now, 1)
                    number = next(self._numbers)
                    self._in_hand[number] = now
                    return number
            if self._stopping.wait(min(left, SLICE_SECONDS)):
                return None
        return None

    def _left(self, now: float) -> float:
        """Seconds until the next turn may begin, as far as it is known."""
        # In this order: a wish looked at before it is settled would be none.
        known = self._heard.settled or now - self._began_at >= PATIENCE_SECONDS
        wish, now_ms = self._heard.wish, self._heard.now()
        if not known or _stands(wish, now_ms):
            return SLICE_SECONDS
        return self._pace.left(now, wish, now_ms)

    def tick(self) -> bool:
        """Nothing of it waits for the link's thread."""
        return False

    def report(self) -> Report:
        calls = {name: calls.counts() for name, calls in list(self._calls.items())}
        with self._lock:
            if not self._used:
                return Report(calls=calls)
            settled, wish = self._heard.settled, self._heard.wish
            began = min(self._in_hand.values(), default=None)
            phase: Phase = "running" if settled else "starting"
            if _stands(wish, self._heard.now()):
                phase = "paused" if began is None else "pausing"
            return Report(
                phase=phase,
                obeyed=None if wish is None else wish.id,
                handling_for_seconds=None if began is None else time.monotonic() - began,
                failed=self._failed,
                calls=calls,
            )


def _stands(wish: Wish | None, now_ms: int) -> bool:
    return wish is not None and wish.paused_at(now_ms)
