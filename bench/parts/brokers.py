"""A Kafka to measure on: one of our own in a folder that goes away, or one that is named."""

from __future__ import annotations

import itertools
import os
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from bench.parts.folder import own_folder
from bench.parts.script import CannotMeasure
from dashboard.cluster.connection import Connection
from dashboard.cluster.embedded import EmbeddedKafka
from dashboard.cluster.making_topics import TopicSpec, delete, ensure
from dashboard.cluster.offsets import starts_and_ends
from flowviz import config

ANSWER_SECONDS = 30.0
SHORT_LOG = {"retention.bytes": "268435456", "segment.bytes": "67108864"}
"""Of a topic that is flooded: what was read may go, or the disk fills up."""

_numbers = itertools.count(1)


@contextmanager
def broker(bootstrap: str | None = None) -> Iterator[str]:
    """The bootstrap servers of a Kafka for this run; of our own where none is given."""
    if bootstrap is not None:
        yield bootstrap
        return
    with own_folder() as folder:
        kafka = own_broker(folder)
        try:
            yield kafka.start()
        finally:
            kafka.stop()


def own_broker(folder: Path) -> EmbeddedKafka:
    """Not started yet; its jars are those in the user's cache, fetched where they are missing."""
    settings = config.load(os.environ)
    return EmbeddedKafka(
        data_dir=folder,
        cache_dir=settings.cache_dir,
        maven_url=settings.maven_url,
        java=settings.java,
    )


@contextmanager
def topics(
    bootstrap: str, many: int, partitions: int, settings: Mapping[str, str] | None = None
) -> Iterator[list[str]]:
    """New topics with names of their own, deleted in the end."""
    run, connection = uuid.uuid4().hex[:8], Connection(bootstrap)
    names = [f"bench.{run}.{next(_numbers)}" for _ in range(many)]
    try:
        ensure(connection, dict.fromkeys(names, TopicSpec(partitions, settings or {})))
        yield names
    finally:
        delete(connection, names)


class LogEnds:
    """Asks the broker, over one connection, where the partitions of a topic end."""

    def __init__(self, bootstrap: str, topic: str) -> None:
        self._admin = Connection(bootstrap).admin("bench")
        about = self._admin.list_topics(topic, timeout=ANSWER_SECONDS).topics[topic]
        self._asked = [(topic, number) for number in about.partitions]

    def total(self) -> int:
        """The sum over all partitions."""
        found = starts_and_ends(self._admin, self._asked)[1].values()
        if any(end is None for end in found):
            raise CannotMeasure("Kafka does not say where a log ends.")
        return sum(end or 0 for end in found)
