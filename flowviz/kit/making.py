"""What a service makes by itself: its sources, called in time, and still while it is paused."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from confluent_kafka import KafkaException

from flowviz.kit import cause
from flowviz.kit.link import Link
from flowviz.kit.outside import PATIENCE_SECONDS
from flowviz.kit.polling import SLICE_SECONDS
from flowviz.kit.publishing import Publishing
from flowviz.kit.status import Phase
from flowviz.kit.wish import Wish

if TYPE_CHECKING:
    from flowviz.kit.service import Service

_log = logging.getLogger("flowviz.kit")

MAKE_SECONDS = 0.02
"""How long sources that are behind are called before wishes are looked at again."""


class Making:
    """The sources of one run. `phase` and what is public may be asked from any thread."""

    def __init__(
        self,
        service: Service,
        line: Link,
        publishing: Publishing,
        stopping: Callable[[], bool],
    ) -> None:
        self._service, self._link = service, line
        self._publishing = publishing
        self._stopping = stopping
        self._began_at = time.monotonic()
        self._parked = False
        self.obeyed: Wish | None = None
        """The newest wish that was looked at."""
        self.failed = 0

    def go_on(self) -> None:
        """Makes what is due; stands still, with all of it acknowledged, while that is wished."""
        # In this order: a wish looked at before it is settled would be none.
        settled, known = self._link.settled, self._known()
        wish, now = self._link.wish, self._link.now()
        stand = not known or (wish is not None and wish.paused_at(now))
        outbox = self._publishing.outbox
        outbox.offer_again()
        safe = outbox.settle(SLICE_SECONDS if stand and outbox.waiting else 0)
        # What cannot be written may wait for ever: nothing more is made, and the reason is told.
        safe = safe or outbox.waits_for is not None
        # Standing still because nothing is known yet is starting, and no pause.
        self._parked, self.obeyed = settled and stand and safe, wish
        if stand:
            # Else the next one stays overdue, and the loop would never wait.
            self._service.sources.hold(time.monotonic())
            return
        if not len(self._service.sources):
            return
        until = time.monotonic() + MAKE_SECONDS
        while due := self._service.sources.take(time.monotonic(), wish, now):
            for make in due:
                if self._stopping():
                    return
                self._call(make)
            if time.monotonic() >= until:
                return

    def _call(self, make: Callable[[], object]) -> None:
        cause.become(None)
        try:
            self._publishing.sending(make)
        except KafkaException:
            raise
        except Exception as error:
            if isinstance(error, BufferError) and self._stopping():
                return  # asked to stop while the queue was full
            self.failed += 1
            name = getattr(make, "__name__", repr(make))
            _log.exception("%s: %s failed; going on.", self._service.instance, name)

    def _known(self) -> bool:
        """Whether what is wished is known. What goes over Kafka waits for that; who only calls
        others directly must not need Kafka, as who is called (see outside.py)."""
        if self._link.settled:
            return True
        calls = bool(self._service.called) and not self._service.handlers
        return calls and time.monotonic() - self._began_at >= PATIENCE_SECONDS

    def phase(self, wish: Wish | None) -> Phase:
        if not self._known():
            return "starting"
        if wish is not None and wish.paused_at(self._link.now()):
            return "paused" if self._parked else "pausing"
        return "paused" if self._parked else "running"
