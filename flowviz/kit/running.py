"""The loop of a service: one thread that handles, makes, retries, gives up, and obeys."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING

from flowviz.kit import link, tail
from flowviz.kit.consumer import Consumer
from flowviz.kit.event import Event
from flowviz.kit.handling import Handling
from flowviz.kit.making import Making
from flowviz.kit.outside import Outside
from flowviz.kit.polling import SLICE_SECONDS
from flowviz.kit.producer import CANNOT_REWIND
from flowviz.kit.publishing import Publishing
from flowviz.kit.status import Phase, Report
from flowviz.kit.wish import Option

if TYPE_CHECKING:
    from flowviz.kit.service import Service

_log = logging.getLogger("flowviz.kit")

LAST_FLUSH_SECONDS = 5.0


class ServiceError(Exception):
    """The service can not go on; `str(error)` is one sentence that says why."""


class Running:
    """One run of a service. As a part of its instance it speaks for the sources and handlers;
    its Consumer and its Producer speak for themselves.
    """

    def __init__(self, service: Service, stopping: threading.Event) -> None:
        self._service = service
        self._stopping = stopping
        self._name, self._instance = service.name, service.instance
        self._consumer: Consumer | None = None
        self._reason: str | None = None
        self._whole = False
        """All of it is made: from `join` on, the link's thread asks how it is."""
        self._begun = False
        self._closing = False
        # Before the Producer, which alone would say that nothing here can be paused.
        self._link = link.join(service.conf, self._name, self._instance, self)
        self.outside = Outside(self._link, stopping, service.called)
        link.join(service.conf, self._name, self._instance, self.outside)
        self._publishing = Publishing(service, stopping.is_set)
        self.publish = self._publishing.publish
        self._making = Making(service, self._link, self._publishing, stopping.is_set)
        self._handling = Handling(service, self._publishing, stopping.is_set, self._check)
        self._whole = True

    def run(self) -> None:
        """Until `stopping` is set. Raises ServiceError or KafkaException when it can not go on."""
        try:
            for first in self._service.starters:
                first()
            self._begun = True
            if self._service.handlers:
                self._consumer = self._reading()
            while not self._stopping.is_set():
                self._turn()
        finally:
            self._close()

    def _reading(self) -> Consumer:
        consumer = Consumer(
            self._service.consumer_conf, service=self._name, instance=self._instance
        )
        outbox = self._publishing.outbox
        consumer.reader.commits.outputs_safe = outbox.settle
        consumer.reader.waits_to_write = lambda: outbox.waits_for is not None
        consumer.reader.partitions.opening.give_up = self._stopping.is_set
        consumer.reader.partitions.from_beginning = self._service.from_beginning
        # After these, an event that comes again is wanted again.
        partitions = consumer.reader.partitions
        partitions.on_lost = partitions.rewinding.on_rewind = self._handling.forget_known
        topics = sorted(self._service.handlers)
        consumer.subscribe(topics)
        _log.info("%s: reads %s.", self._instance, ", ".join(topics))
        return consumer

    def _read_anew(self, old: Consumer) -> Consumer:
        """A topic was made anew: its old client might never read it, so another one does."""
        old.close()
        self._handling.forget_known()
        return self._reading()

    def _turn(self) -> None:
        self._check()
        wait = min(SLICE_SECONDS, self._service.sources.seconds_left(time.monotonic()))
        if self._consumer is not None:
            if self._consumer.reader.ids.made_anew:
                self._consumer = self._read_anew(self._consumer)
            message = self._consumer.poll(wait)
            if given := self._consumer.reader.partitions.take_given():
                for take_on in self._service.takers:
                    take_on(given)
            if message is not None:
                self._handling.take(self._consumer, message)
        elif wait > 0:
            self._stopping.wait(wait)
        self._making.go_on()

    def _check(self) -> None:
        outbox = self._publishing.outbox
        reading = None if self._consumer is None else self._consumer.outage.fatal
        if why := outbox.fatal or reading or outbox.hopeless:
            raise ServiceError(why)

    @property
    def options(self) -> Mapping[str, Option]:
        wish = self._link.wish
        return {} if wish is None else wish.options

    def partitions(self) -> list[tuple[str, int]]:
        """See Service.partitions."""
        return [] if self._consumer is None else self._consumer.reader.holdings.places()

    def lately(self, topic: str) -> list[Event]:
        """See Service.lately."""
        try:
            return tail.lately(
                self._service.conf, self._instance, topic, self._stopping.is_set, self._troubled
            )
        finally:
            self._reason = None

    def _troubled(self, reason: str) -> None:
        self._reason = reason

    def waiting(self) -> int | None:
        """See Service.waiting."""
        return None if self._consumer is None else self._consumer.reader.waiting()

    # What it says, and the end

    def tick(self) -> bool:
        """Nothing of it waits for the link's thread."""
        return False

    def report(self) -> Report:
        """The sources' phase, what failed, and the facts. A lone writer can not rewind."""
        if not self._whole:
            return Report(phase="starting")
        wish, obeyed = self._link.wish, self._making.obeyed
        phase: Phase | None = None
        if self._closing or self._stopping.is_set():
            phase = "stopping"
        elif not self._begun:
            phase = "starting"
        elif len(self._service.sources) or not self._service.handlers:
            phase = self._making.phase(wish)
        elif self._consumer is None:
            phase = "starting"
        lone = not self._service.handlers and wish is not None and wish.rewind is not None
        return Report(
            phase=phase,
            obeyed=None if obeyed is None else obeyed.id,
            refusal=CANNOT_REWIND if lone else None,
            reason=self._reason or self._publishing.outbox.waits_for or self._handling.reason,
            failed=self._making.failed + self._handling.failed + self._publishing.given_up,
            facts=dict(self._service.facts),
        )

    def _unwritten(self, left: int) -> str:
        """What becomes of events that were not acknowledged when it had to end."""
        one = left == 1
        written = f"{left} event{' was' if one else 's were'} not written when it stopped"
        if len(self._service.sources):
            return f"{written}, as far as it knows; what it makes by itself is not made again."
        return (
            f"{written}; nothing is lost: what {'it' if one else 'they'} came of is not committed, "
            f"so the next start reads that again and writes {'it' if one else 'them'}."
        )

    def _close(self) -> None:
        self._closing = True
        outbox = self._publishing.outbox
        try:
            outbox.flush(LAST_FLUSH_SECONDS)
            if left := outbox.waiting:
                _log.warning("%s: %s", self._instance, self._unwritten(left))
            self._link.last_word()
            if self._consumer is not None:
                self._consumer.close()
        finally:
            outbox.leave()
            link.leave(self._link, self.outside)
            link.leave(self._link, self)
        _log.info("%s: stopped.", self._instance)
