"""Where events go that could not be handled: `<topic>.<service>.dlq`."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from confluent_kafka import KafkaException, Message
from confluent_kafka.admin import AdminClient, NewTopic

from flowviz.kit import cause, clients, headers, instants
from flowviz.kit.event import place_of
from flowviz.kit.outbox import Letter

_log = logging.getLogger("flowviz.kit")

MAKE_SECONDS = 5.0
MAX_TOPIC_CHARACTERS = 249
MAX_ERROR_CHARACTERS = 500

Header = tuple[str, str | bytes | None]


def topic_for(topic: str, service: str) -> str:
    """The topic of dead letters. Raises ValueError when Kafka would not allow so long a name."""
    name = f"{topic}.{service}.dlq"
    if len(name) > MAX_TOPIC_CHARACTERS:
        raise ValueError(f"{name} is too long for a topic of dead letters.")
    return name


def letter_of(message: Message, service: str, error: BaseException) -> Letter:
    """The dead letter: a new event of `service`, with the original's value, key and headers.

    Its headers may make it too large where the original was not. Then it goes without the value,
    and if need be without the original's key and headers too; it says so, and where the original
    stands.
    """
    topic, _, _ = place_of(message)
    name = topic_for(topic, service)
    return _letter(
        name,
        (message.value(), message.key(), headers.pairs(message.headers())),
        made=_stamped(message, name, service),
        about=_about(message, error),
    )


def letter_instead_of(letter: Letter, service: str, error: str) -> Letter:
    """The dead letter in place of an event of `service` that its topic does not take; otherwise as
    `letter_of`. What the event was made because of, it is because of too.

    Raises ValueError when Kafka would not allow so long a name of its topic.
    """
    name = topic_for(letter.topic, service)
    id = headers.text(letter.headers, headers.ID) or ""
    made = headers.stamp(
        service,
        name,
        instants.now_ms(),
        id=headers.caused_id(service, id, headers.DEAD_LETTER_ORDINAL),
        cause_id=headers.text(letter.headers, headers.CAUSATION_ID),
        traceparent=headers.text(letter.headers, headers.TRACEPARENT),
    )
    about = {"topic": letter.topic, "error": error, "bytes": len(letter.value or b"")}
    return _letter(
        name,
        (letter.value, letter.key, letter.headers),
        made=list(made.items()),
        about=[_from(key, value) for key, value in about.items()],
    )


def _letter(
    topic: str,
    of: tuple[bytes | None, str | bytes | None, list[Header]],
    *,
    made: list[Header],
    about: list[Header],
) -> Letter:
    """`of`: value, key and headers of the original."""
    value, key, found = of
    kept = [(headers.DEAD_LETTER_PREFIX + name, text) for name, text in found]
    bare = Letter(topic, None, None, [*made, *about, _left_out("value, key, headers")], dead=True)
    less = replace(bare, key=key, headers=[*made, *kept, *about, _left_out("value")], instead=bare)
    return replace(less, value=value, headers=[*made, *kept, *about], instead=less)


def _stamped(message: Message, name: str, service: str) -> list[Header]:
    topic, partition, offset = place_of(message)
    because = cause.of(topic, partition, offset, message.headers())
    made = headers.stamp(
        service,
        name,
        instants.now_ms(),
        id=headers.caused_id(service, because.key, headers.DEAD_LETTER_ORDINAL),
        cause_id=because.id,
        traceparent=because.traceparent,
    )
    return list(made.items())


def _about(message: Message, error: BaseException) -> list[Header]:
    """Where the original stands, how large its value is, and why it was given up."""
    topic, partition, offset = place_of(message)
    said = f"{type(error).__name__}: {error}"[:MAX_ERROR_CHARACTERS]
    about = {"topic": topic, "partition": partition, "offset": offset, "error": said}
    about["bytes"] = len(message.value() or b"")
    return [_from(key, value) for key, value in about.items()]


def _left_out(what: str) -> Header:
    return _from("left_out", what)


def _from(key: str, value: object) -> Header:
    # What Python lets into a text and UTF-8 does not must not keep the letter from being written.
    return f"{headers.DEAD_LETTER_PREFIX}from_{key}", str(value).encode(errors="replace")


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
