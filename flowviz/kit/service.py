"""A service in a few lines: handlers for what it reads, sources for what it makes by itself."""

from __future__ import annotations

import logging
import signal
import threading
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from typing import Any, TypeVar

from confluent_kafka import KafkaException

from flowviz.kit import clients, dead_letters, outside
from flowviz.kit.calls import MAX_CALLED, Calls
from flowviz.kit.event import Event
from flowviz.kit.running import Running, ServiceError
from flowviz.kit.sources import Sources
from flowviz.kit.status import Scalar
from flowviz.kit.value import Value
from flowviz.kit.wish import Option

_log = logging.getLogger("flowviz.kit")

LOG_FORMAT = "%(asctime)s %(levelname)-7s %(message)s"

MAX_QUEUED_EVENTS = 20_000
"""Events that wait for the brokers; with more, the service waits too. A pause counts as obeyed when
all of them are acknowledged, so this is also how long one may take in a flood: about a second."""
MAX_QUEUED_KB = 65_536

READING: Mapping[str, Any] = {
    "auto.offset.reset": "earliest",
    "fetch.queue.backoff.ms": 50,
    "topic.metadata.refresh.interval.ms": 5_000,
    "log_level": clients.QUIET,
}
WRITING: Mapping[str, Any] = {
    "enable.idempotence": True,
    "acks": "all",
    "linger.ms": 5,
    "message.timeout.ms": 0,
    "queue.buffering.max.messages": MAX_QUEUED_EVENTS,
    "queue.buffering.max.kbytes": MAX_QUEUED_KB,
    "topic.metadata.propagation.max.ms": 10_000,
    "log_level": clients.QUIET,
}
"""What a service's clients start from; `conf`, `consumer` and `producer` win over it."""

Handler = Callable[[Event], object]
H = TypeVar("H", bound=Handler)
F = TypeVar("F", bound=Callable[[], object])
P = TypeVar("P", bound=Callable[[list[tuple[str, int]]], object])


