"""The locks that keep two programs off one folder, however the first one ends."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import pytest

from dashboard.cluster.embedded.errors import EmbeddedKafkaError, StoppedEarlyError
from dashboard.cluster.embedded.locks import FileLock
from tests.waiting import until


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "some.lock"


def test_the_second_does_not_get_it_and_reads_the_note(path: Path) -> None:
    first, second = FileLock(path), FileLock(path)
    assert first.take()
    first.note({"pid": 4711, "url": "a long address that is written first"})
    first.note({"pid": 4711})
    assert not second.take()
    assert not second.held
    assert second.read_note() == {"pid": 4711}


def test_it_is_free_after_a_release(path: Path) -> None:
    first, second = FileLock(path), FileLock(path)
    assert first.take()
    first.release()
    first.release()
    assert second.take()


def test_a_holder_that_was_killed_leaves_no_lock(path: Path) -> None:
    script = (
        "import sys; from pathlib import Path\n"
        "from dashboard.cluster.embedded.locks import FileLock\n"
        "lock = FileLock(Path(sys.argv[1]))\n"
        "print(lock.take(), flush=True)\n"
        "sys.stdin.read()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "True\n"
        assert not FileLock(path).take()
        holder.kill()
        holder.wait()
    assert FileLock(path).take()


def test_a_child_that_inherited_it_holds_it_on(path: Path) -> None:
    lock, second = FileLock(path), FileLock(path)
    assert lock.take()
    with subprocess.Popen(
        [sys.executable, "-c", "import sys; sys.stdin.read()"],
        stdin=subprocess.PIPE,
        pass_fds=[lock.fileno()],
    ) as child:
        lock.release()
        assert not second.take()
        child.kill()
        child.wait()
    assert second.take()


def test_other_children_do_not_inherit_it(path: Path) -> None:
    lock = FileLock(path)
    assert lock.take()
    with subprocess.Popen(
        [sys.executable, "-c", "import sys; sys.stdin.read()"],
        stdin=subprocess.PIPE,
        close_fds=False,
    ) as child:
        lock.release()
        until(FileLock(path).take, "the child has closed what it does not inherit")
        assert child.poll() is None
        child.kill()


def test_waiting_for_it_is_bounded_and_can_be_stopped(path: Path) -> None:
    holder = FileLock(path)
    assert holder.take_within(0, threading.Event())
    assert not FileLock(path).take_within(0.2, threading.Event())
    stopped = threading.Event()
    stopped.set()
    with pytest.raises(StoppedEarlyError):
        FileLock(path).take_within(60, stopped)


def test_a_note_that_is_no_note_is_none(path: Path) -> None:
    lock = FileLock(path)
    assert lock.read_note() == {}
    for written in ("", "{", "[1]", "\0"):
        path.write_text(written)
        assert lock.read_note() == {}


def test_a_folder_that_cannot_be_written_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(EmbeddedKafkaError, match=r"cannot be written .* FLOWVIZ_DATA_DIR"):
        FileLock(tmp_path / "file" / "some.lock").take()


def test_the_lock_file_is_for_its_owner_alone(path: Path) -> None:
    assert FileLock(path).take()
    assert path.stat().st_mode & 0o077 == 0
