"""Kafka on this disk: fetched once, whole or not at all, and whatever fails is one sentence."""

from __future__ import annotations

import errno
import os
import socket
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from dashboard.cluster.embedded.errors import EmbeddedKafkaError, StoppedEarlyError
from dashboard.cluster.embedded.fetching import Patience
from dashboard.cluster.embedded.installing import Installation
from tests.embedded.maven_folder import MavenFolder
from tests.waiting import until

HASTY = Patience(pause_seconds=0.05)
SHORT_WINDOW = Patience(window_seconds=0.5, window_bytes=1_000_000)
NEVER = threading.Event()


def quiet(what: str, done: int, total: int) -> None:
    return


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "cache"


@pytest.fixture
def installation(maven: MavenFolder, tmp_path: Path, cache: Path) -> Installation:
    return Installation(cache, maven.lock(tmp_path), maven.url, HASTY)


def sentence_of(installation: Installation) -> str:
    """The one sentence (or two) of the failure; nothing may be installed then."""
    with pytest.raises(EmbeddedKafkaError) as failure:
        installation.ensure(quiet, NEVER)
    assert not installation.is_complete()
    assert not installation.folder.exists()
    said = str(failure.value)
    assert "\n" not in said
    return said


def test_it_fetches_every_jar_and_tells_the_bytes(
    installation: Installation, maven: MavenFolder
) -> None:
    told: list[tuple[str, int, int]] = []
    folder = installation.ensure(lambda *progress: told.append(progress), NEVER)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == {
        f"{name}-9.8.7.jar": content for name, content in maven.jars.items()
    }
    total = sum(len(content) for content in maven.jars.values())
    assert told[0] == ("Apache Kafka", 0, total)
    assert told[-1] == ("Apache Kafka", total, total)
    assert [done for _, done, _ in told] == sorted(done for _, done, _ in told)


def test_a_second_start_asks_nobody(
    installation: Installation, maven: MavenFolder, tmp_path: Path, cache: Path
) -> None:
    installation.ensure(quiet, NEVER)
    asked = maven.asked.copy()
    unreachable = Installation(cache, maven.lock(tmp_path), "http://127.0.0.1:9/none", HASTY)
    assert unreachable.ensure(quiet, NEVER) == installation.folder
    assert maven.asked == asked


def test_nothing_is_left_but_the_jars(installation: Installation, cache: Path) -> None:
    installation.ensure(quiet, NEVER)
    assert [path.name for path in cache.iterdir() if path.is_dir()] == [installation.folder.name]


def test_a_file_that_is_not_what_it_should_be_is_refused(
    installation: Installation, maven: MavenFolder
) -> None:
    maven.faults["beta"] = "altered"
    said = sentence_of(installation)
    assert "beta-9.8.7.jar has another SHA-256 than it should" in said
    assert maven.asked["beta"] == 1, "asking again for the same wrong file helps nobody"


def test_a_missing_file_is_named(installation: Installation, maven: MavenFolder) -> None:
    maven.faults["alpha"] = "missing"
    said = sentence_of(installation)
    assert maven.url in said
    assert "does not give out alpha-9.8.7.jar" in said


def test_an_answer_that_breaks_off_is_asked_for_again(
    installation: Installation, maven: MavenFolder
) -> None:
    maven.faults["alpha"] = "cut off once"
    installation.ensure(quiet, NEVER)
    assert maven.asked["alpha"] == 2


def test_an_answer_that_always_breaks_off_is_given_up(
    installation: Installation, maven: MavenFolder
) -> None:
    maven.faults["alpha"] = "cut off"
    assert "alpha-9.8.7.jar was cut off" in sentence_of(installation)
    assert maven.asked["alpha"] == 3


def test_a_server_that_says_nothing_is_not_waited_for_without_end(
    maven: MavenFolder, tmp_path: Path, cache: Path
) -> None:
    maven.faults["gamma"] = "silent"
    once = Patience(silence_seconds=1, tries=1)
    installation = Installation(cache, maven.lock(tmp_path), maven.url, once)
    assert "it does not answer in time" in sentence_of(installation)


def test_a_server_that_gives_a_byte_now_and_then_is_not_waited_for_without_end(
    maven: MavenFolder, tmp_path: Path, cache: Path
) -> None:
    maven.faults["gamma"] = "trickle"
    installation = Installation(cache, maven.lock(tmp_path), maven.url, SHORT_WINDOW)
    assert "hardly anything comes through" in sentence_of(installation)


def test_no_network_says_what_to_do(maven: MavenFolder, tmp_path: Path, cache: Path) -> None:
    with socket.socket() as taken:  # bound but not listening: every connection is refused
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}/maven"
        said = sentence_of(Installation(cache, maven.lock(tmp_path), url, HASTY))
    assert f"could not be fetched from {url} (it cannot be reached)" in said
    assert "check the network" in said
    assert "FLOWVIZ_MAVEN_URL" in said


def test_a_password_for_the_mirror_is_not_told(
    maven: MavenFolder, tmp_path: Path, cache: Path
) -> None:
    maven.fault_of_all = "missing"
    url = maven.url.replace("http://", "http://me:hunter2@")
    said = sentence_of(Installation(cache, maven.lock(tmp_path), url, HASTY))
    assert maven.url in said
    assert "hunter2" not in said


