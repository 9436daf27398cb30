"""What this machine has for Flowviz and what it lacks: one finding a check, each a sentence.

Every check uses the very code that the commands use, so that it cannot say something else than
they will.
"""

from __future__ import annotations

import os
import platform
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from dashboard.cluster.connection import Connection
from dashboard.cluster.embedded.errors import EmbeddedKafkaError
from dashboard.cluster.embedded.installing import Installation
from dashboard.cluster.embedded.jars import read_lock
from dashboard.cluster.embedded.java import find_java
from dashboard.cluster.health import CHECK_SETTINGS
from dashboard.cluster.reach import (
    REACH_SECONDS,
    UnreachableError,
    UnusableSettingsError,
    count_brokers,
)
from dashboard.server.listening import CannotListen, listen
from flowviz.config import DEFAULT_PORT, Config

OLDEST_PYTHON = (3, 11)
ROOM_BYTES = 300_000_000
"""Free space below which a log of some hours, or the fetching of Kafka, may not fit."""

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MAC_BROWSERS = (
    Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"),
    Path("/Applications/Chromium.app/Contents/MacOS/Chromium"),
)


@dataclass(frozen=True, slots=True)
class Finding:
    kind: Literal["ok", "note", "problem"]
    """A note is worth knowing and keeps nothing from working; a problem does."""
    what: str
    sentence: str


def examine(config: Config) -> Iterator[Finding]:
    """All findings, in the order in which a start would come upon them."""
    for check in CHECKS:
        yield check(config)


def check_python(config: Config) -> Finding:
    version = platform.python_version()
    if sys.version_info >= OLDEST_PYTHON:
        return Finding("ok", "Python", f"{version} at {sys.executable}.")
    return Finding(
        "problem", "Python", f"{version} is too old; install 3.11 or newer, and run make clean."
    )


def check_java(config: Config) -> Finding:
    try:
        return Finding("ok", "Java", f"{find_java(config.java)}.")
    except EmbeddedKafkaError as error:
        return Finding("problem", "Java", str(error))


def check_cache(config: Config) -> Finding:
    return _folder("Cache folder", config.cache_dir, "FLOWVIZ_CACHE_DIR")


def check_data(config: Config) -> Finding:
    return _folder("Data folder", config.data_dir, "FLOWVIZ_DATA_DIR")


def check_kafka_jars(config: Config) -> Finding:
    lock = read_lock()
    try:
        here = Installation(config.cache_dir, lock).is_complete()
    except OSError:
        here = False  # the folder cannot be read, which is a finding of its own
    if here:
        return Finding("ok", "Apache Kafka", f"{lock.kafka} is here; a demo needs no network.")
    return Finding(
        "note",
        "Apache Kafka",
        f"{lock.kafka} is not here yet; the first demo fetches it ({lock.size // 1_000_000} MB), "
        "which needs a network.",
    )


def check_port(config: Config) -> Finding:
    try:
        with listen(config.host, config.port) as listener:
            port = listener.getsockname()[1]
    except CannotListen as error:
        return Finding("problem", "Web port", str(error))
    if config.port is None and port != DEFAULT_PORT:
        return Finding("note", "Web port", f"{DEFAULT_PORT} is taken; {port} would be used.")
    return Finding("ok", "Web port", f"{port} is free.")


def check_cluster(config: Config) -> Finding:
    if config.bootstrap_servers is None:
        return Finding(
            "note",
            "Your cluster",
            "KAFKA_BOOTSTRAP_SERVERS is not set; only make watch needs it, the demo brings its "
            "own Kafka.",
        )
    try:
        connection = Connection(config.bootstrap_servers, config.security)
        brokers = count_brokers(connection, REACH_SECONDS)
    except UnusableSettingsError as error:
        return Finding("problem", "Your cluster", str(error))
    except UnreachableError as error:
        return Finding(
            "problem",
            "Your cluster",
            f"{error} {CHECK_SETTINGS}",
        )
    counted = "1 broker answers" if brokers == 1 else f"{brokers} brokers answer"
    return Finding("ok", "Your cluster", f"{counted} at {config.bootstrap_servers}.")


def check_browser(config: Config) -> Finding:
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    found = found or next((str(path) for path in MAC_BROWSERS if path.exists()), None)
    found = found or next(map(str, sorted(_playwright_folder().glob("chromium*-*"))), None)
    if found:
        return Finding("ok", "Chromium", f"{found}, for make test.")
    return Finding(
        "note",
        "Chromium",
        "None was found; only make test needs it: sudo apt install chromium, or "
        ".venv/bin/playwright install chromium.",
    )


CHECKS: tuple[Callable[[Config], Finding], ...] = (
    check_python,
    check_java,
    check_cache,
    check_data,
    check_kafka_jars,
    check_port,
    check_cluster,
    check_browser,
)


def _folder(what: str, folder: Path, setting: str) -> Finding:
    """Tries the folder, or where it will be made, by writing; leaves nothing behind."""
    there = next(path for path in (folder, *folder.parents) if path.exists())
    try:
        with tempfile.TemporaryFile(dir=there):
            free = shutil.disk_usage(there).free
    except OSError as error:
        return Finding(
            "problem",
            what,
            f"{folder} cannot be written ({error.strerror}); make {there} writable, or choose "
            f"another folder with {setting}.",
        )
    if free < ROOM_BYTES:
        return Finding(
            "problem",
            what,
            f"{folder} has {free // 1_000_000} MB of room left and {ROOM_BYTES // 1_000_000} are "
            f"needed; make room, or choose a folder on another disk with {setting}.",
        )
    return Finding("ok", what, f"{folder} can be written.")


def _playwright_folder() -> Path:
    """Where Playwright keeps the browsers it fetches, by its own documentation."""
    given = os.environ.get("PLAYWRIGHT_BROWSERS_PATH")
    if given:
        return Path(given)
    caches = Path.home() / ("Library/Caches" if sys.platform == "darwin" else ".cache")
    return caches / "ms-playwright"
