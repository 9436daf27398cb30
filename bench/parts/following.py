"""Reading a topic in a process of its own: by the tap's reader, by a bare loop, by all of the tap.

Each is the work of a child. CPU is that of the whole process, the client's own threads included.
"""

from __future__ import annotations

import math
import os
import threading
import time
from pathlib import Path

from confluent_kafka import OFFSET_BEGINNING, Consumer, Message, TopicPartition

from bench.parts import usage
from bench.parts.children import Parent

BATCH = 500
POLL_SECONDS = 0.1
EVERYTHING = 1e12
"""A budget under which nothing is sampled."""
CLIENT_THREADS = "Kafka's client"
SURVEY_PROCESS = "the survey's process"


class Tally:
    """How many events were seen, and what that cost. Says when the first came, and when all did."""

    def __init__(self, parent: Parent, wanted: int) -> None:
        self._parent = parent
        self._wanted = wanted
        self._seen = 0
        self._counting = False
        self._cpu = 0.0

    def saw(self, many: int) -> None:
        """The first event only shows that all is at work; what counts comes after it."""
        if not self._counting:
            self._counting = True
            self._parent.tell("ready")
            self._cpu = time.process_time()
            return
        self._seen += many
        if self._seen >= self._wanted:
            self._parent.tell((self._seen, time.process_time() - self._cpu))
            self._parent.ending.set()


def follow_reader(parent: Parent, bootstrap: str, topic: str, wanted: int) -> None:
    """The tap's reader with a budget that lets it follow everything."""
    from dashboard.cluster.connection import Connection
    from dashboard.picture.observations import EventsSeen, Observation
    from dashboard.server.web_server import leave_what_is_loaded
    from dashboard.tap.budget import Budget
    from dashboard.tap.reader import Reader
    from dashboard.tap.topic_filter import TopicFilter

    tally = Tally(parent, wanted)

    def observe(observation: Observation) -> None:
        if isinstance(observation, EventsSeen):
            tally.saw(len(observation.events))

    reader = Reader(
        Connection(bootstrap),
        observe,
        topics=TopicFilter(include=(topic,)),
        budget=Budget(EVERYTHING, EVERYTHING, late_seconds=math.inf),
    )
    leave_what_is_loaded()  # as the commands do
    reader.run(parent.ending)


def follow_bare(parent: Parent, bootstrap: str, topic: str, wanted: int) -> None:
    """The least that can be done: consume, and read the same headers."""
    tally = Tally(parent, wanted)
    consumer = Consumer(
        {
            "bootstrap.servers": bootstrap,
            "group.id": "bench-joins-no-group",
            "enable.auto.commit": False,
            "auto.offset.reset": "earliest",
            "log_level": 0,
        }
    )
    about = consumer.list_topics(topic, timeout=30).topics[topic]
    consumer.assign([TopicPartition(topic, one, OFFSET_BEGINNING) for one in about.partitions])
    while not parent.ending.is_set():
        messages = consumer.consume(BATCH, POLL_SECONDS)
        good = [message for message in messages if message.error() is None]
        for message in good:
            _read_headers(message)
        if good:
            tally.saw(len(good))
    consumer.close()


def _read_headers(message: Message) -> tuple[str | bytes | None, ...]:
    found = dict(message.headers() or [])
    names = ("ce_id", "ce_source", "ce_type", "ce_time", "traceparent", "ce_causationid")
    return tuple(found.get(name) for name in names)


def watch_all(parent: Parent, bootstrap: str, topic: str) -> None:
    """Reader, surveyor and the picture's loop, without a web server; tells on each word said.

    "cpu" is answered with the CPU seconds so far, in all and by thread, those of the surveyor's
    process included; "topic" with the topic as the picture has it; "surveys" with the instants
    (Unix ms) and summed ends of all surveys.
    """
    from dashboard.cluster.connection import Connection
    from dashboard.live.hub import Hub
    from dashboard.picture.observations import Observation, SurveySeen
    from dashboard.picture.picture import Picture
    from dashboard.pipeline import Pipeline
    from dashboard.server.web_server import leave_what_is_loaded
    from dashboard.tap.topic_filter import TopicFilter

    surveys: list[tuple[int, int]] = []

    class Watched(Picture):
        def observe(self, observation: Observation) -> None:
            if isinstance(observation, SurveySeen):
                surveys.append((observation.at, sum(end or 0 for end in observation.ends.values())))
            super().observe(observation)

    now = int(time.time() * 1000)
    pipeline = Pipeline(Hub(), Watched(started_at=now, can_act=False, owns_processes=False))
    pipeline.start()
    pipeline.look_at(Connection(bootstrap), TopicFilter(include=(topic,)))
    leave_what_is_loaded()  # as the commands do
    while not parent.ending.is_set():
        match parent.next_word():
            case "cpu":
                shares = _cpu_by_thread() | {SURVEY_PROCESS: _cpu_of_children()}
                parent.tell((time.process_time() + shares[SURVEY_PROCESS], shares))
            case "topic":
                parent.tell(pipeline.view().topics.get(f"t:{topic}"))
            case "surveys":
                parent.tell(surveys)
    pipeline.stop()


def _cpu_of_children() -> float:
    """CPU seconds of the processes below this one: that of the surveyor is one."""
    below = usage.tree(os.getpid())[1:]
    return sum(one.cpu_seconds for one in usage.of_all(below).values())


def _cpu_by_thread() -> dict[str, float]:
    """CPU seconds of each of Python's threads, and of all others together (Linux only)."""
    found: dict[str, float] = {}
    for thread in threading.enumerate():
        stat = Path(f"/proc/self/task/{thread.native_id}/schedstat")
        if stat.exists():
            found[thread.name] = int(stat.read_text().split()[0]) / 1e9
    if found:
        found[CLIENT_THREADS] = max(0.0, time.process_time() - sum(found.values()))
    return found
