"""Passwords and keys: given to `watch` in its environment, and found nowhere else."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from dashboard.cluster.embedded.java import java_environment
from flowviz.config import SECRETS, SETTINGS
from tests.api.routes import routes
from tests.commands import started
from tests.waiting import PATIENCE_SECONDS, until

PASSWORD = "a-password-of-the-cluster"
GIVEN = {
    "KAFKA_SECURITY_PROTOCOL": "SASL_PLAINTEXT",
    "KAFKA_SASL_MECHANISM": "PLAIN",
    "KAFKA_SASL_USERNAME": "alice",
    "KAFKA_SASL_PASSWORD": PASSWORD,
    "FLOWVIZ_SECRET_KEY": "a-key-that-signs-cookies-" * 3,
    "FLOWVIZ_MAVEN_URL": "https://alice:a-password-of-the-mirror@mirror.example/maven",
    "FLOWVIZ_LOG_LEVEL": "DEBUG",
}
TOLD_TO_NOBODY = (PASSWORD, "a-key-that-signs", "a-password-of-the-mirror")


def asked(url: str) -> str:
    """The whole answer, whatever it is."""
    try:
        with urllib.request.urlopen(url, timeout=PATIENCE_SECONDS) as answer:
            return f"{answer.headers}\n{answer.read().decode(errors='replace')}"
    except urllib.error.HTTPError as error:
        return f"{error.headers}\n{error.read().decode(errors='replace')}"


def processes_below(pid: int) -> dict[int, str]:
    """Each process that this one has started, with its arguments and its environment."""
    listed = subprocess.run(
        ["ps", "-axo", "pid=,ppid="], capture_output=True, text=True, check=True
    )
    rows = [line.split() for line in listed.stdout.splitlines()]
    below = {int(child) for child, parent in rows if parent == str(pid)}
    shows = "-Eww" if sys.platform == "darwin" else "eww"
    return {
        child: subprocess.run(
            ["ps", shows, "-p", str(child)], capture_output=True, text=True, check=False
        ).stdout
        for child in below
    }


def test_no_secret_is_shown_logged_or_handed_to_another_process(
    tmp_path: Path, bootstrap: str
) -> None:
    def why() -> str | None:
        with urllib.request.urlopen(url + "api/flow", timeout=PATIENCE_SECONDS) as answer:
            cluster = json.load(answer)["cluster"]
        return None if cluster["reachable"] is not False else cluster["reason"]

    with started(
        tmp_path,
        *("watch", "--no-browser", "--port", "0"),
        KAFKA_BOOTSTRAP_SERVERS=bootstrap,
        **GIVEN,
    ) as watch:
        url = watch.said(r"Flowviz is at (\S+)")
        # The broker of the tests asks for no password, and so takes ours for something else.
        assert until(why, "the cluster is not reached, and it says why")
        seen = {path: asked(url.rstrip("/") + path) for path in (*routes(), "/nothing")}
        children = until(lambda: processes_below(watch.process.pid), "it has started a process")
        watch.process.send_signal(signal.SIGINT)
        code, err = watch.end()
    assert code == 0
    assert "DEBUG" in err, "all that can be logged was"
    assert any("surveyor" in child and "=alice" in child for child in children.values())
    kept = {str(file): file.read_bytes().decode(errors="replace") for file in files(tmp_path)}
    assert any(name.endswith("flowviz.log") for name in kept)
    told = seen | kept | {"terminal": "".join(watch.out) + err, "processes": str(children)}
    for where, text in told.items():
        assert not [secret for secret in TOLD_TO_NOBODY if secret in text], where


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_java_finds_no_secret_in_its_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in SECRETS:
        monkeypatch.setenv(name, PASSWORD)
    assert PASSWORD not in java_environment().values()
    assert java_environment()["PATH"] == os.environ["PATH"]


def test_every_setting_that_holds_a_secret_is_known_as_one() -> None:
    telling = {name for name in SETTINGS if "PASSWORD" in name or "SECRET" in name}
    assert telling | {"FLOWVIZ_MAVEN_URL"} == SECRETS <= set(SETTINGS)