def test_what_came_whole_is_not_fetched_again(
    installation: Installation, maven: MavenFolder
) -> None:
    maven.faults["gamma"] = "missing"
    sentence_of(installation)
    came = {name for name in maven.asked if (jar_of(installation, name)).exists()}
    before = maven.asked.copy()
    maven.faults.clear()
    installation.ensure(quiet, NEVER)
    assert all(maven.asked[name] == before[name] for name in came)


def jar_of(installation: Installation, name: str) -> Path:
    partial = installation.folder.with_name(installation.folder.name + ".partial")
    return partial / "jars" / f"{name}-9.8.7.jar"


def test_a_half_filled_folder_of_a_killed_fetch_is_not_taken_for_an_install(
    installation: Installation, maven: MavenFolder
) -> None:
    whole, half = jar_of(installation, "alpha"), jar_of(installation, "beta")
    whole.parent.mkdir(parents=True)
    whole.write_bytes(maven.jars["alpha"])
    half.write_bytes(maven.jars["beta"][:100])
    assert not installation.is_complete()
    installation.ensure(quiet, NEVER)
    assert installation.is_complete()
    assert maven.asked["alpha"] == 0
    assert maven.asked["beta"] == 1


@pytest.mark.parametrize("damage", ["altered", "deleted", "stranger"])
def test_a_damaged_install_is_noticed_and_mended(
    installation: Installation, maven: MavenFolder, damage: str
) -> None:
    jar = installation.ensure(quiet, NEVER) / "alpha-9.8.7.jar"
    if damage == "altered":
        jar.write_bytes(maven.jars["alpha"][::-1])
    elif damage == "deleted":
        jar.unlink()
    else:
        jar.with_name("another.jar").write_bytes(b"on the class path, but not ours")
    assert not installation.is_complete()
    installation.ensure(quiet, NEVER)
    assert installation.is_complete()


def test_two_at_once_fetch_once(maven: MavenFolder, tmp_path: Path, cache: Path) -> None:
    lock = maven.lock(tmp_path)
    failures: list[Exception] = []

    def install() -> None:
        try:
            Installation(cache, lock, maven.url).ensure(quiet, NEVER)
        except Exception as failure:
            failures.append(failure)

    threads = [threading.Thread(target=install) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert failures == []
    assert set(maven.asked.values()) == {1}


def test_a_stop_ends_the_fetching(installation: Installation, maven: MavenFolder) -> None:
    maven.fault_of_all = "silent"
    stopped = threading.Event()
    ends: list[Exception] = []

    def install() -> None:
        try:
            installation.ensure(quiet, stopped)
        except EmbeddedKafkaError as error:
            ends.append(error)

    thread = threading.Thread(target=install)
    thread.start()
    until(lambda: maven.asked.total() == 4, "all four jars are asked for")
    stopped.set()
    thread.join(30)
    assert [type(end) for end in ends] == [StoppedEarlyError]


def test_a_mirror_may_be_a_folder(maven: MavenFolder, tmp_path: Path, cache: Path) -> None:
    lock = maven.lock(tmp_path)
    maven.write_to(tmp_path / "a mirror", lock)
    url = (tmp_path / "a mirror").as_uri()
    assert Installation(cache, lock, url).ensure(quiet, NEVER).is_dir()
    assert (tmp_path / "a mirror" / maven.path_of(lock.jars[0]).lstrip("/")).exists()


def test_a_disk_without_room_says_so(installation: Installation, cache: Path) -> None:
    def full(what: str, done: int, total: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with pytest.raises(EmbeddedKafkaError, match=f"no room in {cache}.*FLOWVIZ_CACHE_DIR"):
        installation.ensure(full, NEVER)


def test_a_cache_that_cannot_be_written_says_so(maven: MavenFolder, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    said = sentence_of(Installation(tmp_path / "file" / "cache", maven.lock(tmp_path), maven.url))
    assert "cannot be kept in" in said
    assert "FLOWVIZ_CACHE_DIR" in said


def test_nothing_is_written_into_the_home_folder(
    maven: MavenFolder, tmp_path: Path, cache: Path
) -> None:
    """Maven keeps its own store there; ours stays in our cache alone."""
    home = tmp_path / "home"
    home.mkdir()
    maven.lock(tmp_path)
    script = (
        "import sys, threading; from pathlib import Path\n"
        "from dashboard.cluster.embedded.installing import Installation\n"
        "from dashboard.cluster.embedded.jars import read_lock\n"
        "lock, cache, url = sys.argv[1:]\n"
        "installation = Installation(Path(cache), read_lock(Path(lock)), url)\n"
        "installation.ensure(lambda *_: None, threading.Event())\n"
    )
    environment = os.environ | {"HOME": str(home)}
    environment.pop("M2_REPO", None)
    subprocess.run(
        [sys.executable, "-c", script, str(tmp_path / "some.lock"), str(cache), maven.url],
        env=environment,
        check=True,
        timeout=60,
    )
    assert cache.is_dir()
    assert list(home.iterdir()) == []
