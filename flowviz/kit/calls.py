"""What came of the calls that a service makes to others, by HTTP or however: for its status.

Events over Kafka need none of this; it is for services that call each other directly.
"""

from __future__ import annotations

import statistics
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

RECENT_SECONDS = 10.0
"""`seconds` is the median of the calls that were answered within so long."""
MAX_RECENT = 500
"""Of those, so many are kept."""
MAX_CALLED = 20
"""Services that one service counts its calls to."""
MAX_REASON = 200
"""Characters of a reason; longer ones are cut."""


@dataclass(frozen=True, slots=True)
class CallCounts:
    """All calls to one service since the process started. A call is counted when it ends."""

    done: int = 0
    refused: int = 0
    """Ended without an answer that could be used: no connection, an error, no room to wait."""
    timed_out: int = 0
    """Nobody had answered when the caller's patience was over."""
    retried: int = 0
    """Tries after the first one of a call; what came of the call is counted above."""
    seconds: float | None = None
    """How long a call took that was answered, tries and all; None: none was lately."""
    reason: str | None = None
    """Why the newest try that ended failed; None: it did not."""


class Calls:
    """The calls to one service; from any thread."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._done = self._refused = self._timed_out = self._retried = 0
        self._recent: deque[tuple[float, float]] = deque(maxlen=MAX_RECENT)
        self._reason: str | None = None

    def done(self, seconds: float) -> None:
        """A call was answered, `seconds` after it began."""
        with self._lock:
            self._done += 1
            self._recent.append((self._clock(), seconds))
            self._reason = None

    def refused(self, reason: str | None) -> None:
        """A call has failed for good, and not for want of time. Without a reason it was not even
        tried, for want of room to wait: then nothing new is known of the other side.
        """
        with self._lock:
            self._refused += 1
            if reason is not None:
                self._reason = reason[:MAX_REASON]

    def timed_out(self, reason: str) -> None:
        """A call has failed for good: no answer came in time."""
        with self._lock:
            self._timed_out += 1
            self._reason = reason[:MAX_REASON]

    def retried(self, reason: str) -> None:
        """A try has failed, and the call is tried again."""
        with self._lock:
            self._retried += 1
            self._reason = reason[:MAX_REASON]

    def counts(self) -> CallCounts:
        with self._lock:
            since = self._clock() - RECENT_SECONDS
            recent = [seconds for at, seconds in self._recent if at >= since]
            return CallCounts(
                done=self._done,
                refused=self._refused,
                timed_out=self._timed_out,
                retried=self._retried,
                seconds=round(statistics.median(recent), 4) if recent else None,
                reason=self._reason,
            )
