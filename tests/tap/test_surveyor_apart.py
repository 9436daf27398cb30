"""The surveyor's child, seen from its parent. What it does with a broker is in tests/kafka."""

from __future__ import annotations

import subprocess
import sys
import threading
from multiprocessing.connection import Connection as Pipe

import pytest

from dashboard.cluster.connection import Connection
from dashboard.picture.observations import Observation
from dashboard.tap import surveyor_apart
from dashboard.tap.surveyor_apart import CRASHES_AT_ONCE, SurveyorApart, SurveyorDied
from dashboard.tap.topic_filter import TopicFilter


def test_a_child_that_hangs_is_ended_and_another_takes_its_place(
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
    assert surveyor.crashes == len(children) == CRASHES_AT_ONCE + 1
    assert all(child.poll() is not None for child in children)
