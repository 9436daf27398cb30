"""One event as a handler gets it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from confluent_kafka import TIMESTAMP_NOT_AVAILABLE, Message

from flowviz.kit import headers


@dataclass(frozen=True, slots=True)
class Event:
    """A record with its CloudEvents attributes; those are None where the producer set none."""

    topic: str
    partition: int
    offset: int
    key: str | None
    """As text; bytes that are not UTF-8 are shown as U+FFFD."""
    value: bytes | None
    headers: Mapping[str, bytes | str | None]
    """The last of each name."""
    id: str | None
    source: str | None
    type: str | None
    time_at: int | None
    """When it happened, Unix ms: `ce_time`, else the record's timestamp."""
    topic_id: str | None = None
    """Kafka's id of the topic: another one when the topic was deleted and made anew, so that its
    offsets are of other events. None where it is not known."""

    def json(self) -> Any:
        """The value read as JSON. Raises ValueError where it is none."""
        if self.value is None:
            raise ValueError("The event has no value.")
        return json.loads(self.value)


def event_of(message: Message, topic_id: str | None = None) -> Event:
    """What the client read, as an event. Never raises, whatever the record holds."""
    topic, partition, offset = place_of(message)
    raw, found = message.key(), dict(headers.pairs(message.headers()))
    return Event(
        topic=topic,
        partition=partition,
        offset=offset,
        key=None if raw is None else raw.decode(errors="replace"),
        value=message.value(),
        headers=found,
        id=headers.as_text(found.get(headers.ID)),
        source=headers.as_text(found.get(headers.SOURCE)),
        type=headers.as_text(found.get(headers.TYPE)),
        time_at=_time_at(headers.as_text(found.get(headers.TIME)), message.timestamp()),
        topic_id=topic_id,
    )


def place_of(message: Message) -> tuple[str, int, int]:
    """Topic, partition and offset. A message that was read always has them."""
    topic, partition, offset = message.topic(), message.partition(), message.offset()
    if topic is None or partition is None or offset is None:
        raise ValueError("This message was not read from a topic.")
    return topic, partition, offset


def _time_at(stated: str | None, timestamp: tuple[int, int]) -> int | None:
    if stated is not None:
        try:
            return round(datetime.fromisoformat(stated).timestamp() * 1000)
        except (ValueError, OverflowError, OSError):
            pass
    kind, at = timestamp
    return None if kind == TIMESTAMP_NOT_AVAILABLE else at
