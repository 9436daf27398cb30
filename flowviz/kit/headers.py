"""The headers of events: CloudEvents 1.0 (Kafka binding, binary mode) and W3C Trace Context.

Pure: no Kafka, no clock. Written down in docs/protocol.md, version 1.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import TypeAlias
from uuid import UUID, uuid5

SPECVERSION = "ce_specversion"
ID = "ce_id"
SOURCE = "ce_source"
TYPE = "ce_type"
TIME = "ce_time"
TRACEPARENT = "traceparent"
CAUSATION_ID = "ce_causationid"
OF_EVERY_EVENT = frozenset({SPECVERSION, ID, SOURCE, TYPE, TIME, TRACEPARENT})
"""What `stamp` gives to every event, caused or not."""
DEAD_LETTER_PREFIX = "dlq_"
"""Before the names of the original headers, on a dead letter."""

DEAD_LETTER_ORDINAL = -1
"""The ordinal of the dead letter among the events that one cause has."""

NAMESPACE = UUID("6f3ab2c8-5d0e-5c1f-9a77-4f0c2e9d8b10")
"""Under which a service's own namespace is made: uuid5(NAMESPACE, service)."""

Headers: TypeAlias = (
    Mapping[str, str | bytes | None] | Iterable[tuple[str, str | bytes | None]] | None
)
"""Headers as the client takes and gives them."""

_TRACEPARENT = re.compile(r"[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?")


def caused_id(service: str, cause_id: str, ordinal: int) -> str:
    """The id of the event number `ordinal` (from 0) that `service` made because of `cause_id`.

    The same for the same three, so that a repeat after a crash can be seen for what it is.
    """
    named = _namespace(service) + f"{cause_id}/{ordinal}".encode()
    return _uuid(hashlib.sha1(named, usedforsecurity=False).hexdigest(), "5")


def random_id() -> str:
    """A UUID of version 4, as text."""
    return _uuid(os.urandom(16).hex(), "4")


def _uuid(digits: str, version: str) -> str:
    """RFC 9562, from 32 hexadecimal digits or more. Made by hand, because ids are a quarter of
    what an event costs whoever writes it, and Python's own take more than twice as long."""
    variant = "89ab"[int(digits[16], 16) & 3]
    rest = f"{version}{digits[13:16]}-{variant}{digits[17:20]}-{digits[20:32]}"
    return f"{digits[:8]}-{digits[8:12]}-{rest}"


@lru_cache(maxsize=64)
def _namespace(service: str) -> bytes:
    return uuid5(NAMESPACE, service).bytes


def stamp(
    service: str,
    type: str,
    at: int,
    *,
    id: str | None = None,
    cause_id: str | None = None,
    traceparent: str | None = None,
) -> dict[str, bytes]:
    """All headers of a new event. `at` is Unix ms; without `id` it gets a random one.

    `traceparent` is that of the cause: its trace goes on, with a span of its own.
    """
    made = {
        SPECVERSION: b"1.0",
        ID: (id or random_id()).encode(),
        SOURCE: service.encode(),
        TYPE: type.encode(),
        TIME: _rfc3339(at),
        TRACEPARENT: next_traceparent(traceparent).encode(),
    }
    if cause_id is not None:
        made[CAUSATION_ID] = cause_id.encode()
    return made


def next_traceparent(parent: str | None) -> str:
    """A new span in the trace of `parent`; in a new trace when there is none that can be read."""
    match = None if parent is None else _TRACEPARENT.fullmatch(parent)
    random = os.urandom(24).hex()
    if match is None or _is_void(match) or match[0][:2] == "ff":
        return f"00-{random[:32]}-{random[32:]}-01"
    return f"00-{match[1]}-{random[32:]}-{match[3]}"


def _is_void(match: re.Match[str]) -> bool:
    """W3C: ids of zeros only are not valid."""
    return not match[1].strip("0") or not match[2].strip("0")


def text(headers: Headers, name: str) -> str | None:
    """The last header called `name` as text; None when there is none or it is not UTF-8."""
    return as_text(dict(pairs(headers)).get(name))


def as_text(value: str | bytes | None) -> str | None:
    """A header's value as text; None when there is none or it is not UTF-8."""
    if value is None or isinstance(value, str):
        return value
    try:
        return value.decode()
    except UnicodeDecodeError:
        return None


def pairs(headers: Headers) -> list[tuple[str, str | bytes | None]]:
    """Headers as a list of pairs, however they were given."""
    if headers is None:
        return []
    if isinstance(headers, list):
        return headers
    return list(headers.items() if isinstance(headers, Mapping) else headers)


@lru_cache(maxsize=64)
def _rfc3339(at: int) -> bytes:
    when = datetime.fromtimestamp(at / 1000, UTC)
    return when.isoformat(timespec="milliseconds").replace("+00:00", "Z").encode()
