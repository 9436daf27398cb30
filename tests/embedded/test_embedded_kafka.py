"""The embedded Kafka as its callers meet it, as far as that goes without a broker."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from dashboard.cluster.embedded import (
    BrokerState,
    DataInUseError,
    EmbeddedKafka,
    EmbeddedKafkaError,
    check_unused,
)
from dashboard.cluster.embedded.errors import StoppedEarlyError
from dashboard.cluster.embedded.locks import FileLock
from tests.embedded.maven_folder import MavenFolder
from tests.waiting import until


def embedded(tmp_path: Path, url: str, states: list[BrokerState]) -> EmbeddedKafka:
    return EmbeddedKafka(
        data_dir=tmp_path / "data",
        cache_dir=tmp_path / "cache",
        maven_url=url,
        on_change=states.append,
    )


def test_a_failed_start_says_why_and_leaves_the_folder_free(
    tmp_path: Path, maven: MavenFolder
) -> None:
    states: list[BrokerState] = []
    kafka = embedded(tmp_path, maven.url, states)
    for _ in range(2):
        with pytest.raises(EmbeddedKafkaError) as failure:
            kafka.start()
        assert "does not give out" in str(failure.value)
    assert [state.phase for state in states] == ["fetching", "failed"] * 2
    assert states[-1].reason == str(failure.value)
    assert kafka.pid is None
    assert FileLock(tmp_path / "data" / "running.lock").take()


def test_a_second_start_on_the_same_folder_says_where_the_first_runs(
    tmp_path: Path, maven: MavenFolder
) -> None:
    first = FileLock(tmp_path / "data" / "running.lock")
    first.path.parent.mkdir()
    assert first.take()
    first.note({"pid": 4711, "bootstrap_servers": "127.0.0.1:1", "url": "http://127.0.0.1:8000/"})
    states: list[BrokerState] = []
    with pytest.raises(DataInUseError, match=r"already at http://127\.0\.0\.1:8000/,") as refusal:
        embedded(tmp_path, maven.url, states).start()
    assert refusal.value.pid == 4711
    assert refusal.value.bootstrap_servers == "127.0.0.1:1"
    assert refusal.value.url == "http://127.0.0.1:8000/"
    assert states == []
    assert maven.asked.total() == 0
    with pytest.raises(DataInUseError, match=r"already at http://127\.0\.0\.1:8000/,"):
        check_unused(tmp_path / "data")
    first.release()
    check_unused(tmp_path / "data")
    assert first.take(), "who only looks holds nothing"


def test_a_first_that_has_no_address_yet_is_named_by_its_process(
    tmp_path: Path, maven: MavenFolder
) -> None:
    first = FileLock(tmp_path / "data" / "running.lock")
    first.path.parent.mkdir()
    assert first.take()
    first.note({"pid": 4711})
    with pytest.raises(DataInUseError, match=r"runs already \(process 4711\)") as refusal:
        embedded(tmp_path, maven.url, []).start()
    assert refusal.value.url is None


def test_a_stop_from_another_thread_ends_a_start_under_way(
    tmp_path: Path, maven: MavenFolder
) -> None:
    maven.fault_of_all = "silent"
    states: list[BrokerState] = []
    kafka = embedded(tmp_path, maven.url, states)
    failures: list[EmbeddedKafkaError] = []

    def start() -> None:
        try:
            kafka.start()
        except EmbeddedKafkaError as failure:
            failures.append(failure)

    thread = threading.Thread(target=start)
    thread.start()
    until(lambda: states, "it has begun to fetch")
    kafka.stop()
    thread.join(30)
    assert [type(failure) for failure in failures] == [StoppedEarlyError]
    assert [state.phase for state in states] == ["fetching", "stopped"]
    assert kafka.pid is None


@pytest.mark.parametrize("when", ["before the start", "during the start"])
def test_the_address_of_the_page_is_there_for_a_second_demonstration(
    tmp_path: Path, maven: MavenFolder, when: str
) -> None:
    maven.fault_of_all = "silent"
    states: list[BrokerState] = []
    first = embedded(tmp_path, maven.url, states)
    if when == "before the start":
        first.announce("http://127.0.0.1:8000/")

    def start() -> None:
        with pytest.raises(StoppedEarlyError):
            first.start()

    thread = threading.Thread(target=start)
    thread.start()
    until(lambda: states, "it has begun to fetch")
    if when == "during the start":
        first.announce("http://127.0.0.1:8000/")
    with pytest.raises(DataInUseError) as refusal:
        embedded(tmp_path, maven.url, []).start()
    first.stop()
    thread.join(30)
    assert refusal.value.url == "http://127.0.0.1:8000/"
    assert refusal.value.pid == os.getpid()


def test_stopping_what_never_started_does_nothing(tmp_path: Path, maven: MavenFolder) -> None:
    states: list[BrokerState] = []
    embedded(tmp_path, maven.url, states).stop()
    assert states == []
