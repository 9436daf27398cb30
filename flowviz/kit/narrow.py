"""Topics that refused a batch as too large: what goes to them goes one by one, for a while."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass

NARROW_SECONDS = 60.0
"""Before a topic that took each event of a refused batch by itself is sent batches again."""
MAX_TOPICS = 1_000
"""With more, only what was refused goes by itself."""
CROWDED = 2_000
"""Events under way one by one, after which a writer waits for them: in a flood they would never
come to an end."""


@dataclass(slots=True)
class _Mark:
    under_way: int = 0
    large: bool = False
    """One of them was too large by itself: that is why the batch was refused."""
    until: float = 0.0


class Narrow:
    """Any thread may call it. All that goes by itself is reported: `apart`, then `through`.

    A topic is narrow while any of it is under way, so that what is written next stays behind it.
    Then batches go again, if it was one large event that spoilt the batch; if it was the batch,
    after NARROW_SECONDS.
    """

    def __init__(self) -> None:
        self._marks: dict[str, _Mark] = {}
        self._lock = threading.Lock()

    def apart(self, topic: str) -> None:
        """An event of the topic is to go by itself."""
        with self._lock:
            mark = self._marks.get(topic)
            if mark is None and len(self._marks) < MAX_TOPICS:
                mark = self._marks[topic] = _Mark()
            if mark is not None:
                mark.under_way += 1

    def through(self, topic: str, *, large: bool) -> None:
        """It is written, or (`large`) too large even so."""
        with self._lock:
            mark = self._marks.get(topic)
            if mark is None:
                return
            mark.under_way = max(0, mark.under_way - 1)
            mark.large = mark.large or large
            if mark.under_way == 0:
                self._decide(topic, mark)

    def _decide(self, topic: str, mark: _Mark) -> None:
        now = time.monotonic()
        if mark.large or 0 < mark.until <= now:
            del self._marks[topic]
        elif mark.until == 0:
            mark.until = now + NARROW_SECONDS

    def holds(self, topic: str) -> bool:
        """Whether what is written to the topic now is to go by itself."""
        if not self._marks:
            return False
        with self._lock:
            mark = self._marks.get(topic)
            if mark is not None and mark.under_way == 0:
                self._decide(topic, mark)
            return topic in self._marks

    def crowd(self, topic: str) -> int:
        """How many are under way by themselves, where they are to be waited for; else 0."""
        with self._lock:
            mark = self._marks.get(topic)
            if mark is None or time.monotonic() < mark.until:
                return 0
            return mark.under_way
