"""`manage.py demo` and `watch` as people start them: what they print, and how they end."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from dashboard.cluster.connection import Connection
from dashboard.cluster.embedded import EmbeddedKafka
from dashboard.management.own_topics import OWN_TOPICS
from tests.waiting import until

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 240  # a fresh machine fetches Kafka first
END_SECONDS = 60
KEPT = ("FLOWVIZ_CACHE_DIR", "FLOWVIZ_MAVEN_URL", "FLOWVIZ_JAVA")


class Command:
    """A command in a process group of its own, with all that it prints."""

    def __init__(self, data_dir: Path, *arguments: str, **environment: str) -> None:
        clean = {k: v for k, v in os.environ.items() if not k.startswith(("FLOWVIZ_", "KAFKA_"))}
        kept = {name: os.environ[name] for name in KEPT if name in os.environ}
        self.process = subprocess.Popen(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env=clean | kept | {"FLOWVIZ_DATA_DIR": str(data_dir)} | environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        self.out: list[str] = []
        self.err: list[str] = []
        self._readers = [
            threading.Thread(target=lines.extend, args=(pipe,), daemon=True)
            for lines, pipe in ((self.out, self.process.stdout), (self.err, self.process.stderr))
        ]
        for reader in self._readers:
            reader.start()

    def said(self, pattern: str) -> str:
        """Waits until a line on stdout matches, and gives what its group matched."""

        def look() -> str | None:
            assert self.process.poll() is None, f"it ended: {self.err}"
            found = re.search(pattern, "".join(self.out))
            return found[1] if found else None

        return until(look, f"a line like {pattern!r}", START_SECONDS)

    def end(self) -> tuple[int, str]:
        """Waits for its end; the exit code, and all that it wrote to stderr."""
        code = self.process.wait(END_SECONDS)
        for reader in self._readers:
            reader.join(END_SECONDS)
        return code, "".join(self.err)


@contextmanager
def started(data_dir: Path, *arguments: str, **environment: str) -> Iterator[Command]:
    command = Command(data_dir, *arguments, **environment)
    try:
        yield command
    finally:
        if command.process.poll() is None:
            command.process.kill()
            command.process.wait(END_SECONDS)


def status(url: str) -> int:
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


def sentence(err: str) -> str:
    """What a failed command says: one line, no trace."""
    assert "Traceback" not in err
    lines = err.strip().splitlines()
    assert len(lines) == 1, err
    return lines[0]


def test_it_comes_up_says_where_a_second_one_says_so_too_and_ctrl_c_ends_it_in_order(
    tmp_path: Path,
) -> None:
    with started(tmp_path, "demo", "--no-browser", "--port", "0") as demo:
        url = demo.said(r"Flowviz is at (http://127\.0\.0\.1:\d+/)")
        logs = demo.said(r"Parts line: 4 services .* is in (.*/logs)")
        until(lambda: status(url + "healthz") == 200, "a live picture", START_SECONDS)
        assert sorted(path.name for path in Path(logs).glob("*.log"))

        with started(tmp_path, "demo", "--no-browser", "--port", "0") as second:
            code, err = second.end()
        assert code == 1
        assert f"A demonstration runs already at {url}" in sentence(err)
        assert "".join(second.out) == ""

        demo.process.send_signal(signal.SIGINT)
        assert demo.end() == (0, "")


def test_ctrl_c_while_kafka_is_being_fetched_ends_it_at_once(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as mirror:  # takes connections, never answers
        where = f"http://127.0.0.1:{mirror.getsockname()[1]}/maven"
        with started(
            tmp_path / "data",
            "demo",
            "--no-browser",
            "--fresh",
            "--port",
            "0",
            FLOWVIZ_CACHE_DIR=str(tmp_path / "cache"),
            FLOWVIZ_MAVEN_URL=where,
            TMPDIR=str(tmp_path),
        ) as demo:
            url = demo.said(r"Flowviz is at (\S+)")
            demo.said(r"(Fetching)")
            assert status(url) == 200
            assert status(url + "healthz") == 503
            demo.process.send_signal(signal.SIGTERM)
            assert demo.end() == (0, "")
    assert not list(tmp_path.glob("flowviz-fresh-*")), "the folder of --fresh is gone"


def test_a_setting_that_is_none_is_one_sentence_and_exit_code_1(tmp_path: Path) -> None:
    with started(tmp_path, "demo", "--no-browser", FLOWVIZ_PROT="1") as demo:
        code, err = demo.end()
    assert code == 1
    assert "Did you mean FLOWVIZ_PORT?" in sentence(err)


def test_watch_looks_only_and_leaves_the_cluster_as_it_was(tmp_path: Path, bootstrap: str) -> None:
    with started(
        tmp_path, "watch", "--no-browser", "--port", "0", KAFKA_BOOTSTRAP_SERVERS=bootstrap
    ) as watch:
        url = watch.said(r"Flowviz is at (\S+)")
        watch.said(r"(Looking only)")
        until(lambda: status(url + "healthz") == 200, "a live picture")
        request = urllib.request.Request(
            url + "api/services/any/pause",
            data=b"{}",
            headers={"Content-Type": "application/json"},
        )
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(request, timeout=10)
        assert refused.value.code == 403
        watch.process.send_signal(signal.SIGINT)
        assert watch.end() == (0, "")


def test_watch_of_a_cluster_that_is_away_goes_on_and_says_so(tmp_path: Path) -> None:
    with started(
        tmp_path, "watch", "--no-browser", "--port", "0", KAFKA_BOOTSTRAP_SERVERS="127.0.0.1:9"
    ) as watch:
        url = watch.said(r"Flowviz is at (\S+)")
        assert status(url) == 200
        assert status(url + "healthz") == 503
        until(lambda: watch.err, "a line that says so")
        watch.process.send_signal(signal.SIGINT)
        code, err = watch.end()
    assert code == 0
    said = sentence(err)
    assert "No answer from Kafka at 127.0.0.1:9" in said
    assert "Check KAFKA_BOOTSTRAP_SERVERS" in said


def test_watch_that_lets_people_act_waits_for_a_cluster_that_is_away(
    tmp_path: Path, own_kafka: EmbeddedKafka
) -> None:
    servers = own_kafka.start()  # its port is kept
    own_kafka.stop()
    with started(
        *(tmp_path / "watch", "watch", "--no-browser", "--port", "0"),
        KAFKA_BOOTSTRAP_SERVERS=servers,
        FLOWVIZ_CONTROL="1",
    ) as watch:
        url = watch.said(r"Flowviz is at (\S+)")
        watch.said(r"(People may act on it)")
        until(lambda: watch.err, "a line that says that nobody answers")
        assert own_kafka.start() == servers
        until(lambda: status(url + "healthz") == 200, "a live picture", START_SECONDS)
        admin = Connection(servers).admin("test")
        until(lambda: set(OWN_TOPICS) <= set(admin.list_topics(timeout=10).topics), "its topics")
        watch.process.send_signal(signal.SIGINT)
        code, err = watch.end()
    assert code == 0
    assert [line.split(": ", 1)[1].split(servers)[0] for line in err.splitlines()] == [
        "No answer from Kafka at ",
        "Kafka at ",
    ]
