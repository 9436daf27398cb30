"""The line between one instance of a service and Flowviz: hears its wishes, tells its status.

One thread an instance, with two small clients of its own, so that a busy handler is seen to be
busy and never keeps a status waiting.
"""

from __future__ import annotations

import atexit
import logging
import os
import socket
import threading
import time
from collections.abc import Mapping
from typing import Any, Protocol

from confluent_kafka import TIMESTAMP_LOG_APPEND_TIME, KafkaError, KafkaException, Message
from confluent_kafka import Producer as PlainProducer

from flowviz.kit import clients, instants
from flowviz.kit.control_reader import ControlReader
from flowviz.kit.status import STATUS_TOPIC, Report, Status, put_together
from flowviz.kit.wish import Wish
from flowviz.kit.wish_clock import WishClock

_log = logging.getLogger("flowviz.kit")

TURN_SECONDS = 0.05
"""One turn of the thread while something stirs: how late a change of status goes out, and a commit
while one waits."""
RESTING_TURN_SECONDS = 0.25
"""The same while nothing does. A wish is heard at once all the same, for the turn waits for it."""
STIRRING_SECONDS = 1.0
"""After a wish or a change of status more is to be expected for so long."""
STATUS_EVERY_SECONDS = 1.0
LAST_WORD_SECONDS = 1.0
"""How long the last status may take to go out when the instance stops."""
CLOCK_SECONDS = 3.0
"""How long a start waits to hear the broker's clock, when a wish with an end was there before."""
AFTER_ERROR_SECONDS = 1.0
STATUS_TIMEOUT_MS = 5_000
"""A status that could not be written for so long is not worth writing."""
MAX_WAITING_STATUSES = 100


class Part(Protocol):
    """Something of an instance that obeys and reports: a reader, a writer, the sources."""

    def report(self) -> Report: ...

    def tick(self) -> bool:
        """Called from the link's thread, each turn: what must not wait for a busy handler. Whether
        more of it waits.
        """


