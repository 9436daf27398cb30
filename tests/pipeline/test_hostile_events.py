"""Twenty thousand events by somebody who means harm: through headers, picture and frames."""

from __future__ import annotations

import random
from typing import Any

from confluent_kafka import TIMESTAMP_CREATE_TIME, TIMESTAMP_NOT_AVAILABLE, Message
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dashboard.picture import observations as seen
from dashboard.picture.picture import Picture
from dashboard.picture.writers import MAX_SOURCES
from dashboard.tap.events import CLOCKS_MAY_DIFFER_MS, shown_event
from tests.hostile import HEADER_NAMES, HEADERS, PIECES, RAW
from tests.picture.sights import START, picture_of, reader_status, topics
from tests.pipeline.frame_watcher import Watcher

MANY = 20_000
BATCH = 2_000
TOPIC = ("parts", 0)

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
        (chance.choice(HEADER_NAMES), bytes_of(chance)) for _ in range(chance.randrange(8))
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


def told(picture: Picture, messages: list[Message], at: int) -> None:
    events = [shown_event(one, TOPIC, at, at + CLOCKS_MAY_DIFFER_MS, 0) for one in messages]
    picture.observe(seen.EventsSeen(at, tuple(events)))
    picture.tick(at)


def test_twenty_thousand_hostile_events_leave_the_picture_well_and_every_frame_valid() -> None:
    chance, picture = random.Random(20_261_126), picture_of(topics(parts=1), reader_status())
    watcher = Watcher(picture, START)
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


hostile = st.lists(
    st.tuples(
        RAW,
        RAW,
        HEADERS,
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
    watcher = Watcher(picture, START)
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
