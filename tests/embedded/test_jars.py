"""The lock file that comes along, and what it refuses."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from dashboard.cluster.embedded.jars import BROKER_LOCK, read_lock


def test_the_lock_that_comes_along_is_whole() -> None:
    lock = read_lock()
    assert lock.kafka == "4.3.0"
    assert len(lock.jars) == 46
    assert all(re.fullmatch(r"[0-9a-f]{64}", jar.sha256) for jar in lock.jars)
    assert 44_000_000 < lock.size < 46_000_000


def test_it_names_no_place_to_fetch_from() -> None:
    assert "//" not in BROKER_LOCK.read_text()


def test_a_changed_lock_has_another_digest(tmp_path: Path) -> None:
    other = tmp_path / "other.lock"
    other.write_text(BROKER_LOCK.read_text().replace("a", "b", 1))
    assert read_lock(other).digest != read_lock().digest


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("org.a:kafka-clients:1 aa 1\norg.b:kafka-clients:1 bb 1\n", "names a jar twice"),
        ("org.example:nothing-of-kafka:1 aa 1\n", "has no kafka-clients"),
        ("org.apache.kafka:kafka-clients:1 aa\n", "not enough values"),
    ],
)
def test_a_malformed_lock_is_refused(tmp_path: Path, text: str, why: str) -> None:
    path = tmp_path / "bad.lock"
    path.write_text(text)
    with pytest.raises(ValueError, match=why):
        read_lock(path)
