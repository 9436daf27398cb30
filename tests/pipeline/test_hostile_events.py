"""A hundred thousand events by somebody who means harm: through headers, picture and frames."""

from __future__ import annotations

import json
import random
from typing import Any

from confluent_kafka import TIMESTAMP_CREATE_TIME, TIMESTAMP_NOT_AVAILABLE, Message
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dashboard.frames import codec
from dashboard.frames.cutter import FrameCutter
from dashboard.picture import observations as seen
from dashboard.picture.picture import Picture
from dashboard.picture.text import MAX_TEXT
from dashboard.picture.writers import MAX_SOURCES
from dashboard.tap.events import CLOCKS_MAY_DIFFER_MS, shown_event
from tests.picture.sights import START, picture_of, reader_status, topics

MANY = 100_000
BATCH = 2_000
TOPIC = ("parts", 0)
SAFE_INTEGER = 2**53
LARGEST_FRAME = 2_000_000
"""Bytes: 60 events on the tape and 500 services with long names are less."""

NAMES = (
    *(
        "ce_id",
        "ce_source",
        "ce_type",
        "ce_time",
        "ce_causationid",
        "traceparent",
        "ce_specversion",
    ),
    *("", "__proto__", "constructor", "ce_\x00id", "CE_ID", "x" * 1_000, "\U0001f600", "dlq_ce_id"),
)
PIECES = (
    *(b"", b"\x00", b"\xff\xfe", b"\xed\xa0\x80", b"\xf0\x9f", "\u202e\u2066".encode()),
    *(b"<script>alert(1)</script>", b"'\"><img src=x onerror=alert(1)>", b"{{7*7}}", b"${x}"),
    *(b"../../etc/passwd", b"%00", b"\r\nSet-Cookie: a=b", b"]]>", b"\\u0000", b"NaN", b"-0"),
    *(b"r:t:parts>g:quality", b"s:scanner", b"__proto__", b"constructor", b"quality", b"scanner"),
    *(b"99999999999999999999999", b"1e999", b"2026-13-45T99:99:99Z", b"0001-01-01T00:00:00+23:59"),
    *(b"9999-12-31T23:59:59.999999-23:59", b"00-" + b"0" * 32 + b"-" + b"0" * 16 + b"-00"),
    *(
        b"00-" + b"f" * 32 + b"-" + b"f" * 16 + b"-01",
        b"a" * 5_000,
        "\u0130\u00df\ufdfa".encode() * 90,
    ),
)
TIMES = (-(2**63), -1, 0, 1, START, START + 10**9, 253_402_300_799_999, 2**53, 2**63 - 1)


def bytes_of(chance: random.Random) -> bytes | None:
    kind = chance.random()
    if kind < 0.1:
        return None
    if kind < 0.3:
        return chance.randbytes(chance.randrange(40))
    return b"".join(chance.choices(PIECES, k=chance.choice((1, 1, 1, 2, 3))))


def message_of(chance: random.Random, offset: int) -> Message:
    headers: list[tuple[str, str | bytes | None]] = [
        (chance.choice(NAMES), bytes_of(chance)) for _ in range(chance.randrange(8))
    ]
    if chance.random() < 0.01:
        headers *= 100
    kind = chance.choice((TIMESTAMP_CREATE_TIME, TIMESTAMP_CREATE_TIME, TIMESTAMP_NOT_AVAILABLE))
    return Message(
        topic=TOPIC[0],
        partition=TOPIC[1],
        offset=offset,
        key=bytes_of(chance),
        value=bytes_of(chance),
        headers=headers or None,
        timestamp=(kind, chance.choice(TIMES)),
    )


class Watcher:
    """A page that decodes every frame, and finds in each only what a page can hold."""

    def __init__(self, picture: Picture) -> None:
        self.picture = picture
        self.cutter = FrameCutter("epoch")
        self.state = self.decoded(codec.encode(self.cutter.key(picture.shown(), START)), None)

    def look(self, at: int) -> None:
        delta = self.cutter.delta(self.picture.shown(), at) or self.cutter.heartbeat(at)
        self.state = self.decoded(codec.encode(delta), self.state)

    def decoded(self, data: bytes, state: codec.State | None) -> codec.State:
        assert len(data) <= LARGEST_FRAME
        assert b"NaN" not in data or json.loads(data, parse_constant=refused)
        frame = codec.decode(data)
        only_holds_what_a_page_can(frame)
        return codec.apply(state, frame)

    def fresh(self) -> codec.State:
        frame = codec.encode(self.cutter.key(self.picture.shown(), self.state["sent_at"]))
        return codec.apply(None, codec.decode(frame))


def refused(name: str) -> None:
    raise AssertionError(f"{name} is no number in JSON")


def only_holds_what_a_page_can(thing: Any, depth: int = 0) -> None:
    assert depth < 12
    if isinstance(thing, dict):
        for name, value in thing.items():
            assert len(name) <= 20 * MAX_TEXT
            only_holds_what_a_page_can(value, depth + 1)
    elif isinstance(thing, list):
        for one in thing:
            only_holds_what_a_page_can(one, depth + 1)
    elif isinstance(thing, str):
        assert len(thing) <= 20 * MAX_TEXT
    elif isinstance(thing, int | float):
        assert -SAFE_INTEGER <= thing <= SAFE_INTEGER


def told(picture: Picture, messages: list[Message], at: int) -> None:
    events = [shown_event(one, TOPIC, at, at + CLOCKS_MAY_DIFFER_MS, 0) for one in messages]
    picture.observe(seen.EventsSeen(at, tuple(events)))
    picture.tick(at)


def test_a_hundred_thousand_hostile_events_leave_the_picture_well_and_every_frame_valid() -> None:
    chance, picture = random.Random(20_261_126), picture_of(topics(parts=1), reader_status())
    watcher = Watcher(picture)
    for first in range(0, MANY, BATCH):
        at = START + first
        told(picture, [message_of(chance, first + n) for n in range(BATCH)], at)
        watcher.look(at)
    shown = picture.shown()
    assert shown.events_total == MANY
    assert [one["offset"] for one in shown.events] == list(range(MANY - 60, MANY))
    assert len(shown.services) <= MAX_SOURCES + 1
    assert shown.cluster["more_sources"] > 0
    assert watcher.state == watcher.fresh()


raw = st.none() | st.binary(max_size=300) | st.sampled_from(PIECES)
hostile = st.lists(
    st.tuples(
        raw,
        raw,
        st.lists(st.tuples(st.sampled_from(NAMES) | st.text(max_size=30), raw), max_size=6),
        st.sampled_from((TIMESTAMP_CREATE_TIME, TIMESTAMP_NOT_AVAILABLE)),
        st.integers(-(2**63), 2**63 - 1),
    ),
    min_size=1,
    max_size=20,
)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(hostile)
def test_whatever_an_event_is_made_of_its_frames_are_valid(records: list[Any]) -> None:
    picture = picture_of(topics(parts=1), reader_status())
    watcher = Watcher(picture)
    messages = [
        Message(
            topic=TOPIC[0],
            partition=TOPIC[1],
            offset=offset,
            key=key,
            value=value,
            headers=headers or None,
            timestamp=(kind, instant),
        )
        for offset, (key, value, headers, kind, instant) in enumerate(records)
    ]
    told(picture, messages, START)
    watcher.look(START)
    assert picture.shown().events_total == len(records)
    assert watcher.state == watcher.fresh()
