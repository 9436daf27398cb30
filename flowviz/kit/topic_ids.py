"""Kafka's ids of topics: a topic that is deleted and made anew keeps its name, but not its id.

Its offsets are then those of other events, though the old position may lie within them.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Collection, Mapping
from concurrent.futures import Future
from typing import Any

from confluent_kafka import KafkaError, KafkaException, TopicCollection
from confluent_kafka.admin import AdminClient

from flowviz.kit import clients
from flowviz.kit.outage import PASSING
from flowviz.kit.topic_id import id_in

_log = logging.getLogger("flowviz.kit")

LOOK_EVERY_SECONDS = 5.0
"""How late it is noticed that a topic was made anew while it is read."""


class TopicIds:
    """Asks for them, with a small client of its own. Used by the thread that polls."""

    def __init__(self, conf: Mapping[str, Any], instance: str) -> None:
        self._conf, self._instance = dict(conf), instance
        self._admin: AdminClient | None = None
        self._asked: dict[str, Future[Any]] = {}
        self._look_at = 0.0
        self._told: dict[str, str] = {}
        self.made_anew: set[str] = set()
        """Topics whose id was another one before. A client that has read the old one may never read
        the new one: librdkafka keeps the number of the partition's leader, which begins again at 0
        in a topic made anew, and takes the lower one for old news (as KAFKA-12257 was in Java)."""

    def ask(self, topics: Collection[str], seconds: float) -> dict[str, str]:
        """The ids, as Kafka's own tools write them. A topic is left out when the cluster gives it
        no id or we may not ask. Raises KafkaException when there is no answer.
        """
        until = time.monotonic() + seconds
        return self._take(
            {
                topic: id
                for topic, answer in self._send(topics, seconds).items()
                if (id := _id_in(answer, max(0.0, until - time.monotonic()))) is not None
            }
        )

    def due(self) -> bool:
        """Whether `look` would do anything: asked before every event."""
        return bool(self._asked) or time.monotonic() >= self._look_at

    def look(self, topics: Collection[str]) -> dict[str, str]:
        """The ids that came since the last look; asks every LOOK_EVERY_SECONDS, and never waits."""
        if not self._asked:
            self._look_at = time.monotonic() + LOOK_EVERY_SECONDS
            self._asked = self._send(topics, LOOK_EVERY_SECONDS)
        if not all(answer.done() for answer in self._asked.values()):
            return {}
        asked, self._asked = self._asked, {}
        found = {}
        for topic, answer in asked.items():
            try:
                id = _id_in(answer, 0)
            except KafkaException as error:
                _log.debug("%s: asking for the id of %s: %s", self._instance, topic, error)
                continue
            if id is not None:
                found[topic] = id
        return self._take(found)

    def _take(self, found: dict[str, str]) -> dict[str, str]:
        self.made_anew |= {one for one, id in found.items() if self._told.get(one, id) != id}
        self._told |= found
        return found

    @property
    def client(self) -> AdminClient:
        """For questions about the topics that are not to stand behind the reader's own fetches."""
        if self._admin is None:
            self._admin = AdminClient(clients.beside(self._conf, self._instance, "topics"))
        return self._admin

    def close(self) -> None:
        self._admin, self._asked = None, {}

    def _send(self, topics: Collection[str], seconds: float) -> dict[str, Future[Any]]:
        if not topics:
            return {}
        wanted = TopicCollection(sorted(topics))
        return dict(self.client.describe_topics(wanted, request_timeout=seconds))


def _id_in(answer: Future[Any], seconds: float) -> str | None:
    try:
        return id_in(answer.result(seconds))
    except TimeoutError:
        raise KafkaException(KafkaError(KafkaError._TIMED_OUT)) from None
    except KafkaException as error:
        if error.args[0].code() in PASSING:
            raise
        return None
