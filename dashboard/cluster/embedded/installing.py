"""Apache Kafka on this disk: fetched once, verified at every start, never half there.

All jars are collected beside the final folder and moved into place with one rename. One lock on
the cache lets a second Flowviz wait for the first instead of fetching the same again.
"""

from __future__ import annotations

import shutil
import tempfile
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from dashboard.cluster.embedded.errors import NO_ROOM, EmbeddedKafkaError
from dashboard.cluster.embedded.fetching import Fetcher, Patience
from dashboard.cluster.embedded.jars import JarLock
from dashboard.cluster.embedded.locks import FileLock

OTHER_FETCHER_SECONDS = 900
"""How long to wait for another Flowviz that fetches the same."""
VERIFYING_THREADS = 2

Progress = Callable[[str, int, int], None]
"""Told (what is fetched, bytes so far, bytes in all)."""


class Installation:
    """The jars of one lock file in one cache folder."""

    def __init__(
        self,
        cache_dir: Path,
        jars: JarLock,
        maven_url: str | None = None,
        patience: Patience | None = None,
    ) -> None:
        self._jars = jars
        self._maven_url = maven_url
        self._patience = patience or Patience()
        self._cache = cache_dir
        name = f"kafka-{jars.kafka}-{jars.digest}"
        self.folder = cache_dir / name
        """Where the jars are, once all are there; its name changes with the lock file."""
        self._partial = cache_dir / f"{name}.partial"
        self._lock = FileLock(cache_dir / f"{name}.lock")

    def is_complete(self) -> bool:
        """Whether exactly our jars are there, each with the right SHA-256. All 45 MB are read at
        each start (0.03 s): a checksum that is only remembered proves nothing about the disk."""
        jars = self._jars.jars
        if {path.name for path in self.folder.glob("*")} != {jar.name for jar in jars}:
            return False
        with ThreadPoolExecutor(VERIFYING_THREADS) as threads:
            return all(threads.map(lambda jar: jar.is_in(self.folder), jars))

    def ensure(self, progress: Progress, stopped: threading.Event) -> Path:
        """The folder with all jars, fetched if they are not there yet.

        Raises EmbeddedKafkaError with one sentence, also when `stopped` is set meanwhile; then
        nothing is installed, and what had come whole is used by the next attempt.
        """
        try:
            if not self.is_complete():
                self._cache.mkdir(parents=True, exist_ok=True)
                self._wait_for_lock(progress, stopped)
                try:
                    if not self.is_complete():
                        self._fetch(progress, stopped)
                finally:
                    self._lock.release()
        except OSError as error:
            raise EmbeddedKafkaError(self._disk_failed(error)) from error
        return self.folder

    def _wait_for_lock(self, progress: Progress, stopped: threading.Event) -> None:
        if self._lock.take():
            return
        progress("Apache Kafka (another Flowviz is at it)", 0, self._jars.size)
        if not self._lock.take_within(OTHER_FETCHER_SECONDS, stopped):
            raise EmbeddedKafkaError(
                "Another Flowviz has been fetching Apache Kafka for "
                f"{OTHER_FETCHER_SECONDS // 60} minutes: stop that one and start again."
            )

    def _fetch(self, progress: Progress, stopped: threading.Event) -> None:
        """Under the lock: nobody else touches the partial folder."""
        total = self._jars.size
        libraries = self._partial / "jars"
        libraries.mkdir(parents=True, exist_ok=True)
        for left_over in self._partial.glob("scratch-*"):
            shutil.rmtree(left_over, ignore_errors=True)
        missing = [jar for jar in self._jars.jars if not jar.is_in(libraries)]
        there = total - sum(jar.size for jar in missing)

        def told(fetched: int) -> None:
            progress("Apache Kafka", min(there + fetched, total), total)

        told(0)
        scratch = Path(tempfile.mkdtemp(prefix="scratch-", dir=self._partial))
        try:
            fetcher = Fetcher(scratch, libraries, self._maven_url, self._patience)
            fetcher.fetch(missing, told, stopped)
        finally:
            shutil.rmtree(scratch, ignore_errors=True)
        self._move_into_place(libraries)

    def _move_into_place(self, libraries: Path) -> None:
        if self.folder.exists():  # altered since it was installed, or it would have been used
            altered = Path(tempfile.mkdtemp(prefix="altered-", dir=self._partial))
            self.folder.rename(altered / "jars")
        libraries.rename(self.folder)
        shutil.rmtree(self._partial, ignore_errors=True)

    def _disk_failed(self, error: OSError) -> str:
        if error.errno in NO_ROOM:
            size = -(-self._jars.size // 1_000_000)
            return (
                f"There is no room in {self._cache} for Apache Kafka ({size} MB): make room, or "
                "choose a folder on another disk with FLOWVIZ_CACHE_DIR."
            )
        return (
            f"Apache Kafka cannot be kept in {self._cache} ({error.strerror or error}): make the "
            "folder writable, or choose another one with FLOWVIZ_CACHE_DIR."
        )
