"""How a session ends: whatever is still going on."""

from __future__ import annotations

import http.client
import os
import signal
import subprocess
import sys
from contextlib import ExitStack, closing
from pathlib import Path
from urllib.parse import urlsplit

from flowviz.version import version
from tests.waiting import PATIENCE_SECONDS

ROOT = Path(__file__).resolve().parents[2]


def test_answers_that_are_still_awaited_do_not_keep_it_from_ending(tmp_path: Path) -> None:
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("FLOWVIZ_", "KAFKA_"))}
    with subprocess.Popen(
        [sys.executable, "-m", "tests.management.serve_slowly"],
        cwd=ROOT,
        env=clean | {"FLOWVIZ_DATA_DIR": str(tmp_path)},
        stdout=subprocess.PIPE,
        text=True,
    ) as served:
        try:
            assert served.stdout is not None
            address = urlsplit(served.stdout.readline().strip()).netloc
            with ExitStack() as browsers:
                for _ in range(3):
                    browser = browsers.enter_context(closing(http.client.HTTPConnection(address)))
                    browser.request("GET", "/healthz")
                    assert served.stdout.readline() == "asked\n"
                served.send_signal(signal.SIGTERM)
                assert served.wait(PATIENCE_SECONDS) == 0
        finally:
            served.kill()
        assert served.stdout.read() == "Stopping.\nended\n", "also where no terminal shows it"
    log = (tmp_path / "logs" / "flowviz.log").read_text().splitlines()
    assert [line.partition(": ")[2].split(":")[0] for line in log] == [
        f"Flowviz {version()} starts",
        "Stopping",
        "Flowviz has stopped.",
    ]
    assert "asked to by SIGTERM" in log[1]
