"""What an instance says of itself in flowviz.status, read from bytes that anyone may have written.

Lenient: what is missing or of a wrong type is not known. Strict in size: everything is bounded.
The shape is in docs/protocol.md.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Literal, cast

from dashboard.cluster.legible import one_line
from dashboard.picture.observations import CallsSeen, Partition, Scalar, StatusGroup, StatusSeen

VERSION = 1
MAX_BYTES = 64 * 1024
MAX_NAME = 249
"""What Kafka allows for the name of a topic; services, instances and groups get as much."""

MAX_REASON = 200
MAX_FACTS = 20
MAX_FACT = 80
MAX_GROUPS = 20
MAX_TOPICS = 100
MAX_ACKED = 1_000
MAX_CALLED = 20
LARGEST = 2**53 - 1
"""The largest whole number that a browser can hold exactly."""

Phase = Literal["starting", "running", "pausing", "paused", "stopping"]
PHASES = ("starting", "running", "pausing", "paused", "stopping")


def parse_status(raw: bytes | None, seen_at: int, *, live: bool = True) -> StatusSeen | None:
    """The status, or None where it is not one that can be used (then it is left out).

    Not `live`: it was there before us."""
    told = _object(raw)
    if told is None or told.get("v") != VERSION or told.get("phase") not in PHASES:
        return None
    service, instance = _name(told.get("service")), _name(told.get("instance"))
    if service is None or instance is None:
        return None
    outcome = told.get("outcome")
    return StatusSeen(
        at=seen_at,
        service=service,
        instance=instance,
        phase=cast(Phase, told["phase"]),
        want=_name(told.get("want")),
        outcome=outcome if outcome in ("done", "rejected") else None,
        reason=_text(told.get("reason"), MAX_REASON),
        groups=_groups(told.get("groups")),
        writes=_names(told.get("writes")),
        acked=_acked(told.get("acked")),
        handling_for_seconds=_amount(told.get("handling_for")),
        failed=_whole(told.get("failed")) or 0,
        facts=_facts(told.get("facts")),
        pid=_whole(told.get("pid")),
        host=_name(told.get("host")),
        assigned=_yes_or_no(told.get("assigned")),
        ms_per_event=_amount(told.get("ms_per_event")),
        calls=_calls(told.get("calls")),
        live=live,
    )


def _object(raw: bytes | None) -> dict[str, Any] | None:
    if raw is None or len(raw) > MAX_BYTES:
        return None
    try:
        told = json.loads(raw)
    except (ValueError, RecursionError):
        return None
    return told if isinstance(told, dict) else None


def _text(value: object, limit: int) -> str | None:
    return one_line(value, limit) if isinstance(value, str) and value else None


def _name(value: object) -> str | None:
    """Names are compared with others, so one that is too long is none rather than cut."""
    if not isinstance(value, str) or not value or len(value) > MAX_NAME:
        return None
    return value if value.isprintable() else None


def _names(value: object) -> tuple[str, ...]:
    listed = value[:MAX_TOPICS] if isinstance(value, list) else []
    return tuple(name for one in listed if (name := _name(one)) is not None)


def _yes_or_no(value: object) -> bool | None:
    return value if isinstance(value, bool) else None


def _whole(value: object) -> int | None:
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= LARGEST:
        return value
    return None


def _amount(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if 0 <= value <= LARGEST else None


def _groups(value: object) -> tuple[StatusGroup, ...]:
    found = []
    for one in value[:MAX_GROUPS] if isinstance(value, list) else []:
        group = _name(one.get("group")) if isinstance(one, dict) else None
        if group is not None:
            member = _name(one.get("member_id"))
            found.append(StatusGroup(group, member, _names(one.get("reads"))))
    return tuple(found)


def _acked(value: object) -> Mapping[Partition, int]:
    found: dict[Partition, int] = {}
    for topic, offsets in value.items() if isinstance(value, dict) else ():
        if _name(topic) is None or not isinstance(offsets, dict):
            continue
        for number, offset in offsets.items():
            if len(found) >= MAX_ACKED:
                return found
            last = _whole(offset)
            if last is not None and number.isascii() and number.isdigit() and len(number) < 10:
                found[(topic, int(number))] = last
    return found


def _facts(value: object) -> Mapping[str, Scalar]:
    found: dict[str, Scalar] = {}
    for name, fact in value.items() if isinstance(value, dict) else ():
        if len(found) >= MAX_FACTS:
            break
        if fact is None or isinstance(fact, bool):
            found[one_line(name, MAX_FACT)] = fact
        elif isinstance(fact, str):
            found[one_line(name, MAX_FACT)] = one_line(fact, MAX_FACT)
        elif isinstance(fact, int | float) and abs(fact) <= LARGEST:
            found[one_line(name, MAX_FACT)] = fact
    return found


def _calls(value: object) -> Mapping[str, CallsSeen]:
    """Half of the counters would be a wrong picture: one that cannot be read leaves them out."""
    found: dict[str, CallsSeen] = {}
    for name, told in value.items() if isinstance(value, dict) else ():
        if len(found) >= MAX_CALLED:
            break
        if _name(name) is None or not isinstance(told, dict):
            continue
        done, refused = _whole(told.get("done")), _whole(told.get("refused"))
        timed_out, retried = _whole(told.get("timed_out")), _whole(told.get("retried"))
        if done is None or refused is None or timed_out is None or retried is None:
            continue
        seconds, reason = _amount(told.get("seconds")), _text(told.get("reason"), MAX_REASON)
        found[name] = CallsSeen(done, refused, timed_out, retried, seconds, reason)
    return found
