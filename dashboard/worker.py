"""A thread that must go on: started again after a failure, later each time, and never silently."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from typing import Literal, Protocol

from dashboard import clock
from dashboard.picture.observations import Observation, WorkerSeen

BACKOFF_SECONDS = (1.0, 2.0, 4.0, 8.0, 16.0)
"""Waits before the first, second ... restart; the last one stays."""
HEALTHY_AFTER_SECONDS = 60.0
"""Having run so long, the next failure counts as the first again."""
HOLDS_AFTER_SECONDS = 5.0
"""A reader of silent topics has nothing to tell; having run so long after a failure, it is well."""

STUCK_SECONDS = 20.0
"""Longer than any question to a cluster may take: what has not moved for so long hangs."""
STUCK = f"It has not moved for more than {STUCK_SECONDS:.0f} s."

logger = logging.getLogger(__name__)


class Runnable(Protocol):
    moved_at: float | None
    """`time.monotonic()` when it was last seen at work; None: it does not run, or cannot tell."""

    def run(self, stop: threading.Event) -> None:
        """Work until `stop` is set; raise where it cannot go on, and then be run again."""


class Worker:
    """Runs what `make` gives, in a thread of its own, and tells how it is doing.

    `make` is handed where to put observations; what it gives is run again after a failure. Then it
    counts as well only when it has told something or has held for a while: starting proves nothing.
    Without `holding_is_well` a try that takes long is no sign of it either: it says so, by `well`.
    """

    def __init__(
        self,
        name: Literal["reader", "surveyor", "keeper"],
        make: Callable[[Callable[[Observation], None]], Runnable],
        observe: Callable[[Observation], None],
        backoff: tuple[float, ...] = BACKOFF_SECONDS,
        *,
        holding_is_well: bool = True,
    ) -> None:
        self._name = name
        self._runnable = make(self._told)
        self._stuck = False
        self._observe = observe
        self._backoff = backoff
        self._holding_is_well = holding_is_well
        self._stop = threading.Event()
        self._ok: bool | None = None
        self.told: WorkerSeen | None = None
        """What was said of it last."""
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Ask it to end; `join` waits for it."""
        self._stop.set()

    def join(self, seconds: float) -> bool:
        """Whether it has ended within so long."""
        if self._thread.is_alive():
            self._thread.join(seconds)
        return not self._thread.is_alive()

    def look_after(self) -> WorkerSeen | None:
        """That it hangs, or moves again, when that is news. A thread cannot be ended from outside:
        more than to say so cannot be done. From one thread, now and then."""
        moved_at = self._runnable.moved_at
        stuck = moved_at is not None and time.monotonic() - moved_at > STUCK_SECONDS
        if stuck is self._stuck:
            return None
        self._stuck = stuck
        if not stuck and self._ok is not True:
            return None  # it failed meanwhile, and that was told
        reason = STUCK if stuck else None
        self.told = WorkerSeen(clock.steady(), self._name, not stuck, reason, hangs=stuck)
        return self.told

    def _run(self) -> None:
        failures = 0
        while not self._stop.is_set():
            began = time.monotonic()
            reason = self._run_once()
            if self._stop.is_set():
                return
            if time.monotonic() - began >= HEALTHY_AFTER_SECONDS:
                failures = 0
            wait = self._backoff[min(failures, len(self._backoff) - 1)]
            failures += 1
            self._say(ok=False, reason=f"It failed ({reason}) and is tried again in {wait:g} s.")
            self._stop.wait(wait)

    def _run_once(self) -> str:
        """Returns why it ended."""
        if self._ok is None:
            self._say(ok=True, reason=None)
        holds = threading.Timer(HOLDS_AFTER_SECONDS, self._holds)
        holds.daemon = True
        holds.start()
        try:
            self._runnable.run(self._stop)
        except BaseException as failure:  # whatever it is, this thread must not end in silence
            # How it came to that, for the file; that it did is told by what is observed.
            logger.info("The %s failed", self._name, exc_info=True)
            return _short(failure)
        finally:
            holds.cancel()
        return "it ended although nobody asked"

    def well(self) -> None:
        """It has done what it is there for. Said from where it runs."""
        if self._ok is not True:
            self._say(ok=True, reason=None)

    def _holds(self) -> None:
        if self._holding_is_well and not self._stop.is_set():
            self.well()

    def _told(self, observation: Observation) -> None:
        self.well()
        self._observe(observation)

    def _say(self, *, ok: bool, reason: str | None) -> None:
        self._ok = ok
        self.told = WorkerSeen(at=clock.steady(), worker=self._name, ok=ok, reason=reason)
        self._observe(self.told)


REASON_LENGTH = 200


def _short(failure: BaseException) -> str:
    text = " ".join(str(failure).split()) or type(failure).__name__
    return text if len(text) <= REASON_LENGTH else text[: REASON_LENGTH - 1] + "…"
