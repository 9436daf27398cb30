"""One record, decoded, masked and bounded: the only way by which a payload leaves the cluster."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from confluent_kafka import (
    TIMESTAMP_NOT_AVAILABLE,
    Consumer,
    KafkaError,
    KafkaException,
    Message,
    TopicPartition,
)

from dashboard.cluster import payload
from dashboard.cluster.answers import error_of, in_words
from dashboard.cluster.connection import Connection
from dashboard.cluster.legible import label, legible
from dashboard.cluster.masking import MASK, is_secret, mask_text
from flowviz.numbers import count

MAX_TEXT = 64 * 1024
"""Characters of one record's payload; its size says how much there is."""

MAX_TEXT_IN_LIST = 4 * 1024
MAX_LIST = 200
MAX_READ_FOR_LIST = 4 * MAX_LIST
"""Records read over all partitions to find the newest `MAX_LIST` of them."""

MAX_KEY = 500
MAX_HEADERS = 100
MAX_HEADER = 1_000

READ_SECONDS = 5.0
AT_ONCE = 4
"""Reads at the same time; each is a client with connections of its own."""

_turns = threading.BoundedSemaphore(AT_ONCE)


class RecordError(Exception):
    """A record could not be read; the message is one sentence for the user."""


class NoSuchRecord(RecordError):
    """The topic, the partition or the offset is not there, or not any more."""


@dataclass(frozen=True, slots=True)
class Record:
    """A record as a person may see it. Everything here is text that JSON and HTML can carry."""

    topic: str
    partition: int
    offset: int
    at: int | None
    """The record's own timestamp, Unix ms."""
    key: str | None
    headers: tuple[tuple[str, str | None], ...]
    form: payload.Form
    text: str | None
    size: int
    """Bytes of the value as stored."""
    truncated: bool
    notes: tuple[str, ...]
    """What is odd or left out, each a short phrase."""


def read_one(connection: Connection, topic: str, partition: int, offset: int) -> Record:
    """The record at one place. Raises NoSuchRecord and RecordError, each with one sentence."""
    where = f"{topic}, partition {partition}, offset {offset}"
    with _reading(connection, where) as reader:
        if partition not in _partitions(reader, topic):
            raise NoSuchRecord(f"{topic} has no partition {partition}.")
        start, end = _bounds(reader, topic, partition, where)
        if offset < start:
            raise NoSuchRecord(f"{where} has been removed: the log begins at offset {start}.")
        if offset >= end:
            raise NoSuchRecord(f"{where} has not been written: the log ends at offset {end}.")
        reader.assign([TopicPartition(topic, partition, offset)])
        for message in _messages(reader, {partition: end}):
            if message.offset() == offset:
                return shown(message, MAX_TEXT)
            break
    raise NoSuchRecord(
        f"{where} holds no event: compaction removed it, or it is a mark of a transaction."
    )


