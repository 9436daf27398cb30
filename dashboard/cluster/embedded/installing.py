"""Apache Kafka on this disk: fetched once, verified at every start, never half there.

All jars are collected beside the final folder and moved into place with one rename. One lock on
the cache lets a second Flowviz wait for the first instead of fetching the same again.
"""

from __future__ import annotations

import errno
import shutil
import tempfile
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from time import monotonic

from dashboard.cluster.embedded.errors import EmbeddedKafkaError
from dashboard.cluster.embedded.fetching import Fetcher, Patience
from dashboard.cluster.embedded.jars import JarLock
from dashboard.cluster.embedded.locks import FileLock

OTHER_FETCHER_SECONDS = 900
"""How long to wait for another Flowviz that fetches the same."""
LOOK_AGAIN_SECONDS = 0.2
VERIFYING_THREADS = 2

Progress = Callable[[str, int, int], None]
"""Told (what is done, bytes so far, bytes in all)."""


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
        """Whether every jar is there with the right SHA-256: 45 MB, about 0.1 s, read anew each
        time, as a checksum that is only remembered proves nothing about the disk."""
        with ThreadPoolExecutor(VERIFYING_THREADS) as threads:
            return all(threads.map(lambda jar: jar.is_in(self.folder), self._jars.jars))

    def ensure(self, progress: Progress) -> Path:
        """The folder with all jars, fetched if they are not there yet.

        Raises EmbeddedKafkaError with one sentence; then nothing is installed, and what had come
        whole is used by the next attempt.
        """
        try:
            if not self.is_complete():
                self._cache.mkdir(parents=True, exist_ok=True)
                self._wait_for_lock(progress)
                try:
                    if not self.is_complete():
                        self._fetch(progress)
                finally:
                    self._lock.release()
        except OSError as error:
            raise EmbeddedKafkaError(self._disk_failed(error)) from error
        return self.folder

    def _wait_for_lock(self, progress: Progress) -> None:
        pause = threading.Event()
        end = monotonic() + OTHER_FETCHER_SECONDS
        while not self._lock.take():
            progress("Waiting for another Flowviz that fetches Apache Kafka", 0, self._jars.size)
            if monotonic() >= end:
                raise EmbeddedKafkaError(
                    "Another Flowviz has been fetching Apache Kafka for "
                    f"{OTHER_FETCHER_SECONDS // 60} minutes: stop that one and start again."
                )
            pause.wait(LOOK_AGAIN_SECONDS)

    def _fetch(self, progress: Progress) -> None:
        """Under the lock: nobody else touches the partial folder."""
        total = self._jars.size
        libraries = self._partial / "jars"
        libraries.mkdir(parents=True, exist_ok=True)
        for left_over in self._partial.glob("scratch-*"):
            shutil.rmtree(left_over, ignore_errors=True)
        missing = [jar for jar in self._jars.jars if not jar.is_in(libraries)]
        there = total - sum(jar.size for jar in missing)

        def told(fetched: int) -> None:
            progress("Fetching Apache Kafka", min(there + fetched, total), total)

        told(0)
        scratch = Path(tempfile.mkdtemp(prefix="scratch-", dir=self._partial))
        try:
            Fetcher(scratch, libraries, self._maven_url, self._patience).fetch(missing, told)
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
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            size = -(-self._jars.size // 1_000_000)
            return (
                f"There is no room in {self._cache} for Apache Kafka ({size} MB): make room, or "
                "choose a folder on another disk with FLOWVIZ_CACHE_DIR."
            )
        return (
            f"Apache Kafka cannot be kept in {self._cache} ({error.strerror or error}): make the "
            "folder writable, or choose another one with FLOWVIZ_CACHE_DIR."
        )
