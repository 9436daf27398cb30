"""The surveyor's child, seen from its parent. What it does with a broker is in tests/kafka."""

from __future__ import annotations

import subprocess
import sys
import threading
from multiprocessing.connection import Connection as Pipe

import pytest

from dashboard.cluster.connection import Connection
from dashboard.cluster.health import CHECK_SETTINGS
from dashboard.picture.observations import ClusterSeen, Observation
from dashboard.tap import surveyor_apart
from dashboard.tap.surveyor_apart import SurveyorApart, SurveyorDied
from dashboard.tap.topic_filter import TopicFilter
from tests.waiting import until


def test_a_child_that_hangs_is_ended_and_said_to_have_hung(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    children: list[subprocess.Popen[bytes]] = []

    def hang(telling: Pipe) -> subprocess.Popen[bytes]:
        script = "import signal; signal.pause()"
        fd = telling.fileno()
        child = subprocess.Popen(
            [sys.executable, "-c", script], stdin=subprocess.PIPE, pass_fds=(fd,)
        )
        children.append(child)
        return child

    monkeypatch.setattr(surveyor_apart, "_start", hang)
    monkeypatch.setattr(surveyor_apart, "SILENT_SECONDS", 0.1)
    monkeypatch.setattr(surveyor_apart, "LOOK_UP_SECONDS", 0.01)
    monkeypatch.setattr(surveyor_apart, "END_SECONDS", 0.01)
    told: list[Observation] = []
    surveyor = SurveyorApart(Connection("127.0.0.1:9"), told.append, topics=TopicFilter())
    with pytest.raises(SurveyorDied, match=r"said nothing for 0\.1 s"):
        surveyor.run(threading.Event())
    assert surveyor.crashes == len(children) == 1
    assert all(child.poll() is not None for child in children)


@pytest.mark.parametrize(("kafka", "hinted"), [(None, True), ("4.3.0", False)])
def test_where_a_cluster_never_answered_what_to_look_at_is_said(
    kafka: str | None, hinted: bool
) -> None:
    """Not of our own Kafka, whose address nobody has set."""
    told: list[Observation] = []
    stop = threading.Event()
    connection = Connection("127.0.0.1:9", kafka=kafka)
    surveyor = SurveyorApart(connection, told.append, topics=TopicFilter())
    thread = threading.Thread(target=surveyor.run, args=(stop,))
    thread.start()
    try:
        away = until(lambda: told and told[0], "what is told of the cluster")
    finally:
        stop.set()
        thread.join()
    assert isinstance(away, ClusterSeen)
    reason = "No answer from Kafka at 127.0.0.1:9: no broker can be reached."
    assert away.reason == (f"{reason} {CHECK_SETTINGS}" if hinted else reason)


def test_a_cluster_that_has_answered_once_is_not_blamed_on_the_settings(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    there = ClusterSeen(1, reachable=True, bootstrap="b:1", brokers=1)
    away = ClusterSeen(2, reachable=False, bootstrap="b:1", reason="No answer.")
    stop = threading.Event()

    def child(telling: Pipe) -> subprocess.Popen[bytes]:
        """It tells both and ends."""
        for said in (there, away):
            telling.send(said)
        return subprocess.Popen([sys.executable, "-c", ""], stdin=subprocess.PIPE)

    def observe(seen: Observation) -> None:
        told.append(seen)
        if len(told) == 2:
            stop.set()

    monkeypatch.setattr(surveyor_apart, "_start", child)
    told: list[Observation] = []
    SurveyorApart(Connection("b:1"), observe, topics=TopicFilter()).run(stop)
    assert told == [there, away]
