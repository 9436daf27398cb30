"""Whatever an event is made of: through a broker, the reader and the picture into valid frames."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dashboard.cluster.connection import Connection
from dashboard.cluster.making_topics import TopicSpec, delete, ensure
from dashboard.picture.observations import EventsSeen
from dashboard.picture.picture import Picture
from dashboard.tap.reader import Reader
from dashboard.tap.topic_filter import TopicFilter
from tests.hostile import HEADERS, RAW
from tests.kafka.watching import Told, delivered, producer, running
from tests.picture.sights import START, picture_of, reader_status, topics
from tests.pipeline.frame_watcher import Watcher
from tests.waiting import PATIENCE_SECONDS, until

TOPIC = f"hostile-{os.getpid()}"
LATEST = 2**62
LATEST_TAKEN = {"message.timestamp.after.max.ms": str(2**63 - 1)}
"""Else the broker takes none from the future."""

records = st.lists(st.tuples(RAW, RAW, HEADERS, st.integers(0, LATEST)), min_size=1, max_size=100)


@dataclass
class Followed:
    """A topic, and all that was made of it so far."""

    writing: Any
    told: Told = field(default_factory=Told)
    picture: Picture = field(
        default_factory=lambda: picture_of(topics(**{TOPIC: 1}), reader_status())
    )
    written: int = 0
    seen: int = 0
    """Batches that the picture has been told."""

    def __post_init__(self) -> None:
        self.watcher = Watcher(self.picture, START)

    def write(self, batch: list[Any]) -> None:
        for key, value, headers, instant in batch:
            self.writing.produce(
                TOPIC,
                value,
                key,
                headers=headers,
                timestamp=instant,
                on_delivery=delivered,
            )
            self.written += 1
        assert self.writing.flush(PATIENCE_SECONDS) == 0

    def look(self) -> None:
        """Once all is read: each event once, and the page has it."""
        until(lambda: len(self.told.events(TOPIC)) >= self.written, "every event is read")
        batches = self.told.of(EventsSeen)
        for batch in batches[self.seen :]:
            self.picture.observe(batch)
            self.picture.tick(batch.at)
            self.watcher.look(batch.at)
        self.seen = len(batches)
        assert self.told.offsets(TOPIC) == list(range(self.written))
        assert self.picture.shown().events_total == self.written
        assert self.watcher.state == self.watcher.fresh()


@pytest.fixture(scope="module")
def followed(bootstrap: str) -> Iterator[Followed]:
    connection, found = Connection(bootstrap), Followed(producer(bootstrap))
    ensure(connection, {TOPIC: TopicSpec(1, LATEST_TAKEN)})
    reader = Reader(connection, found.told.observe, topics=TopicFilter.parse(TOPIC))
    with running(reader.run):
        yield found
    delete(connection, [TOPIC])


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(records)
def test_whatever_an_event_is_made_of_it_is_read_once_and_its_frames_are_valid(
    followed: Followed, batch: list[Any]
) -> None:
    followed.write(batch)
    followed.look()
