"""One real broker for the whole run, and topics of their own for each test."""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterator
from concurrent.futures import wait
from pathlib import Path
from typing import Protocol

import pytest
from confluent_kafka.admin import AdminClient, NewTopic

from dashboard.cluster.embedded import EmbeddedKafka
from flowviz import config
from tests.browser.running_demo import RunningDemo, start_demo
from tests.kafka.kit_world import World
from tests.kafka.pressed import at_work
from tests.waiting import PATIENCE_SECONDS, until

NUMBERS = itertools.count(1)


class MakeTopic(Protocol):
    def __call__(self, partitions: int = 1, **config: str | int) -> str: ...


@pytest.fixture(scope="session")
def shared_kafka(tmp_path_factory: pytest.TempPathFactory) -> EmbeddedKafka:
    """The broker that all tests share; `bootstrap` starts it. Who kills one, starts their own.

    Its data is in a folder of this run. Its jars are in the user's cache, fetched the first time.
    """
    return _kafka(tmp_path_factory.mktemp("broker"))


@pytest.fixture(scope="session")
def bootstrap(shared_kafka: EmbeddedKafka) -> Iterator[str]:
    """The bootstrap servers of the broker that all tests share."""
    servers = shared_kafka.start()
    yield servers
    shared_kafka.stop()


@pytest.fixture
def own_kafka(tmp_path: Path) -> Iterator[EmbeddedKafka]:
    """A broker of the test's own, not started; stopped after it."""
    kafka = _kafka(tmp_path)
    yield kafka
    kafka.stop()


def _kafka(data_dir: Path) -> EmbeddedKafka:
    settings = config.load(os.environ)
    return EmbeddedKafka(
        data_dir=data_dir,
        cache_dir=settings.cache_dir,
        maven_url=settings.maven_url,
        java=settings.java,
    )


@pytest.fixture
def make_topic(bootstrap: str) -> Iterator[MakeTopic]:
    """`make_topic(partitions=3, cleanup_policy="compact")` gives the name of a new topic, with
    Kafka's settings written with underscores. Each is deleted after the test."""
    admin = AdminClient({"bootstrap.servers": bootstrap, "log_level": 0})
    made: list[str] = []

    def make(partitions: int = 1, **config: str | int) -> str:
        name = f"test.{os.getpid()}.{next(NUMBERS)}"
        given = {key.replace("_", "."): str(value) for key, value in config.items()}
        topic = NewTopic(name, num_partitions=partitions, replication_factor=1, config=given)
        admin.create_topics([topic])[name].result(PATIENCE_SECONDS)
        made.append(name)
        return name

    yield make
    if made:
        wait(admin.delete_topics(made).values(), PATIENCE_SECONDS)


@pytest.fixture
def world(bootstrap: str) -> Iterator[World]:
    """The shared broker with Flowviz's topics, as the tests of the kit see it."""
    made = World(bootstrap)
    yield made
    made.close()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the data of `demo` is."""
    return tmp_path_factory.mktemp("demo")


@pytest.fixture(scope="module")
def demo(folder: Path) -> Iterator[RunningDemo]:
    """A demonstration at work that the tests of one file share; stopped, it has ended well."""
    running = start_demo(folder, "--port", "0")
    try:
        until(lambda: at_work(running), "the line works")
        yield running
    finally:
        assert running.stop() == 0