class Service:
    """One instance of a service. Make one a process, decorate functions, and `run()` it.

    An event is handled again after a crash in the 100 ms before its commit, never lost: what it
    caused is acknowledged before it is committed.
    """

    def __init__(
        self,
        name: str,
        conf: Mapping[str, Any],
        *,
        consumer: Mapping[str, Any] | None = None,
        producer: Mapping[str, Any] | None = None,
        group: str | None = None,
        instance: str | None = None,
        dedupe: bool = False,
        from_beginning: bool = False,
        tries: int = 3,
    ) -> None:
        """`conf` says where the cluster is and how to get in; `consumer` and `producer` hold
        further settings of confluent_kafka's. `group` is `name` where it is not given. With
        `dedupe`, events whose id was seen lately are dropped. `from_beginning` is for one that
        knows things in its memory only: each partition that it is given is read from the
        beginning of its log, as a new pass, wherever the group had come before. After `tries` an
        event goes to `<topic>.<name>.dlq`.
        """
        if tries < 1:
            raise ValueError("A handler needs at least one try.")
        self.name = name
        self.instance = clients.instance_name(name, instance)
        self.facts: dict[str, Scalar] = {}
        """What the service wants shown beside its name: the first 20 scalars."""
        self.conf = dict(conf)
        self.consumer_conf = {
            "group.id": group or name,
            **READING,
            **clients.reconnecting(self.conf),
            **self.conf,
            **(consumer or {}),
        }
        self.producer_conf = {
            **WRITING,
            **clients.reconnecting(self.conf),
            **self.conf,
            **(producer or {}),
        }
        self.tries = tries
        self.dedupe = dedupe
        self.from_beginning = from_beginning
        self.handlers: dict[str, Handler] = {}
        self.sources = Sources()
        self.starters: list[Callable[[], object]] = []
        self.takers: list[Callable[[list[tuple[str, int]]], object]] = []
        self.called: dict[str, Calls] = {}
        """What came of its direct calls, by the service that is called; see `calls_to`."""
        self._stopping = threading.Event()
        self._running: Running | None = None

    # What the service does

    def on(self, *topics: str) -> Callable[[H], H]:
        """Decorates the handler of the events of these topics. It is called with one Event at a
        time; when it raises, it is called again, and in the end the event is a dead letter.
        """

        def keep(handler: H) -> H:
            for topic in topics:
                if topic.startswith("^"):
                    raise ValueError(f"{topic} is a pattern; a handler needs topics by name.")
                if topic in self.handlers:
                    raise ValueError(f"{topic} has a handler already.")
                dead_letters.topic_for(topic, self.name)
                self.handlers[topic] = handler
            return handler

        return keep

    def every(self, per_second: float) -> Callable[[F], F]:
        """Decorates a function that is called so many times a second; wishes may change that."""

        def keep(make: F) -> F:
            self.sources.add(per_second, make)
            return make

        return keep

    def on_partitions(self, take_on: P) -> P:
        """Decorates a function that is called with the partitions that this instance was given,
        as (topic, number), before their first event is handled: who keeps something for each
        partition finds out where whoever had it before has come. It was theirs until just now.
        """
        self.takers.append(take_on)
        return take_on

    def at_start(self, first: F) -> F:
        """Decorates a function that is called once, before anything is read or made."""
        self.starters.append(first)
        return first

    def publish(
        self,
        topic: str,
        value: Value,
        *,
        key: str | bytes | None = None,
        type: str | None = None,
        partition: int | None = None,
    ) -> None:
        """Sends an event: text, bytes, None, or anything that JSON can hold. `type` is the topic
        where it is not given; without `partition` the key decides. In a handler or source it goes
        out when that returns, and not at all when it raises. Only while the service runs, in the
        thread that runs it.

        Raises TypeError or ValueError for a value that can not be sent.
        """
        if self._running is None:
            raise RuntimeError("publish() works while the service runs.")
        self._running.publish(topic, value, key, type or topic, partition)

    @property
    def options(self) -> Mapping[str, Option]:
        """The switches that people wish of this service now, by the newest wish; without one,
        none. What they mean is the service's own business: read them where they matter.
        """
        return {} if self._running is None else self._running.options

    def waiting(self) -> int | None:
        """How many events are known to wait in the partitions of this instance, after the one in
        hand. It costs no question: it is what the client learned when it last fetched, and so at
        least so many. None: not known yet. Only in the thread that runs the service.
        """
        return None if self._running is None else self._running.waiting()

    def partitions(self) -> list[tuple[str, int]]:
        """Topic and partition of all that this instance reads now."""
        return [] if self._running is None else self._running.partitions()

    def newest(self, topic: str) -> list[Event]:
        """The newest event of each partition of `topic`: for finding out where one was. Waits while
        the cluster does not answer. Only while the service runs.
        """
        newest = {event.partition: event for event in self.lately(topic)}
        return list(newest.values())

    def lately(self, topic: str) -> list[Event]:
        """The last events of each partition of `topic`, up to 100 of each, in their order;
        otherwise as `newest`.
        """
        if self._running is None:
            raise RuntimeError("The end of a topic can be read while the service runs.")
        return self._running.lately(topic)

    # What does not go over Kafka

    def turn(self, wanted: Callable[[], bool] = outside.always) -> AbstractContextManager[bool]:
        """Around work that Kafka did not bring, such as a request; from any thread:

            with service.turn() as go_on:
                if go_on:
                    ...

        Waits while the service is paused or slowed down, as long as `wanted()` is true; gives
        False when it is not wanted any more or the service stops. Only while the service runs.
        """
        running = self._running
        return nullcontext(False) if running is None else running.outside.turn(wanted)

    def calls_to(self, service: str) -> Calls:
        """Where the calls to another service are counted; told in the status.

        Raises ValueError beyond MAX_CALLED services.
        """
        if service not in self.called and len(self.called) >= MAX_CALLED:
            raise ValueError(f"A service counts its calls to {MAX_CALLED} others at most.")
        return self.called.setdefault(service, Calls())

    # Running it

    def run(self) -> int:
        """Runs until SIGTERM, SIGINT or `stop()`. Returns the exit code: 0 when it was asked to
        stop, 1 when it could not go on; then the log says why in one sentence.
        """
        if not logging.getLogger().handlers:
            logging.basicConfig(level=logging.INFO, format=LOG_FORMAT)
        if threading.current_thread() is threading.main_thread():
            for number in (signal.SIGTERM, signal.SIGINT):
                signal.signal(number, lambda _number, _frame: self.stop())
        self._running = Running(self, self._stopping)
        try:
            self._running.run()
        except (ServiceError, KafkaException) as error:
            if self._stopping.is_set():
                return 0
            _log.error("%s: cannot go on: %s", self.instance, error)
            return 1
        finally:
            self._running = None
        return 0

    def stop(self) -> None:
        """Asks `run` to finish what is in hand and return. From any thread or signal handler."""
        self._stopping.set()
