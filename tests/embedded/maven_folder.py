"""A small Maven repository on loopback, which can be told to misbehave."""

from __future__ import annotations

import hashlib
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Literal

from dashboard.cluster.embedded.jars import Jar, JarLock, read_lock

Fault = Literal["missing", "altered", "cut off", "cut off once", "silent", "trickle", "slow"]
NAMES = ("kafka-clients", "alpha", "beta", "gamma")
VERSION = "9.8.7"
SLOW_BYTES, SLOW_SECONDS = 10_000, 0.05
"""What comes at a time from a mirror that is slow, and the pause after it."""


class MavenFolder:
    """Serves made-up jars; `faults` says what goes wrong with which, `asked` counts requests."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.jars = {name: (name.encode() + b" of classes ") * 2_000 for name in NAMES}
        self.faults: dict[str, Fault] = {}
        self.fault_of_all: Fault | None = None
        self.asked: Counter[str] = Counter()
        self.everything: bytes | None = None
        """What is given for every jar that is not of `jars`, as by whatever stands between."""
        self.stalled = threading.Event()
        """From then on nothing more comes of what is "slow"."""
        self.ended = threading.Event()
        """Set when the test is over, so that no answer hangs longer."""

    def lock(self, folder: Path) -> JarLock:
        """The lock file that belongs to these jars, read back from `folder`."""
        path = folder / "some.lock"
        path.write_text("".join(f"{line}\n" for line in self._lines()))
        return read_lock(path)

    def path_of(self, jar: Jar) -> str:
        return f"/{jar.group.replace('.', '/')}/{jar.artifact}/{jar.version}/{jar.name}"

    def write_to(self, folder: Path, lock: JarLock) -> None:
        """The same repository as files."""
        for jar in lock.jars:
            path = folder / self.path_of(jar).lstrip("/")
            path.parent.mkdir(parents=True)
            path.write_bytes(self.jars[jar.artifact])

    def _lines(self) -> Iterator[str]:
        for name, content in self.jars.items():
            digest = hashlib.sha256(content).hexdigest()
            yield f"org.example:{name}:{VERSION} {digest} {len(content)}"


@contextmanager
def maven_folder() -> Iterator[MavenFolder]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            _answer(self, folder)

        def log_message(self, format: str, *args: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    folder = MavenFolder(f"http://127.0.0.1:{server.server_port}/maven")
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield folder
    finally:
        folder.ended.set()
        server.shutdown()
        server.server_close()


def _answer(request: BaseHTTPRequestHandler, folder: MavenFolder) -> None:
    name = request.path.split("/")[-3]
    content = folder.jars.get(name, folder.everything)
    fault = folder.faults.get(name) or folder.fault_of_all
    if fault == "silent":
        folder.asked[name] += 1
        folder.ended.wait(60)
        return
    if content is None or fault == "missing" or not request.path.endswith(".jar"):
        request.send_error(404)
        return
    folder.asked[name] += 1
    request.send_response(200)
    request.send_header("Content-Length", str(len(content)))
    request.end_headers()
    if fault == "altered":
        content = content[::-1]
    if fault == "trickle":
        for _ in range(600):
            request.wfile.write(b"x")
            request.wfile.flush()
            if folder.ended.wait(0.1):
                return
    if fault == "slow":
        for first in range(0, len(content), SLOW_BYTES):
            request.wfile.write(content[first : first + SLOW_BYTES])
            if folder.stalled.wait(SLOW_SECONDS):
                folder.ended.wait(60)
                return
    if fault == "cut off" or (fault == "cut off once" and folder.asked[name] == 1):
        content = content[: len(content) // 2]
        request.close_connection = True
    request.wfile.write(content)
