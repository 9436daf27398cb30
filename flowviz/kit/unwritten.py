"""Events that the brokers have not acknowledged: how many, of which topics, and for how long."""

from __future__ import annotations

import threading
import time

WAITS_SECONDS = 2.0
"""Without an acknowledgement for so long, it is said what is waited for."""
NAMED_TOPICS = 3


class Unwritten:
    """Asked and told from any thread."""

    def __init__(self) -> None:
        self._of: dict[str, int] = {}
        """By topic; those with none are not there."""
        self._moved_at = 0.0
        """When the brokers last took something, or began to be waited for."""
        self._lock = threading.Lock()

    @property
    def count(self) -> int:
        with self._lock:
            return sum(self._of.values())

    def add(self, topic: str) -> None:
        self._change(topic, 1)

    def drop(self, topic: str, *, taken: bool = False) -> None:
        """`taken`: the brokers have it."""
        self._change(topic, -1, moved=taken)

    def _change(self, topic: str, by: int, *, moved: bool = False) -> None:
        with self._lock:
            if moved or not self._of:
                self._moved_at = time.monotonic()
            left = self._of.pop(topic, 0) + by
            if left:
                self._of[topic] = left

    def stands(self) -> tuple[str, ...]:
        """The topics that are waited for, where nothing was taken for a while; a few of them."""
        with self._lock:
            if time.monotonic() - self._moved_at < WAITS_SECONDS:
                return ()
            return tuple(sorted(self._of)[:NAMED_TOPICS])
