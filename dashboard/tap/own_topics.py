"""Flowviz's own two topics: what people want of services, and what services say of themselves."""

from __future__ import annotations

import logging

from confluent_kafka import TIMESTAMP_NOT_AVAILABLE, Message

from dashboard.picture.observations import StatusSeen, WishCleared, WishSeen
from dashboard.seldom import Seldom, times
from dashboard.tap.status import parse_status
from dashboard.tap.topic_filter import STATUS_TOPIC
from flowviz.kit.wish import MAX_NAME_CHARACTERS, Wish, WishError, parse

_left_out, _misplaced = Seldom(), Seldom()
"""Anybody may write to that topic, as often as they like."""

log = logging.getLogger(__name__)


def heard(
    message: Message, seen_at: int, wall: int, *, live: bool
) -> WishSeen | WishCleared | StatusSeen | None:
    """What a record of one of the two says; None where it says nothing that can be used.

    `seen_at` is now in steady time, `wall` as the system's clock tells it. Not `live`: the record
    was there before us.
    """
    if message.topic() == STATUS_TOPIC:
        return parse_status(message.value(), seen_at, live=live)
    value = message.value()
    if value is None:
        return _cleared(message.key(), seen_at)
    try:
        wish = parse(value)
    except WishError as fault:
        if (count := _left_out.due()) is not None:
            log.info("A record of flowviz.control is left out: %s%s", fault, times(count))
        return None
    if message.key() != wish.service.encode():
        if (count := _misplaced.due()) is not None:
            log.info(
                "A wish for %s under another key is left out: no service obeys it%s.",
                *(wish.service, times(count)),
            )
        return None
    by = seen_at - (0 if live else _age(message, wish, wall)) - wish.at
    if not wish.at:  # its maker does not say by which clock it ends: by ours
        by = seen_at - wall
    rate = wish.rate
    return WishSeen(
        at=seen_at,
        service=wish.service,
        id=wish.id,
        mode=wish.mode,
        until_at=None if wish.until_at is None else wish.until_at + by,
        ms_per_event=wish.ms_per_event,
        rate_per_second=rate.per_second if rate else None,
        rate_until_at=None if rate is None or rate.until_at is None else rate.until_at + by,
        by=wish.by,
        options=wish.options,
    )


def _age(message: Message, wish: Wish, wall: int) -> int:
    """How long ago, in ms, a wish was made that was there before us: ends are durations (see
    docs/protocol.md). By when it was written, else by its maker's word."""
    kind, written_at = message.timestamp()
    made_at = wish.at if kind == TIMESTAMP_NOT_AVAILABLE or written_at < 0 else written_at
    return max(0, wall - made_at)


def _cleared(key: object, seen_at: int) -> WishCleared | None:
    """Only a key that can be a service's takes a wish back."""
    try:
        service = key.decode() if isinstance(key, bytes) else ""
    except UnicodeDecodeError:
        return None
    if not 0 < len(service) <= MAX_NAME_CHARACTERS:
        return None
    return WishCleared(seen_at, service)
