"""The folder of `demo --fresh`: gone with its demonstration, or with the next one."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from dashboard.cluster.embedded.locks import FileLock
from dashboard.management.fresh_folder import KAFKA, LOCK, PREFIX, fresh_folder, remove_left_over

HOLDER = """
import sys, tempfile
tempfile.tempdir = sys.argv[1]
from dashboard.management.fresh_folder import fresh_folder
with fresh_folder() as folder:
    (folder / "kafka").mkdir()
    (folder / "kafka" / "data").write_text("events")
    print(folder, flush=True)
    sys.stdin.read()
"""


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


@contextmanager
def another_demonstration(place: Path) -> Iterator[tuple[subprocess.Popen[str], Path]]:
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(place)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as holder:
        assert holder.stdout is not None
        yield holder, Path(holder.stdout.readline().strip())
        holder.kill()


def test_it_is_gone_with_all_that_is_in_it(place: Path) -> None:
    with fresh_folder() as folder:
        (folder / "logs").mkdir()
        (folder / "logs" / "a.log").write_text("x")
        assert folder.parent == place
    assert list(place.iterdir()) == []


def test_one_that_was_killed_leaves_its_folder_and_the_next_one_removes_it(place: Path) -> None:
    with another_demonstration(place) as (holder, folder):
        remove_left_over()
        assert (folder / KAFKA / "data").exists(), "it is still used"
        holder.kill()
        holder.wait()
        assert folder.exists()
        remove_left_over()
        assert not folder.exists()


def test_a_broker_that_outlives_its_demonstration_keeps_its_data(place: Path) -> None:
    left_over = place / f"{PREFIX}x"
    (left_over / KAFKA).mkdir(parents=True)
    (left_over / LOCK).touch()
    broker = FileLock(left_over / KAFKA / "broker.lock")
    assert broker.take()
    remove_left_over()
    assert left_over.exists()
    broker.release()
    remove_left_over()
    assert not left_over.exists()


def test_what_only_looks_like_one_is_left_alone(place: Path) -> None:
    elsewhere = place / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / LOCK).touch()
    (place / f"{PREFIX}link").symlink_to(elsewhere)
    (place / f"{PREFIX}mine").mkdir()
    (place / f"{PREFIX}file").touch()
    (place / f"{PREFIX}inside").mkdir()
    (place / f"{PREFIX}inside" / LOCK).symlink_to(elsewhere / LOCK)
    before = sorted(place.rglob("*"))
    remove_left_over()
    assert sorted(place.rglob("*")) == before


def test_the_removal_of_one_that_was_interrupted_is_finished(place: Path) -> None:
    half_gone = place / f"{PREFIX}x"
    half_gone.mkdir()
    (half_gone / LOCK).touch()
    remove_left_over()
    assert list(place.iterdir()) == []
