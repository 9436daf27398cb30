"""Calls from a source, which may not wait: a few threads call, and a few parts wait for them."""

from __future__ import annotations

import contextlib
import queue
import threading
import time

from examples.assembly_line.direct.caller import Caller, CallFailed
from examples.assembly_line.parts import Part
from flowviz.kit import Service

THREADS = 4
"""Each part takes under a tenth of a second: they can do several times what comes along."""
WAITING = 8
"""Parts that wait for a thread; a second's worth. With more to come, a part is refused."""


class Outgoing:
    def __init__(self, service: Service, callee: str) -> None:
        self._caller = Caller(service, callee)
        self._calls = service.calls_to(callee)
        self._waiting: queue.Queue[tuple[Part, float]] = queue.Queue(WAITING)

    def start(self) -> None:
        """Waits until the other side is there, and starts the threads."""
        self._caller.wait_until_there()
        for number in range(THREADS):
            threading.Thread(target=self._run, name=f"call {number + 1}", daemon=True).start()

    def hand_over(self, part: Part) -> None:
        """Returns at once; what comes of the part is counted."""
        try:
            self._waiting.put_nowait((part, time.monotonic()))
        except queue.Full:
            self._calls.refused(None)

    @property
    def waits(self) -> int:
        """Parts that no thread has taken yet."""
        return self._waiting.qsize()

    def _run(self) -> None:
        while True:
            part, since = self._waiting.get()
            with contextlib.suppress(CallFailed):
                self._caller.call(part, since)
