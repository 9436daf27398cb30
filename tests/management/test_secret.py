"""The key that signs cookies."""

from __future__ import annotations

import stat
import threading
from pathlib import Path

import pytest

from flowviz import secret
from flowviz.config import ConfigError, load


def test_it_is_made_once_and_kept(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    first = secret.kept_in(folder)
    assert len(first) >= 48
    assert secret.kept_in(folder) == first


def test_only_its_owner_may_read_it(tmp_path: Path) -> None:
    secret.kept_in(tmp_path)
    mode = (tmp_path / secret.KEY_FILE).stat().st_mode
    assert stat.S_IMODE(mode) == 0o600


def test_two_starts_at_once_end_with_the_same_key(tmp_path: Path) -> None:
    keys: list[str] = []
    together = threading.Barrier(8)

    def start() -> None:
        together.wait()
        keys.append(secret.kept_in(tmp_path))

    threads = [threading.Thread(target=start) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(keys) == 8
    assert len(set(keys)) == 1
    assert [file.name for file in tmp_path.iterdir()] == [secret.KEY_FILE]


def test_an_empty_file_is_replaced(tmp_path: Path) -> None:
    (tmp_path / secret.KEY_FILE).touch()
    assert secret.kept_in(tmp_path) == (tmp_path / secret.KEY_FILE).read_text()


def test_a_given_key_is_taken_and_nothing_is_written(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    given = {"FLOWVIZ_SECRET_KEY": "x" * 40, "FLOWVIZ_DATA_DIR": str(folder)}
    assert str(secret.Key(load(given))) == "x" * 40
    assert not folder.exists()


def test_a_folder_that_cannot_be_made_is_said_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ConfigError, match="FLOWVIZ_DATA_DIR"):
        secret.kept_in(tmp_path / "file" / "data")
