"""How long to rest between two looks at the cluster, so that looking is no load on it. Pure."""

from __future__ import annotations

from collections import deque

REMEMBERED = 5
"""Looks by whose quickest the rest is judged."""


class Pace:
    """Rests `share` times as long as a look takes, within the two bounds; all in seconds.

    What a look takes is taken to be what the quickest of the last few took: the others waited for
    a connection, or for a processor of this machine, and none of that was the cluster's work.
    Tried on a busy machine: by the last look alone, the very first, which connects, put off the
    second by five seconds, and a demonstration showed nothing meanwhile.
    """

    def __init__(self, share: float, at_least: float, at_most: float) -> None:
        self._share = share
        self._at_least = at_least
        self._at_most = at_most
        self._took: deque[float] | None = None

    def rest(self, took: float) -> float:
        """Seconds to rest after a look that took so long. After the first of all, the least."""
        if self._took is None:
            self._took = deque(maxlen=REMEMBERED)
            return self._at_least
        self._took.append(took)
        return min(max(self._share * min(self._took), self._at_least), self._at_most)
