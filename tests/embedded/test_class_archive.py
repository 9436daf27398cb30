"""The archive of Kafka's classes: made once, used while it is whole, and never in anybody's way."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from dashboard.cluster.embedded import class_archive
from dashboard.cluster.embedded.class_archive import LIST, MAX_ARCHIVES, ClassArchive
from tests.waiting import until

MAKES = (
    'for word; do case "$word" in',
    '  -XX:SharedClassListFile=*) list="${word#*=}";;',
    '  -XX:SharedArchiveFile=*) archive="${word#*=}";;',
    "esac; done",
    'cp "$list" "$archive"',
)
"""In Java's place: what it makes holds the list that it was made from."""


@pytest.fixture
def libraries(tmp_path: Path) -> Path:
    folder = tmp_path / "cache" / "kafka-4.3.0-abc"
    folder.mkdir(parents=True)
    return folder


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    """A data folder whose broker has loaded two classes and is writing down a third."""
    classes = tmp_path / "data" / LIST
    classes.parent.mkdir(parents=True)
    classes.write_text("java/lang/Object\njava/lang/String\njava/la")
    return tmp_path / "data"


@pytest.fixture(autouse=True)
def _calm_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(class_archive, "CALM_SECONDS", 0.0)


def java(folder: Path, *lines: str) -> Path:
    path = folder / "java"
    path.write_text("\n".join(["#!/bin/sh", *lines, ""]))
    path.chmod(0o755)
    return path


def made(archive: ClassArchive) -> ClassArchive:
    archive.make_when_calm()
    until(archive.path.exists, "the archive is made")
    archive.stop()
    return archive


def test_without_one_the_broker_writes_down_what_it_loads(
    tmp_path: Path, libraries: Path, data_dir: Path
) -> None:
    archive = ClassArchive(java(tmp_path), libraries, data_dir)
    assert archive.options == []
    assert archive.listing == ["-XX:DumpLoadedClassList=logs/classes.txt"]


def test_it_is_made_of_whole_lines_and_used_from_then_on(
    tmp_path: Path, libraries: Path, data_dir: Path
) -> None:
    program = java(tmp_path, *MAKES)
    path = made(ClassArchive(program, libraries, data_dir)).path
    assert path.read_text() == "java/lang/Object\njava/lang/String\n"
    again = ClassArchive(program, libraries, data_dir)
    assert again.options == [f"-XX:SharedArchiveFile={path}"]
    assert again.listing == []
    assert not (data_dir / LIST).exists()


def test_a_damaged_one_is_not_used_but_made_again(
    tmp_path: Path, libraries: Path, data_dir: Path
) -> None:
    program = java(tmp_path, *MAKES)
    made(ClassArchive(program, libraries, data_dir)).path.write_text("damaged")
    again = ClassArchive(program, libraries, data_dir)
    assert again.options == []
    assert again.listing != []


def test_another_java_gets_another_one(tmp_path: Path, libraries: Path, data_dir: Path) -> None:
    first = ClassArchive(java(tmp_path), libraries, data_dir)
    other = tmp_path / "other"
    other.mkdir()
    assert ClassArchive(java(other), libraries, data_dir).path != first.path


def test_of_more_than_some_those_used_last_are_kept(
    tmp_path: Path, libraries: Path, data_dir: Path
) -> None:
    archives: list[ClassArchive] = []
    for number in range(MAX_ARCHIVES + 1):
        folder = tmp_path / str(number)
        folder.mkdir()
        if number == MAX_ARCHIVES:
            ClassArchive(tmp_path / "0" / "java", libraries, data_dir)  # the first is used again
        (data_dir / LIST).write_text("java/lang/Object\n")
        archives.append(made(ClassArchive(java(folder, *MAKES), libraries, data_dir)))
        if number < MAX_ARCHIVES:
            os.utime(archives[-1].path, (number, number))
    left = [archive.path.exists() for archive in archives]
    assert left == [True, False, *[True] * (MAX_ARCHIVES - 1)]
    checksums = {path.name for path in libraries.parent.glob("*.sha256")}
    assert checksums == {f"{path.name}.sha256" for path in libraries.parent.glob("*.jsa")}


def test_a_java_that_can_make_none_is_not_asked_again(
    tmp_path: Path, libraries: Path, data_dir: Path
) -> None:
    program = java(tmp_path, "exit 1")
    archive = ClassArchive(program, libraries, data_dir)
    archive.make_when_calm()
    until(lambda: archive.listing == [], "it is known that there will be none")
    archive.stop()
    again = ClassArchive(program, libraries, data_dir)
    assert (again.options, again.listing) == ([], [])


def test_an_end_meanwhile_leaves_nothing_half_made_and_it_is_tried_again(
    tmp_path: Path, libraries: Path, data_dir: Path
) -> None:
    program = java(tmp_path, *MAKES, f'touch "{tmp_path}/begun"', "exec sleep 600")
    archive = ClassArchive(program, libraries, data_dir)
    archive.make_when_calm()
    until((tmp_path / "begun").exists, "it is being made")
    archive.stop()
    assert [path.suffix for path in libraries.parent.iterdir() if path.is_file()] == [".lock"]
    assert ClassArchive(program, libraries, data_dir).listing != []


def test_after_a_failed_start_it_is_dropped(
    tmp_path: Path, libraries: Path, data_dir: Path
) -> None:
    program = java(tmp_path, *MAKES)
    made(ClassArchive(program, libraries, data_dir))
    archive = ClassArchive(program, libraries, data_dir)
    archive.drop()
    assert archive.options == []
    assert not archive.path.exists()


def test_a_cache_that_cannot_be_written_is_nobodys_trouble(
    tmp_path: Path, libraries: Path, data_dir: Path
) -> None:
    archive = ClassArchive(java(tmp_path, *MAKES), libraries, data_dir)
    shutil.rmtree(libraries.parent)
    archive.make_when_calm()
    archive.stop()
    assert archive.options == []
