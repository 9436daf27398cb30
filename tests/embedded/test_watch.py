"""What is said of a broker that does not come up."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from dashboard.cluster.embedded import data_folder, watch
from dashboard.cluster.embedded.data_folder import DataFolder
from dashboard.cluster.embedded.errors import EmbeddedKafkaError, StoppedEarlyError
from dashboard.cluster.embedded.state import Phase
from dashboard.cluster.embedded.watch import Watch
from tests.embedded import fake_java
from tests.waiting import until

Start = Callable[[str], Watch]
NEVER = threading.Event()


@pytest.fixture
def folder(tmp_path: Path) -> DataFolder:
    made = DataFolder(tmp_path / "data")
    made.make()
    return made


@pytest.fixture
def start(folder: DataFolder) -> Iterator[Start]:
    started: list[Watch] = []

    def say(phase: Phase, reason: str | None) -> None:
        raise AssertionError(f"nothing of this runs, but {phase} was told ({reason})")

    def watched(script: str) -> Watch:
        lock = folder.take_broker_lock(NEVER)
        started.append(Watch([sys.executable, "-c", script], folder, lock, 1, say))
        return started[-1]

    yield watched
    for each in started:
        each.stop()
    assert folder.take_broker_lock(NEVER).held, "nothing holds the folder after a stop"


def test_a_java_that_ends_at_once_says_why(start: Start, folder: DataFolder) -> None:
    with pytest.raises(EmbeddedKafkaError, match=r"\(with exit code 3: no memory\).*--fresh"):
        start(fake_java.ENDS_WITH_A_WORD).wait_until_serving(NEVER)


def test_a_full_disk_is_noticed_even_if_nothing_could_be_logged(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(data_folder, "LEAST_ROOM_BYTES", 1 << 80)
    with pytest.raises(EmbeddedKafkaError, match=r"no room left in .*: make room"):
        start(fake_java.ENDS_WITH_A_WORD).wait_until_serving(NEVER)


def test_a_broker_that_never_serves_is_not_waited_for_without_end(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch, "START_SECONDS", 0.3)
    with pytest.raises(EmbeddedKafkaError, match=r"does not serve after 0.3 s"):
        start(fake_java.WAITS).wait_until_serving(NEVER)


def test_a_stop_ends_the_wait(start: Start) -> None:
    stopped = threading.Event()
    stopped.set()
    with pytest.raises(StoppedEarlyError):
        start(fake_java.WAITS).wait_until_serving(stopped)


def test_a_watch_that_fails_goes_on_and_says_so(
    folder: DataFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    failures = [OSError("no file is left to open")]

    def serves(port: int) -> bool:
        if failures:
            raise failures.pop()
        return True

    monkeypatch.setattr(watch, "serves", serves)
    monkeypatch.setattr(watch, "AGAIN_SECONDS", 0.01)
    said: list[tuple[Phase, str | None]] = []
    told: list[str | None] = []
    watched = Watch(
        [sys.executable, "-c", fake_java.WAITS],
        folder,
        folder.take_broker_lock(NEVER),
        1,
        lambda phase, reason: said.append((phase, reason)),
        told.append,
    )
    try:
        watched.wait_until_serving(NEVER)
        until(lambda: len(told) == 2, "it says that it watches again")
    finally:
        watched.stop()
    assert told == ["It failed (OSError('no file is left to open')) and goes on in 0.01 s.", None]
    assert said == [("running", None)]
