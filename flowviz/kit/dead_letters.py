"""Where events go that could not be handled: `<topic>.<service>.dlq`."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from confluent_kafka import KafkaException, Message
from confluent_kafka.admin import AdminClient, NewTopic

from flowviz.kit import cause, clients, headers, link
from flowviz.kit.event import place_of
from flowviz.kit.outbox import Letter

_log = logging.getLogger("flowviz.kit")

MAKE_SECONDS = 5.0
MAX_TOPIC_CHARACTERS = 249
MAX_ERROR_CHARACTERS = 500


def topic_for(topic: str, service: str) -> str:
    """The topic of dead letters. Raises ValueError when Kafka would not allow so long a name."""
    name = f"{topic}.{service}.dlq"
    if len(name) > MAX_TOPIC_CHARACTERS:
        raise ValueError(f"{name} is too long for a topic of dead letters.")
    return name


def letter_of(message: Message, service: str, error: BaseException) -> Letter:
    """The dead letter: a new event of `service`, with the original's value, key and headers."""
    topic, partition, offset = place_of(message)
    found = headers.pairs(message.headers())
    because = cause.of(topic, partition, offset, found)
    name = topic_for(topic, service)
    made: list[tuple[str, str | bytes | None]] = list(
        headers.stamp(
            service,
            name,
            link.now_ms(),
            id=headers.caused_id(service, because.key, headers.DEAD_LETTER_ORDINAL),
            cause_id=because.id,
            traceparent=because.traceparent,
        ).items()
    )
    made += [(headers.DEAD_LETTER_PREFIX + key, value) for key, value in found]
    said = f"{type(error).__name__}: {error}"[:MAX_ERROR_CHARACTERS]
    about = {"topic": topic, "partition": partition, "offset": offset, "error": said}
    made += [(f"{headers.DEAD_LETTER_PREFIX}from_{k}", str(v).encode()) for k, v in about.items()]
    return Letter(name, message.value(), message.key(), made)


def make_topic(conf: Mapping[str, Any], instance: str, topic: str) -> None:
    """Makes the topic if it is missing and we may. Never raises: writing to it will tell."""
    try:
        admin = AdminClient(clients.beside(conf, instance, "dead-letters"))
        known = admin.list_topics(timeout=MAKE_SECONDS).topics
        if topic not in known:
            made = admin.create_topics([NewTopic(topic, 1, -1)], request_timeout=MAKE_SECONDS)
            made[topic].result(MAKE_SECONDS)
            _log.info("%s: made the topic %s for dead letters.", instance, topic)
    except (KafkaException, TimeoutError) as error:
        _log.warning("%s: could not make the topic %s (%s).", instance, topic, error)
