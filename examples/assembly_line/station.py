"""A machine of the line: it takes its time for each part, or for a whole tray when many wait."""

from __future__ import annotations

import threading
import time

MANY = 1_000
"""With more parts waiting than this, the machine takes a whole tray at once, as long as the parts
that wait fill one. Two minutes of backlog are not so many: they go part by part."""
TRAY = 200


class Station:
    """One machine: who comes while it works waits. From any thread."""

    def __init__(self, seconds: float) -> None:
        """`seconds` is how long it works, however many parts it holds."""
        self._seconds = seconds
        self._in_use = threading.Lock()
        self._left_on_tray = 0
        self.parts_at_a_time = 1
        """How many parts it held when it worked last."""

    def work(self, waiting: int | None = None) -> None:
        """Deals with one part, of which `waiting` more wait (None: that is not known).

        Those of a tray were dealt with together with its first one, and need no time any more.
        """
        with self._in_use:
            if self._left_on_tray:
                self._left_on_tray -= 1
                return
            enough = MANY if self.parts_at_a_time == 1 else TRAY
            self.parts_at_a_time = TRAY if waiting is not None and waiting > enough else 1
            time.sleep(self._seconds)
            self._left_on_tray = self.parts_at_a_time - 1
