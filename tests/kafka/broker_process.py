"""A broker of a test's own beside the embedded one: its folder is formatted, it runs, it ends."""

from __future__ import annotations

import subprocess
from pathlib import Path

from dashboard.cluster.embedded.installing import Installation
from dashboard.cluster.embedded.jars import read_lock
from dashboard.cluster.embedded.java import (
    TOOL_OPTIONS,
    broker_command,
    find_java,
    java_environment,
    on_class_path,
)
from flowviz.config import Config
from tests.waiting import PATIENCE_SECONDS


class BrokerProcess:
    """`folder` holds its `server.properties` before it is formatted, and all that it writes."""

    def __init__(self, folder: Path, settings: Config) -> None:
        self.folder, self.properties = folder, folder / "server.properties"
        self._java = find_java(settings.java)
        self._libraries = Installation(settings.cache_dir, read_lock(), settings.maven_url).folder
        self._process: subprocess.Popen[bytes] | None = None

    def format(self, cluster_id: str, *arguments: str) -> None:
        tool = (str(self._java), *TOOL_OPTIONS, *on_class_path(self._libraries))
        format = ("kafka.tools.StorageTool", "format", "-t", cluster_id)
        subprocess.run(
            [*tool, *format, "-c", str(self.properties), *arguments],
            cwd=self.folder,
            env=java_environment(),
            stdout=subprocess.DEVNULL,
            check=True,
        )

    def start(self) -> None:
        self._process = subprocess.Popen(
            broker_command(self._java, self._libraries),
            cwd=self.folder,
            env=java_environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def runs(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def end(self) -> None:
        """With -9."""
        if self._process is not None:
            self._process.kill()
            self._process.wait(PATIENCE_SECONDS)
            self._process = None
