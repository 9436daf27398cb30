"""The real demonstration, started as its users start it, and looked at through its API."""

from __future__ import annotations

import json
import os
import queue
import re
import signal
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from tests import waiting
from tests.lifeline import Lifeline
from tests.waiting import PATIENCE_SECONDS

T = TypeVar("T")

ROOT = Path(__file__).resolve().parents[2]
ADDRESS = re.compile(r"http://127\.0\.0\.1:(\d+)/?")
LINE = ("scanner", "quality", "inventory", "shipping")
START_SECONDS = 600  # a fresh machine fetches Kafka first
ASK_AGAIN_SECONDS = 0.2


@dataclass
class RunningDemo:
    """`manage.py demo` in a process of its own, with everything it prints."""

    process: subprocess.Popen[str]
    lifeline: Lifeline
    url: str
    printed: list[str] = field(default_factory=list)

    def get(self, path: str) -> Any:
        with urllib.request.urlopen(self.url + path, timeout=PATIENCE_SECONDS) as answer:
            return json.load(answer)

    def post(self, path: str, body: dict[str, Any] | None = None) -> tuple[int, Any]:
        """The status and the JSON answered, whatever the status is."""
        request = urllib.request.Request(
            self.url + path,
            data=json.dumps(body or {}).encode(),
            headers={"Content-Type": "application/json"},
            method="POST",
        )
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE_SECONDS) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as error:
            return error.code, json.load(error)

    def states(self, *services: str) -> dict[str, str]:
        """The state of each of these; without names, of all that are started at once."""
        shown = self.get("/api/flow")["services"]
        return {one["name"]: one["state"] for one in shown if one["name"] in (services or LINE)}

    def all_run(self) -> bool:
        return self.states() == dict.fromkeys(LINE, "running")

    def reports(self, state: str = "recovered") -> list[dict[str, Any]]:
        return [one for one in self.get("/api/flow")["reports"] if one["state"] == state]

    def service(self, name: str) -> dict[str, Any]:
        found = [s for s in self.get("/api/flow")["services"] if s["name"] == name]
        assert found, f"the picture has no service {name!r}"
        return dict(found[0])

    def ledger(self) -> dict[str, Any]:
        return dict(self.get("/api/flow")["ledger"])

    def broker_pid(self) -> int | None:
        """The process id of this demonstration's Java: below its guard, which is below the demo."""
        listed = subprocess.run(
            ["ps", "-axww", "-o", "pid=,ppid=,command="], capture_output=True, text=True, check=True
        )
        rows = [line.split(None, 2) for line in listed.stdout.splitlines()]
        guards = {pid for pid, parent, _ in rows if parent == str(self.process.pid)}
        for pid, parent, command in rows:
            program = command.split(" ")[0]
            if parent in guards and program.endswith("/java") and "kafka.Kafka" in command:
                return int(pid)
        return None

    def stop(self) -> int:
        """Ctrl-C, and the exit code."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        try:
            return self.process.wait(timeout=PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise AssertionError(
                f"the demo did not stop within {PATIENCE_SECONDS} s of Ctrl-C:\n"
                + "".join(self.printed[-40:])
            ) from None
        finally:
            self.lifeline.cut()


@contextmanager
def running_demo(data_dir: Path) -> Iterator[RunningDemo]:
    """From the moment at which all of its line runs; in the end it stops in order."""
    demo = start_demo(data_dir, "--port", "0")
    try:
        until(demo.all_run, "all of the line runs", START_SECONDS)
        yield demo
    finally:
        code = demo.stop()
    assert code == 0, "Ctrl-C is an orderly end, whatever was done to it"


def start_demo(data_dir: Path, *arguments: str) -> RunningDemo:
    """Starts the demo on a free port and waits for the address it prints."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("FLOWVIZ_", "KAFKA_"))}
    for kept in ("FLOWVIZ_CACHE_DIR", "FLOWVIZ_MAVEN_URL", "FLOWVIZ_JAVA"):
        if kept in os.environ:
            environment[kept] = os.environ[kept]
    environment["FLOWVIZ_DATA_DIR"] = str(data_dir)
    environment["PYTHONUNBUFFERED"] = "1"
    process = subprocess.Popen(
        [sys.executable, "manage.py", "demo", "--no-browser", *arguments],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    lifeline = Lifeline(process.pid)
    printed: list[str] = []
    addresses: queue.Queue[str | None] = queue.Queue()

    def read() -> None:
        assert process.stdout is not None
        for line in process.stdout:
            printed.append(line)
            if match := ADDRESS.search(line):
                addresses.put(match.group(0).rstrip("/"))
        addresses.put(None)

    threading.Thread(target=read, daemon=True).start()
    try:
        address = addresses.get(timeout=START_SECONDS)
    except queue.Empty:
        address = None
    if address is None:
        process.kill()
        lifeline.cut()
        raise AssertionError("the demo printed no address:\n" + "".join(printed[-40:]))
    return RunningDemo(process, lifeline, address, printed)


def until(condition: Callable[[], T | None], what: str, seconds: float = PATIENCE_SECONDS) -> T:
    """As tests.waiting has it, but asking no more often than a page does."""
    return waiting.until(condition, what, seconds, ASK_AGAIN_SECONDS)
