"""The second start of a real Kafka finds its classes ready."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from dashboard.cluster.embedded import EmbeddedKafka, class_archive
from dashboard.cluster.embedded.class_archive import ClassArchive
from dashboard.cluster.embedded.installing import Installation
from dashboard.cluster.embedded.jars import read_lock
from dashboard.cluster.embedded.java import find_java, java_environment, on_class_path
from flowviz import config
from tests.waiting import until


def test_a_broker_leaves_an_archive_from_which_the_next_one_starts(
    bootstrap: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`bootstrap` only sees to it that the jars have been fetched."""
    monkeypatch.setattr(class_archive, "CALM_SECONDS", 0.0)
    settings = config.load(os.environ)
    cache, jars = tmp_path / "cache", read_lock()
    libraries = Installation(cache, jars).folder
    shutil.copytree(Installation(settings.cache_dir, jars).folder, libraries)
    first = EmbeddedKafka(data_dir=tmp_path / "first", cache_dir=cache, java=settings.java)
    first.start()
    try:
        archive = until(lambda: next(cache.glob("*.jsa"), None), "the archive")
    finally:
        first.stop()
    second = EmbeddedKafka(data_dir=tmp_path / "second", cache_dir=cache, java=settings.java)
    second.start()
    second.stop()
    assert archive.exists(), "the second start dropped it"
    usable_alone(find_java(settings.java), libraries, tmp_path)


def usable_alone(java: Path, libraries: Path, data_dir: Path) -> None:
    """With -Xshare:on, Java refuses to start where an archive does not fit."""
    options = ClassArchive(java, libraries, data_dir).options
    assert options
    command = [str(java), "-Xshare:on", "-XX:+UseSerialGC", *options, *on_class_path(libraries)]
    ran = subprocess.run(
        [*command, "kafka.tools.StorageTool", "version-mapping"],
        capture_output=True,
        text=True,
        env=java_environment(),
        check=False,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
