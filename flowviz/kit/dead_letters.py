"""Where events go that could not be handled: `<topic>.<service>.dlq`."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from confluent_kafka import KafkaError, KafkaException, Message
from confluent_kafka.admin import AdminClient, NewTopic

from flowviz.kit import cause, clients, headers, instants
from flowviz.kit.event import place_of
from flowviz.kit.letter import Letter

_log = logging.getLogger("flowviz.kit")

MAKE_SECONDS = 3.0
"""How long a topic may take to be found or made."""
WAIT_SECONDS = 0.5
"""Of that, how long the service's one thread waits."""
ASK_AGAIN_SECONDS = 5.0
WARN_AGAIN_SECONDS = 60.0
MAX_TOPICS = 1_000
"""That are remembered; the oldest is forgotten."""
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


class Topics:
    """Makes the topics of dead letters: asks for each once in ASK_AGAIN_SECONDS at most, however
    many letters there are, and in a thread of its own. Call it in one thread.
    """

    def __init__(self, conf: Mapping[str, Any], instance: str) -> None:
        self._conf, self._instance = conf, instance
        self._maker: threading.Thread | None = None
        self._ask_at: dict[str, float] = {}
        self._warn_at: dict[str, float] = {}

    @property
    def making(self) -> bool:
        """Whether a topic is being made."""
        return self._maker is not None and self._maker.is_alive()

    def make(self, topic: str) -> None:
        """Makes the topic if it is missing and we may, one at a time; waits for WAIT_SECONDS at
        most, and not at all where it could not be made before.

        Never raises: writing to it will tell, and whoever writes asks again.
        """
        if self.making or time.monotonic() < self._ask_at.get(topic, 0.0):
            return
        failed_before = topic in self._warn_at
        self._maker = threading.Thread(target=self._try, args=(topic,), daemon=True)
        self._maker.start()
        self._maker.join(0 if failed_before else WAIT_SECONDS)

    def _try(self, topic: str) -> None:
        try:
            self._make(topic, time.monotonic() + MAKE_SECONDS)
        except Exception as error:  # whatever it is, it is not tried for every letter
            self._warn(topic, error)
        else:
            self._warn_at.pop(topic, None)
        _note(self._ask_at, topic, ASK_AGAIN_SECONDS)

    def _make(self, topic: str, ends_at: float) -> None:
        admin = AdminClient(clients.beside(self._conf, self._instance, "dead-letters"))
        if topic in admin.list_topics(timeout=MAKE_SECONDS).topics:
            return
        left = max(0.1, ends_at - time.monotonic())
        made = admin.create_topics([NewTopic(topic, 1, -1)], request_timeout=left)[topic]
        try:
            made.result(left)
        except KafkaException as error:
            if error.args[0].code() != KafkaError.TOPIC_ALREADY_EXISTS:
                raise
            return  # another instance was quicker
        _log.info("%s: made the topic %s for dead letters.", self._instance, topic)

    def _warn(self, topic: str, error: Exception) -> None:
        if time.monotonic() < self._warn_at.get(topic, 0.0):
            return
        _note(self._warn_at, topic, WARN_AGAIN_SECONDS)
        _log.warning("%s: could not make the topic %s (%s).", self._instance, topic, error)


def _note(times: dict[str, float], topic: str, seconds: float) -> None:
    """Not again for so long; counted from its end, for it may have taken long."""
    times.pop(topic, None)
    if len(times) >= MAX_TOPICS:
        times.pop(next(iter(times)))
    times[topic] = time.monotonic() + seconds
