"""Which Java is used, and what is said of one that cannot be."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from dashboard.cluster.embedded.errors import EmbeddedKafkaError
from dashboard.cluster.embedded.java import (
    broker_command,
    end_broker,
    find_java,
    java_environment,
)


def program(folder: Path, *lines: str) -> Path:
    path = folder / "java"
    path.write_text("\n".join(["#!/bin/sh", *lines, ""]))
    path.chmod(0o755)
    return path


def test_the_java_that_comes_along_runs() -> None:
    assert find_java(None).name == "java"


def test_a_given_java_is_used(tmp_path: Path) -> None:
    given = program(tmp_path, """echo 'openjdk version "17.0.9" 2023-10-17' >&2""")
    assert find_java(given) == given


@pytest.mark.parametrize(("version", "major"), [("1.8.0_392", "8"), ("11.0.2", "11")])
def test_an_old_java_is_named_with_its_version(tmp_path: Path, version: str, major: str) -> None:
    given = program(tmp_path, f"""echo 'java version "{version}"' >&2""")
    with pytest.raises(EmbeddedKafkaError, match=f"is version {major}, and Kafka needs 17"):
        find_java(given)


def test_what_a_broken_java_says_is_passed_on(tmp_path: Path) -> None:
    given = program(tmp_path, "echo 'cannot execute: exec format' >&2", "exit 126")
    with pytest.raises(EmbeddedKafkaError, match=r"it says: cannot execute.*FLOWVIZ_JAVA"):
        find_java(given)


def test_a_java_that_is_not_there_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(EmbeddedKafkaError, match=r"cannot be used \(No such file"):
        find_java(tmp_path / "nowhere")


def test_a_file_that_is_no_program_is_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "java"
    path.write_text("text")
    with pytest.raises(EmbeddedKafkaError, match=r"cannot be used \(Permission denied"):
        find_java(path)


def test_options_meant_for_other_javas_do_not_reach_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JAVA_TOOL_OPTIONS", "-Xmx1m")
    monkeypatch.setenv("PATH", "/somewhere")
    environment = java_environment()
    assert "JAVA_TOOL_OPTIONS" not in environment
    assert environment["PATH"] == "/somewhere"


def test_a_folder_that_java_cannot_name_is_refused() -> None:
    with pytest.raises(EmbeddedKafkaError, match="FLOWVIZ_CACHE_DIR"):
        broker_command(Path("/java"), Path("/some:where"))


def test_without_ps_no_process_is_taken_for_a_broker_and_nothing_breaks(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as other:
        end_broker(other.pid)
        assert other.poll() is None
