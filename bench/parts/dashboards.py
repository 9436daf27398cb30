"""The dashboard as its users start it, `manage.py demo` or `watch`, and its address."""

from __future__ import annotations

import contextlib
import json
import os
import queue
import re
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench.parts.children import Child, Parent
from bench.parts.folder import LOOK_SECONDS, remove
from bench.parts.script import CannotMeasure

ROOT = Path(__file__).resolve().parents[2]
STOP_SECONDS = 30.0
ANSWER_SECONDS = 10.0
LAST_LINES = 20
_ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+")
_KEPT = ("FLOWVIZ_CACHE_DIR", "FLOWVIZ_MAVEN_URL", "FLOWVIZ_JAVA")


class Refused(Exception):
    """The dashboard does not do what it was asked to."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status


class Dashboard:
    """A command that runs in a process of its own. It and what it started end with `end`."""

    def __init__(self, process: subprocess.Popen[str], began: float) -> None:
        self.process = process
        self.began = began
        """When it was started, on the clock `time.monotonic`."""
        self.printed: list[str] = []
        self._addresses: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        threading.Thread(target=self._read, daemon=True).start()

    @property
    def pid(self) -> int:
        return self.process.pid

    def url(self, within_seconds: float) -> str:
        """The address it prints. Raises CannotMeasure when it ends without one, or is too slow."""
        try:
            found = self._addresses.get(timeout=within_seconds)
        except queue.Empty:
            found = None
        if found is None:
            said = "".join(self.printed[-LAST_LINES:]) or "nothing"
            raise CannotMeasure(f"The dashboard printed no address; it said:\n{said}")
        return found

    def flow(self, url: str) -> Any:
        """The picture, as the API gives it."""
        with urllib.request.urlopen(f"{url}/api/flow", timeout=ANSWER_SECONDS) as answer:  # noqa: S310
            return json.load(answer)

    def act(self, url: str, service: str, action: str, **arguments: Any) -> None:
        """Ask something of a service. Raises Refused with the reason that the dashboard gives."""
        self.post(f"{url}/api/services/{service}/{action}", arguments)

    def post(self, address: str, body: Mapping[str, Any] | None = None) -> None:
        request = urllib.request.Request(  # noqa: S310
            address,
            data=json.dumps(body or {}).encode(),
            headers={"Content-Type": "application/json"},
            method="POST",
        )
        try:
            urllib.request.urlopen(request, timeout=ANSWER_SECONDS).close()  # noqa: S310
        except urllib.error.HTTPError as error:
            with error:
                raise Refused(error.code, json.load(error).get("detail", "")) from None

    def end(self) -> None:
        """As Ctrl-C does: all of its process group, for `make` does not hand a signal on."""
        self._send(signal.SIGINT)
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            # What it started holds a pipe from it, and ends with it.
            self._send(signal.SIGKILL)
            self.process.wait()

    def _send(self, number: int) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, number)

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.printed.append(line)
            if match := _ADDRESS.search(line):
                self._addresses.put(match.group(0))
        self._addresses.put(None)


@contextmanager
def dashboard(words: Sequence[str], environment: Mapping[str, str]) -> Iterator[Dashboard]:
    """Runs these words from the project's folder, with no settings but those given.

    Should this process be killed, a watchman ends the dashboard in its stead, and removes the
    folder of its data once it has ended.
    """
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("FLOWVIZ_", "KAFKA_"))}
    kept |= {name: os.environ[name] for name in _KEPT if name in os.environ}
    watchman = Child("watchman", _watchman)
    try:
        watchman.hear(STOP_SECONDS)
        began = time.monotonic()
        process = subprocess.Popen(
            list(words),
            cwd=ROOT,
            env=kept | {"PYTHONUNBUFFERED": "1"} | dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        started = Dashboard(process, began)
        watchman.say((process.pid, environment.get("FLOWVIZ_DATA_DIR")))
        try:
            yield started
        finally:
            started.end()
    finally:
        watchman.end()


def command(*words: str) -> list[str]:
    """`manage.py` with the Python that runs this."""
    return [sys.executable, "manage.py", *words]


def _watchman(parent: Parent) -> None:
    """Waits for a process id and a folder; ends the one and removes the other when the parent is
    gone without a word."""
    parent.orphaned = _end
    parent.tell("here")
    parent.ending.wait()


def _end(left: Any) -> None:
    if left is None:
        return
    pid, folder = left
    pause, end = threading.Event(), time.monotonic() + STOP_SECONDS
    with contextlib.suppress(ProcessLookupError):
        os.killpg(pid, signal.SIGTERM)
        while time.monotonic() < end:
            os.killpg(pid, 0)
            pause.wait(LOOK_SECONDS)
        os.killpg(pid, signal.SIGKILL)
    if folder is not None:
        remove(folder)
