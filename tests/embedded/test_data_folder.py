"""The data folder: formatted once or not at all, and never used by the wrong Kafka."""

from __future__ import annotations

import json
import os
import signal
import threading
from pathlib import Path

import pytest

from dashboard.cluster.embedded import data_folder
from dashboard.cluster.embedded.data_folder import DataFolder
from dashboard.cluster.embedded.errors import EmbeddedKafkaError
from dashboard.cluster.embedded.ports import Ports
from tests.embedded import fake_java
from tests.waiting import until

PORTS = Ports(20_001, 20_002)
LIBRARIES = Path("/libraries")


@pytest.fixture
def folder(tmp_path: Path) -> DataFolder:
    made = DataFolder(tmp_path / "data")
    made.make()
    return made


def formatter(tmp_path: Path, *lines: str) -> Path:
    """A program in Java's place: Kafka's own formatting is tested with the real broker."""
    path = tmp_path / "java"
    path.write_text("\n".join(["#!/bin/sh", *lines, ""]))
    path.chmod(0o755)
    return path


@pytest.fixture
def formats(tmp_path: Path) -> Path:
    return formatter(
        tmp_path,
        'for last; do :; done; log=$(sed -n "s/^log.dirs=//p" "$last")',
        'mkdir "$log" && echo made >> "$log/meta.properties"',
    )


def test_a_new_folder_is_formatted_once(folder: DataFolder, formats: Path) -> None:
    for _ in range(2):
        folder.prepare("4.3.0", formats, LIBRARIES, PORTS)
    assert (folder.path / "kafka" / "log" / "meta.properties").read_text() == "made\n"


def test_the_settings_follow_the_ports_of_each_start(folder: DataFolder, formats: Path) -> None:
    folder.prepare("4.3.0", formats, LIBRARIES, PORTS)
    folder.prepare("4.3.0", formats, LIBRARIES, Ports(20_003, 20_004))
    written = folder.properties.read_text()
    assert "advertised.listeners=PLAINTEXT://127.0.0.1:20003\n" in written
    assert "controller.quorum.voters=1@127.0.0.1:20004\n" in written
    assert "log.dirs=kafka/log\n" in written
    assert "{" not in written.replace("{braces}", "")


def test_it_listens_on_loopback_alone(folder: DataFolder, formats: Path) -> None:
    folder.prepare("4.3.0", formats, LIBRARIES, PORTS)
    listeners = next(
        line for line in folder.properties.read_text().splitlines() if line.startswith("listeners=")
    )
    assert [address.rsplit(":", 1)[0] for address in listeners.split("=")[1].split(",")] == [
        "PLAINTEXT://127.0.0.1",
        "CONTROLLER://127.0.0.1",
    ]


def test_a_formatting_that_fails_leaves_the_folder_new(
    folder: DataFolder, tmp_path: Path, formats: Path
) -> None:
    fails = formatter(tmp_path, "mkdir -p kafka.partial/log", "echo 'no such luck' >&2; exit 1")
    with pytest.raises(EmbeddedKafkaError, match="no such luck"):
        folder.prepare("4.3.0", fails, LIBRARIES, PORTS)
    assert not (folder.path / "kafka").exists()


def test_what_a_killed_formatting_left_is_formatted_anew(folder: DataFolder, formats: Path) -> None:
    (folder.path / "kafka.partial" / "log").mkdir(parents=True)
    folder.prepare("4.3.0", formats, LIBRARIES, PORTS)
    assert (folder.path / "kafka" / "log" / "meta.properties").exists()


def test_data_of_another_kafka_is_left_alone(folder: DataFolder, formats: Path) -> None:
    folder.prepare("4.2.0", formats, LIBRARIES, PORTS)
    with pytest.raises(
        EmbeddedKafkaError, match=r"made by Kafka 4.2.0, and this is Kafka 4.3.0.*--fresh"
    ):
        folder.prepare("4.3.0", formats, LIBRARIES, PORTS)


@pytest.mark.parametrize("lost", ["made.json", "log/meta.properties"])
def test_data_that_is_not_whole_is_left_alone(folder: DataFolder, formats: Path, lost: str) -> None:
    folder.prepare("4.3.0", formats, LIBRARIES, PORTS)
    (folder.path / "kafka" / lost).unlink()
    with pytest.raises(EmbeddedKafkaError, match=r"is not whole.*--fresh"):
        folder.prepare("4.3.0", formats, LIBRARIES, PORTS)


def test_a_damaged_note_is_not_taken_for_a_release(folder: DataFolder, formats: Path) -> None:
    folder.prepare("4.3.0", formats, LIBRARIES, PORTS)
    for written in ("", "[]", json.dumps({"other": 1})):
        (folder.path / "kafka" / "made.json").write_text(written)
        with pytest.raises(EmbeddedKafkaError, match="is not whole"):
            folder.prepare("4.3.0", formats, LIBRARIES, PORTS)


def test_a_place_that_cannot_be_written_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(EmbeddedKafkaError, match=r"cannot be kept in .*FLOWVIZ_DATA_DIR"):
        DataFolder(tmp_path / "file" / "data").make()


def test_a_broker_of_an_earlier_run_is_waited_for(folder: DataFolder) -> None:
    never = threading.Event()
    earlier = folder.take_broker_lock(never)
    threading.Timer(0.3, earlier.release).start()
    assert folder.take_broker_lock(never).held


def test_a_broker_that_lost_both_its_demonstration_and_its_guard_is_ended(
    folder: DataFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(data_folder, "LAST_RUN_ENDS_SECONDS", 0.0)
    java, _ = fake_java.guarded(fake_java.SURVIVES_ITS_GUARD, folder.path)
    try:
        until((folder.path / "ready").exists, "Java runs")
        os.kill(java.guard_pid, signal.SIGKILL)
        assert folder.take_broker_lock(threading.Event()).held
    finally:
        java.kill()


def test_a_holder_that_is_no_broker_is_named_and_left_alone(
    folder: DataFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(data_folder, "LAST_RUN_ENDS_SECONDS", 0.0)
    monkeypatch.setattr(data_folder, "ORPHAN_ENDS_SECONDS", 0.0)
    holder = folder.take_broker_lock(threading.Event())
    holder.note({"java": os.getpid()})
    with pytest.raises(EmbeddedKafkaError, match=rf"end its Java process \({os.getpid()}\)"):
        folder.take_broker_lock(threading.Event())


def test_a_disk_that_is_full_already_is_said_before_anything_starts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(data_folder, "LEAST_ROOM_BYTES", 1 << 80)
    with pytest.raises(EmbeddedKafkaError, match=r"no room left in .*: make room, or choose a "):
        DataFolder(tmp_path / "data").make()
