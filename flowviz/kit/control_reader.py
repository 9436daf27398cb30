"""Hears the wishes for one service on the topic `flowviz.control`.

By assign() from the beginning of the compacted topic: it joins no consumer group and commits
nothing. A topic that is missing is looked for again and again; no service breaks because of it.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from typing import Any

from confluent_kafka import (
    OFFSET_BEGINNING,
    TIMESTAMP_LOG_APPEND_TIME,
    KafkaError,
    KafkaException,
    Message,
    TopicPartition,
)
from confluent_kafka import Consumer as PlainConsumer

from flowviz.kit import clients, instants, wish
from flowviz.kit.status import STATUS_TOPIC
from flowviz.kit.topic_ids import TopicIds
from flowviz.kit.waits import Waits
from flowviz.kit.wish_clock import NOTHING, Heard

_log = logging.getLogger("flowviz.kit")

LOOK_AGAIN_SECONDS = 3.0
"""Between two looks for topics that are missing, or for a cluster that does not answer."""
LOOK_TIMEOUT_SECONDS = 2.0
HEAR_EVERY_SECONDS = 0.05
"""A wish is heard so late at most."""
MAX_PARTITIONS = 10
"""The topic has one; more are read so that a mistake in its making stays harmless."""


class ControlReader:
    """One thread uses it: `hear` in turns, and looks at `wish`, `settled`, `status_topic`."""

    def __init__(
        self,
        conf: Mapping[str, Any],
        service: str,
        instance: str,
        tell: Callable[[Heard], None],
    ) -> None:
        """`tell` is called with each new wish, just before `wish` changes."""
        self.wish: wish.Wish | None = None
        """The newest wish for this service; None: there is none."""
        self.settled = False
        """Whether `wish` can be relied on: all of the topic was read, or it is not there."""
        self.status_topic = False
        """Whether flowviz.status is there to be written."""
        self._service, self._instance = service, instance
        self._tell = tell
        self._pending = NOTHING
        self._behind: set[int] = set()
        self._reading = False
        self._look_at = 0.0
        self._warned: set[str] = set()
        self._conf = clients.beside(conf, instance, "control") | {
            # The client wants a name; without subscribe and commit no group comes of it.
            "group.id": f"{instance}-flowviz-control",
            "enable.auto.commit": False,
            "enable.partition.eof": True,
            "auto.offset.reset": "earliest",
            "allow.auto.create.topics": False,
            "fetch.wait.max.ms": 500,
        }
        self._ids = TopicIds(conf, instance)
        self._client = PlainConsumer(self._conf)
        self._waits = Waits(self._client)

    def hear(self, timeout: float) -> bool:
        """Waits up to `timeout` seconds; True when the wish changed or was settled.

        Raises KafkaException where the client does; trying again later is safe.
        """
        self._compare_id()
        if not (self._reading and self.status_topic) and time.monotonic() >= self._look_at:
            self._look_at = time.monotonic() + LOOK_AGAIN_SECONDS
            if self._look():
                return True
        client = self._client
        message = self._waits.until(lambda: client.poll(0), timeout, HEAR_EVERY_SECONDS)
        if message is None:
            return False
        error = message.error()
        if error is not None:
            return self._trouble(message, error)
        return self._take(message)

    def miss_status_topic(self) -> None:
        """A write found that flowviz.status is gone."""
        self.status_topic = False

    def close(self) -> None:
        self._ids.close()
        self._client.close()

    def _compare_id(self) -> None:
        """A topic made anew is read by another client, from its beginning: see TopicIds. What the
        old one said last stays in force until all of the new one is read."""
        if not self._ids.due():
            return
        self._ids.look([wish.CONTROL_TOPIC])
        if self._ids.made_anew:
            self._ids.made_anew.clear()
            self._client.close()
            self._client = PlainConsumer(self._conf)
            self._waits = Waits(self._client)
            self._reading, self._look_at = False, 0.0

    def _look(self) -> bool:
        """Whether looking for the topics settled the wish."""
        try:
            self.status_topic = bool(self._partitions(STATUS_TOPIC))
            partitions = [] if self._reading else self._partitions(wish.CONTROL_TOPIC)
        except KafkaException as error:
            # No answer is not "no topic": a wish to stand still may be waiting there.
            _log.debug("%s: looking for Flowviz's topics: %s", self._instance, error)
            return False
        if self._reading:
            return False
        if partitions:
            self._reading, self._behind, self._pending = True, set(partitions), NOTHING
            self._client.assign(
                [TopicPartition(wish.CONTROL_TOPIC, p, OFFSET_BEGINNING) for p in partitions]
            )
            return False
        newly, self.settled = not self.settled, True
        return newly

    def _partitions(self, topic: str) -> list[int]:
        about = self._client.list_topics(topic, timeout=LOOK_TIMEOUT_SECONDS).topics.get(topic)
        if about is not None and about.error is None and about.partitions:
            return sorted(about.partitions)[:MAX_PARTITIONS]
        if topic not in self._warned:
            self._warned.add(topic)
            why = "" if about is None or about.error is None else f" ({about.error.str()})"
            _log.warning(
                "%s: there is no topic %s that can be used%s; going on without, and looking again.",
                self._instance,
                topic,
                why,
            )
        return []

    def _trouble(self, message: Message, error: KafkaError) -> bool:
        if error.code() == KafkaError._PARTITION_EOF:
            self._behind.discard(message.partition() or 0)
            if self._behind:
                return False
            changed = not self.settled or self.wish != self._pending.wish
            # In this order: another thread takes the wish for the newest as soon as it is settled.
            if changed:
                self._tell(self._pending)
            self.wish = self._pending.wish
            self.settled = True
            return changed
        gone = (KafkaError.UNKNOWN_TOPIC_OR_PART, KafkaError._UNKNOWN_TOPIC)
        if error.code() in (*gone, KafkaError._UNKNOWN_PARTITION, KafkaError.UNKNOWN_TOPIC_ID):
            # Deleted: what it said last stays in force; made anew, it is read from its beginning.
            self._client.unassign()
            self._reading = False
        return False

    def _take(self, message: Message) -> bool:
        if message.key() != self._service.encode():
            return False
        try:
            raw = message.value()
            heard = None if raw is None else wish.parse(raw)
        except wish.WishError as error:
            _log.warning("%s: a wish was not understood. %s", self._instance, error)
            return False
        if heard is not None and heard.service != self._service:
            _log.warning("%s: a wish for %r came under another key.", self._instance, heard.service)
            return False
        kind, at = message.timestamp()
        appended_at = at if kind == TIMESTAMP_LOG_APPEND_TIME else None
        self._pending = Heard(heard, appended_at, None if self._behind else instants.steady_ms())
        if self._behind or self.wish == heard:
            return False
        self._tell(self._pending)
        self.wish = heard
        return True
