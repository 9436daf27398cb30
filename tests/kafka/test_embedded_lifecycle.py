"""The embedded broker through starts and stops, its own death, and that of its parent.

These tests start brokers of their own: the shared one is not theirs to kill.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from confluent_kafka import Consumer, Producer, TopicPartition
from confluent_kafka.admin import AdminClient, NewTopic

from dashboard.cluster.embedded import (
    BrokerState,
    DataInUseError,
    EmbeddedKafka,
    EmbeddedKafkaError,
)
from flowviz import config
from tests.kafka.conftest import MakeTopic
from tests.waiting import PATIENCE_SECONDS, until

TOPIC = "kept"
SETTINGS = config.load(os.environ)


class Seen:
    """The states that were told, in order."""

    def __init__(self) -> None:
        self.states: list[BrokerState] = []

    def __call__(self, state: BrokerState) -> None:
        self.states.append(state)

    @property
    def phases(self) -> list[str]:
        return [state.phase for state in self.states]


@pytest.fixture
def seen() -> Seen:
    return Seen()


@pytest.fixture
def kafka(tmp_path: Path, bootstrap: str, seen: Seen) -> Iterator[EmbeddedKafka]:
    """Not started yet. The shared broker has fetched what is needed."""
    made = EmbeddedKafka(
        data_dir=tmp_path / "data",
        cache_dir=SETTINGS.cache_dir,
        java=SETTINGS.java,
        on_change=seen,
    )
    yield made
    made.stop()


def make_topic_kept(servers: str) -> None:
    admin = AdminClient({"bootstrap.servers": servers})
    admin.create_topics([NewTopic(TOPIC, 1, 1)])[TOPIC].result(30)


def produce(servers: str, value: bytes) -> None:
    producer = Producer({"bootstrap.servers": servers, "acks": "all"})
    producer.produce(TOPIC, value)
    assert producer.flush(60) == 0


def everything(servers: str, count: int) -> list[bytes]:
    """The first `count` values of the topic."""
    reader = Consumer({"bootstrap.servers": servers, "group.id": "none", "log_level": 0})
    reader.assign([TopicPartition(TOPIC, 0, 0)])
    values: list[bytes] = []

    def come() -> bool:
        message = reader.poll(0.2)
        if message is not None and message.error() is None:
            values.append(message.value() or b"")
        return len(values) >= count

    until(come, f"{count} events can be read")
    reader.close()
    return values


def java_is_gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


def test_it_serves_and_takes_an_event(bootstrap: str, make_topic: MakeTopic) -> None:
    producer = Producer({"bootstrap.servers": bootstrap})
    producer.produce(make_topic(), b"a part")
    assert producer.flush(30) == 0


def test_what_is_on_the_log_is_still_there_at_the_next_start(
    kafka: EmbeddedKafka, seen: Seen
) -> None:
    servers = kafka.start()
    make_topic_kept(servers)
    produce(servers, b"a part")
    java = kafka.pid
    assert java is not None
    kafka.stop()
    kafka.stop()
    assert java_is_gone(java)
    assert kafka.pid is None

    port = int(servers.rsplit(":", 1)[1])
    with socket.create_server(("127.0.0.1", port)):  # taken by someone else meanwhile
        moved = kafka.start()
    assert moved != servers
    assert everything(moved, 1) == [b"a part"]
    kafka.stop()
    assert seen.phases == ["starting", "running", "stopped"] * 2


def test_a_broker_that_is_killed_comes_back_in_its_place_with_its_data(
    kafka: EmbeddedKafka, seen: Seen
) -> None:
    servers = kafka.start()
    make_topic_kept(servers)
    produce(servers, b"before")
    killed = kafka.pid
    assert killed is not None
    os.kill(killed, signal.SIGKILL)
    until(lambda: seen.phases[-2:] == ["restarting", "running"], "it runs again")
    assert kafka.pid not in {None, killed}
    assert seen.states[-1].restarts == 1
    assert seen.states[-1].reason is None
    assert seen.states[-2].reason == "Kafka ended (by SIGKILL) and is started again."
    produce(servers, b"after")
    assert everything(servers, 2) == [b"before", b"after"]

    # And the same for its guard, which takes the broker along or leaves it to us to end.
    assert kafka.guard_pid is not None
    os.kill(kafka.guard_pid, signal.SIGKILL)
    until(lambda: seen.phases.count("running") == 3, "it runs again under another guard")
    assert everything(servers, 2) == [b"before", b"after"]

    kafka.restart()
    until(lambda: seen.phases.count("running") == 4, "it runs again after a restart in order")
    assert seen.states[-2].reason == "Kafka is restarted on request."
    assert everything(servers, 2) == [b"before", b"after"]
    kafka.stop()
    assert seen.phases == ["starting", *["running", "restarting"] * 3, "running", "stopped"]
    with pytest.raises(EmbeddedKafkaError, match="not running just now"):
        kafka.kill()


def test_a_demonstration_that_is_killed_leaves_no_broker_behind(
    kafka: EmbeddedKafka, tmp_path: Path
) -> None:
    with subprocess.Popen(
        [
            *(sys.executable, "-m", "tests.kafka.holding_kafka"),
            *(str(tmp_path / "data"), str(SETTINGS.cache_dir)),
        ],
        stdout=subprocess.PIPE,
        text=True,
    ) as demonstration:
        assert demonstration.stdout is not None
        told = json.loads(demonstration.stdout.readline())
        with pytest.raises(DataInUseError, match=r"at http://127.0.0.1:8123/") as refusal:
            kafka.start()
        assert refusal.value.pid == demonstration.pid
        assert refusal.value.bootstrap_servers == told["servers"]
        demonstration.kill()

    # At once: its broker may still be on its way out, and is waited for.
    assert kafka.start() == told["servers"]
    assert java_is_gone(told["java"])


def test_a_stop_while_the_broker_comes_up_leaves_nothing(kafka: EmbeddedKafka, seen: Seen) -> None:
    javas: list[int] = []

    def stop_when_java_runs() -> None:
        javas.append(until(lambda: kafka.pid, "Java runs"))
        kafka.stop()

    stopper = threading.Thread(target=stop_when_java_runs)
    stopper.start()
    with pytest.raises(Exception, match="stopped while it was starting"):
        kafka.start()
    stopper.join(PATIENCE_SECONDS)
    assert seen.phases == ["starting", "stopped"]
    assert java_is_gone(javas[0])