def newest(connection: Connection, topic: str, limit: int = 50) -> list[Record]:
    """The newest records of a topic, oldest first: at most `limit`, and never over `MAX_LIST`."""
    limit = max(1, min(limit, MAX_LIST))
    with _reading(connection, topic) as reader:
        partitions = _partitions(reader, topic)
        each = max(1, min(limit, MAX_READ_FOR_LIST // max(1, len(partitions))))
        places, ends = [], {}
        for partition in partitions:
            start, end = _bounds(reader, topic, partition, topic)
            if end > start:
                ends[partition] = end
                places.append(TopicPartition(topic, partition, max(start, end - each)))
        if not places:
            return []
        reader.assign(places)
        records = [shown(one, MAX_TEXT_IN_LIST) for one in _messages(reader, ends)]
    records.sort(key=lambda record: (record.at or 0, record.offset))
    return records[-limit:]


def shown(message: Message, limit: int) -> Record:
    """The record of a message that carries no error, its payload in at most `limit` characters."""
    value = message.value()
    body = payload.read(value, limit)
    headers, odd = _headers(message)
    kind, at = message.timestamp()
    key = message.key()
    return Record(
        topic=message.topic() or "",
        partition=message.partition() or 0,
        offset=message.offset() or 0,
        at=None if kind == TIMESTAMP_NOT_AVAILABLE or at < 0 else at,
        key=None if key is None else mask_text(label(key, MAX_KEY)),
        headers=headers,
        form=body.form,
        text=body.text,
        size=len(value or b""),
        truncated=body.truncated,
        notes=tuple(note for note in (body.note, odd) if note),
    )


def _headers(message: Message) -> tuple[tuple[tuple[str, str | None], ...], str | None]:
    try:
        raw = message.headers() or []
    except UnicodeError:
        return (), "unreadable headers: a name is not UTF-8"
    pairs = list(raw.items()) if isinstance(raw, dict) else raw
    found = tuple(_header(name, value) for name, value in pairs[:MAX_HEADERS])
    more = len(pairs) - len(found)
    return found, f"{count(more)} more headers" if more else None


def _header(name: str, value: str | bytes | None) -> tuple[str, str | None]:
    plain = legible(name[:MAX_KEY])
    if value is None:
        return plain, None
    if is_secret(name):
        return plain, MASK
    return plain, mask_text(label(value.encode() if isinstance(value, str) else value, MAX_HEADER))


@contextmanager
def _reading(connection: Connection, where: str) -> Iterator[Consumer]:
    if where.startswith("__"):
        raise NoSuchRecord(f"{where} belongs to Kafka itself and is not shown.")
    if not _turns.acquire(timeout=READ_SECONDS):
        raise RecordError("Too many records are being read at once: try again in a moment.")
    try:
        reader = connection.reader("record", enable_partition_eof=True)
        try:
            yield reader
        except KafkaException as failure:
            raise _refusal(error_of(failure), where) from failure
        finally:
            reader.close()
    finally:
        _turns.release()


def _partitions(reader: Consumer, topic: str) -> list[int]:
    """Also makes the client know the leaders, without which it begins to read a second later."""
    found = reader.list_topics(topic, timeout=READ_SECONDS).topics[topic]
    if found.error is not None:
        raise KafkaException(found.error)
    return sorted(found.partitions)


def _bounds(reader: Consumer, topic: str, partition: int, where: str) -> tuple[int, int]:
    bounds = reader.get_watermark_offsets(TopicPartition(topic, partition), timeout=READ_SECONDS)
    if bounds is None or min(bounds) < 0:
        raise RecordError(f"Kafka did not say in time where the log of {where} begins and ends.")
    return bounds


def _messages(reader: Consumer, ends: Mapping[int, int]) -> Iterator[Message]:
    """What the assigned partitions hold before these ends, or until the time is over.

    A partition that is being written to may never be told to be at its end: each fetch brings more.
    """
    ends_at = time.monotonic() + READ_SECONDS
    open_still = set(ends)
    while open_still and (left := ends_at - time.monotonic()) > 0:
        message = reader.poll(left)
        if message is None:
            return
        error = message.error()
        partition, offset = message.partition() or 0, message.offset() or 0
        if error is None:
            if offset + 1 >= ends[partition]:
                open_still.discard(partition)
            if offset < ends[partition]:
                yield message
        elif error.code() == KafkaError._PARTITION_EOF:
            open_still.discard(partition)
        elif not error.retriable():
            raise KafkaException(error)


def _refusal(error: KafkaError, where: str) -> RecordError:
    if error.code() in _NOT_THERE:
        return NoSuchRecord(f"There is nothing at {where}: {in_words(error)}.")
    return RecordError(f"Kafka did not give the record at {where}: {in_words(error)}.")


_NOT_THERE = frozenset(
    {
        KafkaError.UNKNOWN_TOPIC_OR_PART,
        KafkaError._UNKNOWN_TOPIC,
        KafkaError._UNKNOWN_PARTITION,
        KafkaError.OFFSET_OUT_OF_RANGE,
        KafkaError._AUTO_OFFSET_RESET,
    }
)
