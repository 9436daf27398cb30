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
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
ADDRESS = re.compile(r"http://127\.0\.0\.1:(\d+)/?")
START_SECONDS = 240  # a fresh machine fetches Kafka first


@dataclass
class RunningDemo:
    """`manage.py demo` in a process of its own, with everything it prints."""

    process: subprocess.Popen[str]
    url: str
    printed: list[str] = field(default_factory=list)

    def get(self, path: str) -> Any:
        with urllib.request.urlopen(self.url + path, timeout=10) as answer:
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
            with urllib.request.urlopen(request, timeout=10) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as error:
            return error.code, json.load(error)

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
            return self.process.wait(timeout=60)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise AssertionError(
                "the demo did not stop within 60 s of Ctrl-C:\n" + "".join(self.printed[-40:])
            ) from None


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
        raise AssertionError("the demo printed no address:\n" + "".join(printed[-40:]))
    return RunningDemo(process, address, printed)


def until(condition: Callable[[], object], what: str, seconds: float = 60) -> None:
    """Asks again and again, a quarter of a second apart, until the condition holds."""
    pause = threading.Event()
    for _ in range(int(seconds * 4)):
        if condition():
            return
        pause.wait(0.25)
    raise AssertionError(f"waited {seconds:g} s in vain: {what}")
