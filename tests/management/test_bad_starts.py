"""Bad days of a start, each with the real command: one sentence that says what is wrong and what
to do, exit code 1, nothing half installed, and nothing left running."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from dashboard.cluster.embedded.installing import Installation
from dashboard.cluster.embedded.jars import read_lock
from tests.commands import Command, sentence, started
from tests.embedded.maven_folder import MavenFolder, maven_folder
from tests.small_disks import LEFT, small_disk

LOGIN_PAGE = b"<html>Welcome to the guest network! Please log in.</html>"


@pytest.fixture
def maven() -> Iterator[MavenFolder]:
    with maven_folder() as folder:
        yield folder


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "cache"


def nobody() -> str:
    """The address of a port where nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return f"127.0.0.1:{server.getsockname()[1]}"


OBEY_MODES = """
import ctypes, os, sys
if sys.platform == "linux" and os.geteuid() == 0:
    CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH = 1, 2  # linux/capability.h
    PR_CAPBSET_DROP = 24  # linux/prctl.h
    for capability in (CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH):
        ctypes.CDLL(None).prctl(PR_CAPBSET_DROP, capability, 0, 0, 0)
"""
"""Lets root be refused like everybody else, from the next program on; others are anyway."""


def failed(
    data_dir: Path,
    cache: Path,
    *arguments: str,
    before: str = "",
    **environment: str,
) -> str:
    """The sentence with which `demo` ended."""
    given = {"FLOWVIZ_CACHE_DIR": str(cache)} | environment
    words = ("demo", "--no-browser", "--port", "0", *arguments)
    with started(data_dir, *words, before=before, **given) as demo:
        code, err = demo.end()
        assert code == 1, err
        assert nobody_left(demo)
    said = sentence(err)
    assert said.endswith(".")
    kafka = Installation(cache, read_lock()).folder
    assert not kafka.exists()
    assert not [line for line in demo.out if line.startswith(f"{LEFT}{kafka}{os.sep}")]
    return said


def nobody_left(demo: Command) -> bool:
    """Whether all of its process group, which is its session's only one here, has ended."""
    try:
        os.killpg(demo.process.pid, 0)
    except ProcessLookupError:
        return True
    return False


def test_without_a_network_the_first_start_says_so(tmp_path: Path, cache: Path) -> None:
    url = f"http://{nobody()}/maven"
    said = failed(tmp_path / "data", cache, FLOWVIZ_MAVEN_URL=url)
    assert f"could not be fetched from {url} (it cannot be reached)" in said
    assert "check the network" in said


@pytest.mark.parametrize("times", [1, 100_000])
def test_a_mirror_that_lies_is_found_out(
    tmp_path: Path, cache: Path, maven: MavenFolder, times: int
) -> None:
    """Login pages are shorter than what is asked for, and no part of it for that."""
    maven.everything = LOGIN_PAGE * times
    said = failed(tmp_path / "data", cache, FLOWVIZ_MAVEN_URL=maven.url)
    assert "has another SHA-256 than it should, as when a login page" in said
    assert "FLOWVIZ_MAVEN_URL" in said


def test_a_mirror_that_breaks_off_is_given_up(
    tmp_path: Path, cache: Path, maven: MavenFolder
) -> None:
    maven.everything, maven.fault_of_all = b"x" * 1_000_000, "cut off"
    said = failed(tmp_path / "data", cache, FLOWVIZ_MAVEN_URL=maven.url)
    assert "was cut off): check the network and FLOWVIZ_MAVEN_URL, and start again" in said


def test_a_disk_that_fills_up_while_kafka_is_fetched_is_said(
    tmp_path: Path, cache: Path, maven: MavenFolder
) -> None:
    cache.mkdir()
    maven.everything = b"x" * 4_000_000
    small = small_disk(cache, 2_000_000)
    said = failed(tmp_path / "data", cache, before=small, FLOWVIZ_MAVEN_URL=maven.url)
    assert f"There is no room in {cache} for Apache Kafka (46 MB): make room" in said
    assert "FLOWVIZ_CACHE_DIR" in said


def test_a_disk_without_room_for_the_first_file_is_said(tmp_path: Path, cache: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    said = failed(data, cache, before=small_disk(data, 1_000_000, full=True))
    assert f"The folder {data} cannot be used (" in said
    assert "FLOWVIZ_DATA_DIR" in said


def test_a_cache_that_cannot_be_written_is_said(tmp_path: Path, maven: MavenFolder) -> None:
    locked = tmp_path / "locked"
    locked.mkdir(mode=0o555)
    said = failed(
        *(tmp_path / "data", locked / "cache"),
        before=OBEY_MODES,
        FLOWVIZ_MAVEN_URL=maven.url,
    )
    assert f"cannot be kept in {locked / 'cache'} (Permission denied)" in said
    assert "choose another one with FLOWVIZ_CACHE_DIR" in said
    assert not maven.asked


def test_a_data_folder_that_cannot_be_written_is_said(tmp_path: Path, cache: Path) -> None:
    locked = tmp_path / "locked"
    locked.mkdir(mode=0o555)
    said = failed(locked / "data", cache, before=OBEY_MODES)
    assert f"The folder {locked / 'data'} cannot be used (Permission denied)" in said
    assert "FLOWVIZ_DATA_DIR" in said


def test_a_java_that_is_too_old_is_said_before_anything_is_fetched(
    tmp_path: Path, cache: Path, maven: MavenFolder
) -> None:
    java = tmp_path / "java"
    java.write_text("""#!/bin/sh\necho 'openjdk version "11.0.2"' >&2\n""")
    java.chmod(0o755)
    said = failed(*(tmp_path / "data", cache), FLOWVIZ_JAVA=str(java), FLOWVIZ_MAVEN_URL=maven.url)
    assert f"The Java at {java} is version 11, and Kafka needs 17 or newer" in said
    assert not maven.asked
    assert not cache.exists()


def test_a_java_that_is_not_there_is_said(tmp_path: Path, cache: Path) -> None:
    said = failed(tmp_path / "data", cache, FLOWVIZ_JAVA=str(tmp_path / "nowhere"))
    assert f"FLOWVIZ_JAVA names {tmp_path / 'nowhere'}, where no Java is" in said


def test_a_port_that_is_taken_is_said(tmp_path: Path, cache: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        said = failed(tmp_path / "data", cache, "--port", str(port))
    assert f"Port {port} is taken by another program; choose another with --port" in said


def test_a_cluster_that_is_named_by_a_misspelt_address_is_said(tmp_path: Path, cache: Path) -> None:
    said = failed(
        *(tmp_path / "data", cache, "--on-cluster", "--yes"),
        KAFKA_BOOTSTRAP_SERVERS="localhost;9092",
    )
    assert "KAFKA_BOOTSTRAP_SERVERS holds 'localhost;9092'; each server is given as" in said


def test_a_cluster_that_does_not_answer_ends_a_demonstration_on_it(
    tmp_path: Path, cache: Path
) -> None:
    servers = nobody()
    said = failed(
        *(tmp_path / "data", cache, "--on-cluster", "--yes"), KAFKA_BOOTSTRAP_SERVERS=servers
    )
    assert f"No answer from Kafka at {servers}: no broker can be reached. Check" in said
    assert "KAFKA_BOOTSTRAP_SERVERS" in said
