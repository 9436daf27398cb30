"""A real server that dies and is started again, and a laptop that sleeps, under an open page."""

from __future__ import annotations

import os
import random
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from dashboard.cluster.embedded.ports import HIGHEST, LOWEST
from tests.browser.patience import Remembered

ROOT = Path(__file__).resolve().parents[2]


class Server:
    """serve_line in a process of its own, with a folder of its own."""

    def __init__(self, data_dir: Path, port: int, title: str) -> None:
        clean = {k: v for k, v in os.environ.items() if not k.startswith(("FLOWVIZ_", "KAFKA_"))}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.browser.serve_line", str(port), title],
            cwd=ROOT,
            env=clean | {"FLOWVIZ_DATA_DIR": str(data_dir)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout is not None
        self.url = self._process.stdout.readline().strip()
        assert self.url, "the server did not come up"

    def __enter__(self) -> Server:
        return self

    def __exit__(self, *raised: object) -> None:
        self.kill()

    @property
    def port(self) -> int:
        port = urlsplit(self.url).port
        assert port is not None
        return port

    def kill(self) -> None:
        with self._process as process:
            process.kill()


@contextmanager
def asleep(browser: Browser) -> Iterator[None]:
    """As on a laptop whose lid is closed: no process of the browser gets on."""
    told = browser.new_browser_cdp_session().send("SystemInfo.getProcessInfo")
    pids = [int(process["id"]) for process in told["processInfo"]]
    assert len(pids) > 1
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in pids:
            os.kill(pid, signal.SIGCONT)


def lasting_port() -> int:
    """A free one, of those that the system gives to nobody who asks for any: so it is free still
    when the second run asks for it."""
    for port in random.sample(range(LOWEST, HIGHEST + 1), 100):
        with suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port
    raise AssertionError("a hundred ports are taken")


@pytest.fixture
def first(tmp_path: Path) -> Iterator[Server]:
    with Server(tmp_path, lasting_port(), "The first run") as server:
        yield server


@pytest.fixture
def shown(page: Page, first: Server) -> Page:
    """A page that shows the first run, and is not loaded again from then on."""
    page.goto(first.url)
    shows(page, "The first run")
    page.evaluate("window.neverLoadedAgain = true")
    return page


def shows(page: Page, title: str) -> None:
    expect(page.locator("#title")).to_have_text(title)
    expect(page.locator("#connection")).to_have_text("Live")
    expect(page.locator("[data-service=quality] [data-role=state]")).to_have_text("Running")


def test_a_server_that_is_killed_and_started_again_is_found_again(
    shown: Page, first: Server, tmp_path: Path
) -> None:
    first.kill()
    expect(shown.locator("#connection")).to_have_text(re.compile("^Reconnecting"))
    with Server(tmp_path, first.port, "The second run"):
        shows(shown, "The second run")
        assert shown.evaluate("window.neverLoadedAgain")


def test_a_browser_that_slept_while_its_server_was_started_again_shows_what_is_now(
    shown: Page, first: Server, chromium: Browser, tmp_path: Path
) -> None:
    said = Remembered(shown.locator("#connection"))
    with asleep(chromium):
        first.kill()
        second = Server(tmp_path, first.port, "The second run")
    with second:
        shows(shown, "The second run")
        said.had("^Reconnecting")
        assert shown.evaluate("window.neverLoadedAgain")
