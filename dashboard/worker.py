"""A thread that must go on: started again after a failure, later each time, and never silently."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from typing import Literal, Protocol

from dashboard.picture.observations import Observation, WorkerSeen

BACKOFF_SECONDS = (1.0, 2.0, 4.0, 8.0, 16.0)
"""Waits before the first, second ... restart; the last one stays."""
HEALTHY_AFTER_SECONDS = 60.0
"""Having run so long, the next failure counts as the first again."""

logger = logging.getLogger(__name__)


class Runnable(Protocol):
    def run(self, stop: threading.Event) -> None:
        """Work until `stop` is set; raise where it cannot go on."""


class Worker:
    """Runs what `make` gives, in a thread of its own, and tells how it is doing.

    `make` is called anew for each start and is handed where to put observations. The worker counts
    as well again only when a restarted run has told something: starting alone proves nothing.
    """

    def __init__(
        self,
        name: Literal["reader", "surveyor"],
        make: Callable[[Callable[[Observation], None]], Runnable],
        observe: Callable[[Observation], None],
        backoff: tuple[float, ...] = BACKOFF_SECONDS,
    ) -> None:
        self._name = name
        self._make = make
        self._observe = observe
        self._backoff = backoff
        self._stop = threading.Event()
        self._ok: bool | None = None
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Ask it to end; `join` waits for it."""
        self._stop.set()

    def join(self, seconds: float) -> None:
        if self._thread.is_alive():
            self._thread.join(seconds)

    def _run(self) -> None:
        failures = 0
        while not self._stop.is_set():
            began = time.monotonic()
            try:
                self._make(self._told).run(self._stop)
                if self._stop.is_set():
                    return
                reason = "it ended although nobody asked"
            except Exception as failure:
                reason = _short(failure)
                logger.debug("The %s failed", self._name, exc_info=True)
            if time.monotonic() - began >= HEALTHY_AFTER_SECONDS:
                failures = 0
            wait = self._backoff[min(failures, len(self._backoff) - 1)]
            failures += 1
            self._say(ok=False, reason=f"{reason}; tried again in {wait:g} s")
            self._stop.wait(wait)

    def _told(self, observation: Observation) -> None:
        if self._ok is not True:
            self._say(ok=True, reason=None)
        self._observe(observation)

    def _say(self, *, ok: bool, reason: str | None) -> None:
        self._ok = ok
        now = int(time.time() * 1000)
        self._observe(WorkerSeen(at=now, worker=self._name, ok=ok, reason=reason))


REASON_LENGTH = 200


def _short(failure: Exception) -> str:
    text = " ".join(str(failure).split()) or type(failure).__name__
    return text if len(text) <= REASON_LENGTH else text[: REASON_LENGTH - 1] + "…"
