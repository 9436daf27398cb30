"""serve_frames in a process of its own, and what it says it holds."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


class ServedFrames:
    def __init__(self, process: subprocess.Popen[str], address: str) -> None:
        self._process = process
        self.address = address
        """host:port"""

    def held(self) -> dict[str, Any]:
        """What serve_frames.held counts, once it has answered."""
        return self._said("")

    def wait_for_somebody(self) -> None:
        """No delta comes until somebody answers, so that they miss none."""
        self._said("wait")

    def _said(self, line: str) -> dict[str, Any]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()
        return dict(json.loads(self._process.stdout.readline()))


@contextmanager
def serving_frames(*arguments: float) -> Iterator[ServedFrames]:
    """Gone afterwards, in order, and without a word of complaint."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.live.serve_frames", *map(str, arguments)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as server:
        assert server.stdout is not None
        yield ServedFrames(server, server.stdout.readline().strip())
        server.terminate()
        _, complaints = server.communicate()
    assert (server.returncode, complaints) == (0, ""), complaints