class Link:
    """Shared by all parts of one instance in this process; see `join`."""

    def __init__(self, conf: Mapping[str, Any], service: str, instance: str) -> None:
        self.service, self.instance = service, instance
        self._conf = dict(conf)
        self._clock = WishClock()
        self._control = ControlReader(conf, service, instance, self._clock.hear)
        self._timed = False
        self._guesses_until: float | None = None
        self._writer = PlainProducer(
            clients.beside(conf, instance, "status")
            | {
                "message.timeout.ms": STATUS_TIMEOUT_MS,
                "queue.buffering.max.messages": MAX_WAITING_STATUSES,
                "linger.ms": 0,
            }
        )
        self._parts: list[Part] = []
        self._told: tuple[object, ...] | None = None
        self._told_at = 0.0
        self._stirs_until = float("inf")
        self._telling = threading.Lock()
        self._said_last = False
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"flowviz {instance}", daemon=True)

    @property
    def wish(self) -> Wish | None:
        """The newest wish for the service; None: there is none. Changes in the link's thread."""
        return self._control.wish

    @property
    def settled(self) -> bool:
        """Whether `wish` can be relied on yet. Nothing is handled before."""
        return self._control.settled and self._timed

    def now(self) -> int:
        """Unix ms by the clock of who made the newest wish: what its instants are compared with."""
        return self._clock.now(instants.steady_ms(), instants.now_ms())

    def add(self, part: Part) -> None:
        first = not self._parts
        self._parts = [*self._parts, part]
        if first:
            self._thread.start()

    def remove(self, part: Part) -> bool:
        """Whether that was the last part; the link is then closed, its last word told."""
        if self._parts == [part]:
            self.last_word()
        self._parts = [other for other in self._parts if other is not part]
        if self._parts:
            return False
        self._ending.set()
        if self._thread is not threading.current_thread():
            self._thread.join()
        return True

    def _run(self) -> None:
        while not self._ending.is_set():
            try:
                self._turn()
            except KafkaException as error:
                _log.debug("%s: the link to Flowviz: %s", self.instance, error)
                self._ending.wait(AFTER_ERROR_SECONDS)
            except Exception:
                _log.exception("%s: the link to Flowviz failed; going on.", self.instance)
                self._ending.wait(AFTER_ERROR_SECONDS)
        self._close()

    def _turn(self) -> None:
        stirring = time.monotonic() < self._stirs_until or not self.settled
        stirs = self._control.hear(TURN_SECONDS if stirring else RESTING_TURN_SECONDS)
        if not self._timed and self._control.settled:
            self._timed = self._knows_the_time()
        for part in self._parts:
            stirs = part.tick() or stirs
        status = self.status()
        if status is not None:
            news = status.news() != self._told
            if news or time.monotonic() - self._told_at >= STATUS_EVERY_SECONDS:
                self._tell(status)
            stirs = stirs or news
        if stirs:
            self._stirs_until = time.monotonic() + STIRRING_SECONDS
        self._writer.poll(0)

    def _knows_the_time(self) -> bool:
        """Whether the wish's instants can be compared, or nothing better is to be expected: the
        broker's clock is read from the answer to a status.
        """
        if not self._clock.guesses or not self._control.status_topic:
            return True
        if self._guesses_until is None:
            self._guesses_until = time.monotonic() + CLOCK_SECONDS
        return time.monotonic() >= self._guesses_until

    def status(self) -> Status | None:
        """All parts put together, as of now; None without a part."""
        parts = self._parts
        if not parts:
            return None
        wish = self.wish
        return put_together(
            self.service,
            self.instance,
            [part.report() for part in parts],
            want=None if wish is None else wish.id,
            wants_pause=wish is not None and wish.paused_at(self.now()),
            ms_per_event=0 if wish is None else wish.ms_per_event,
        )

    def _tell(self, status: Status, *, last: bool = False) -> None:
        """Puts a status on its way, unless the last one was said. Two threads tell: none that was
        made before the last word may go out after it.
        """
        with self._telling:
            if not self._said_last:
                self._said_last = last
                self._send(status)

    def _send(self, status: Status) -> None:
        self._told, self._told_at = status.news(), time.monotonic()
        if not self._control.status_topic:
            return
        try:
            self._writer.produce(
                STATUS_TOPIC,
                status.encode(os.getpid(), socket.gethostname(), instants.now_ms()),
                key=f"{self.service}/{self.instance}",
                on_delivery=self._delivered,
            )
        except BufferError:
            _log.debug("%s: no room for a status: Kafka does not answer.", self.instance)

    def _delivered(self, error: KafkaError | None, message: Message) -> None:
        kind, at = message.timestamp()
        if error is None and kind == TIMESTAMP_LOG_APPEND_TIME:
            self._clock.broker_said(at, instants.steady_ms())
        gone = (KafkaError._UNKNOWN_TOPIC, KafkaError.UNKNOWN_TOPIC_OR_PART)
        if error is not None and error.code() in gone:
            self._control.miss_status_topic()

    def _close(self) -> None:
        self._writer.flush(LAST_WORD_SECONDS)
        self._control.close()

    def last_word(self) -> None:
        """Tells the status now, while all parts are still there, and nothing after it: the whole
        instance is about to go. From any thread.
        """
        status = self.status()
        if status is not None:
            self._tell(status, last=True)


_links: dict[tuple[str, str], Link] = {}
_links_lock = threading.Lock()


def join(conf: Mapping[str, Any], service: str, instance: str, part: Part) -> Link:
    """The link of this instance, made when this is its first part in the process."""
    with _links_lock:
        link = _links.get((service, instance))
        if link is None:
            link = _links[service, instance] = Link(conf, service, instance)
        link.add(part)
        return link


def leave(link: Link, part: Part) -> None:
    """The part has stopped. The link closes after its last one."""
    with _links_lock:
        if link.remove(part):
            _links.pop((link.service, link.instance), None)


def _leave_all() -> None:
    for link in list(_links.values()):
        for part in list(link._parts):
            leave(link, part)


atexit.register(_leave_all)
