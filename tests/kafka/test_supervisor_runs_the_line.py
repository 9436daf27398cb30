"""The parts line as the demonstration runs it: four processes, a real broker, and a kill -9."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from dashboard.cluster.connection import Connection
from dashboard.cluster.making_topics import TopicSpec, delete, ensure
from dashboard.cluster.offsets import starts_and_ends
from dashboard.management.own_topics import OWN_TOPICS
from dashboard.picture.observations import Observation, ProcessSeen
from dashboard.supervisor.scenario import find, load
from dashboard.supervisor.supervisor import Supervisor
from tests.waiting import until

LINE = load(find("assembly_line"))
OTHERS = set(LINE.start_at_once) - {"quality"}
PARTS = 10
"""More than one batch, and about a second of the line."""


class Line:
    """The line on a broker, what the supervisor says of it, and how much is on its topics."""

    def __init__(self, bootstrap: str, folder: Path) -> None:
        self.seen: list[Observation] = []
        self.supervisor = Supervisor(
            LINE, bootstrap_servers=bootstrap, observe=self.seen.append, log_dir=folder
        )
        self._admin = Connection(bootstrap).admin("test")
        self._folder = folder

    def processes(self) -> dict[str, ProcessSeen]:
        """The newest word on each instance."""
        return {seen.instance: seen for seen in list(self.seen) if isinstance(seen, ProcessSeen)}

    def pids(self) -> set[int]:
        """Of every process that ever ran."""
        everything = [seen for seen in list(self.seen) if isinstance(seen, ProcessSeen)]
        return {seen.pid for seen in everything if seen.pid is not None}

    def written(self, topic: str) -> int:
        """Events on the topic; partitions that have no leader yet count when they have one."""
        partitions = [(topic, number) for number in range(LINE.topics[topic].partitions)]
        _, ends = starts_and_ends(self._admin, partitions)
        return sum(end for end in ends.values() if end is not None)

    def wait_for_parts(self, topic: str, more_than: int) -> None:
        until(
            lambda: self.written(topic) > more_than,
            f"more than {more_than} events are on {topic}; "
            f"{self.processes()}; what the services print is in {self._folder}",
        )


@pytest.fixture
def line(bootstrap: str, tmp_path: Path) -> Iterator[Line]:
    connection = Connection(bootstrap)
    specs = {name: TopicSpec(topic.partitions, topic.config) for name, topic in LINE.topics.items()}
    ensure(connection, specs | OWN_TOPICS)
    line = Line(bootstrap, tmp_path)
    line.supervisor.start()
    try:
        yield line
    finally:
        line.supervisor.stop()
        delete(connection, specs)


def test_parts_flow_through_all_services_also_after_one_was_killed(line: Line) -> None:
    for topic in LINE.topics:
        line.wait_for_parts(topic, PARTS)

    killed = line.processes()["quality-1"].pid
    assert killed is not None
    os.kill(killed, signal.SIGKILL)
    until(
        lambda: line.processes()["quality-1"].pid not in (killed, None),
        "quality-1 has a new process",
    )
    graded = line.written("parts.graded")
    line.wait_for_parts("parts.graded", graded + PARTS)
    assert line.processes()["quality-1"].attempts == 1
    others = [seen for seen in line.processes().values() if seen.service in OTHERS]
    assert {(seen.phase, seen.attempts) for seen in others} == {("running", 0)}

    line.supervisor.stop()
    assert {seen.phase for seen in line.processes().values()} == {"stopped"}
    assert {seen.reason for seen in line.processes().values()} == {None}
    assert len(line.pids()) == len(LINE.start_at_once) + 1
    for pid in line.pids():
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)
