"""Kafka started in half the time: an archive of the classes it loads, made once and kept.

At each start Java would read, verify and link 12,000 classes anew. From a class data archive
(JEP 310, JEP 350) it maps them into memory as they were: measured on two cores, format and start
of a broker take 1.9 s in place of 4.2 s, and 2 s of CPU less. Java itself sees whether an archive
fits its version and the jars, and starts without it where it does not.

The first broker writes down what it loads. When it has served for a while, one Java process makes
the archive from that list, at the lowest priority, in some ten seconds. Everything about it is a
convenience: whatever fails is logged, and the next start takes as long as the first.
"""

from __future__ import annotations

import hashlib
import logging
import shutil
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path
from time import monotonic

from dashboard.cluster.embedded import archiving
from dashboard.cluster.embedded.errors import EmbeddedKafkaError
from dashboard.cluster.embedded.jars import sha256_of
from dashboard.cluster.embedded.java import java_environment, on_class_path
from dashboard.cluster.embedded.locks import FileLock

CALM_SECONDS = 60.0
"""How long a broker serves before the archive is made, for a start is when people look."""
MAKE_SECONDS = 300.0
LOOK_AGAIN_SECONDS = 0.2
LEAST_ROOM_BYTES = 500_000_000
"""An archive takes 70 MB; a disk that is almost full has better uses for them."""
MAX_ARCHIVES = 5
"""In one cache folder, those used last: each environment has a Java of its own, and each Java an
archive."""
LIST = Path("logs") / "classes.txt"
"""What a broker loads, in its data folder, which it runs in."""
NOT_POSSIBLE = "not possible"
"""In place of the checksum, where this Java cannot make an archive: it is not tried again."""

log = logging.getLogger(__name__)


class ClassArchive:
    """The archive for one Java and one folder of jars, beside that folder."""

    def __init__(self, java: Path, libraries: Path, data_dir: Path) -> None:
        self._java = java
        self._libraries = libraries
        self._data_dir = data_dir
        name = f"{libraries.name}-{_identity(java)}.jsa"
        self.path = libraries.with_name(name)
        self._checksum = libraries.with_name(f"{name}.sha256")
        self._is_there = self._is_whole()
        self._stopped = threading.Event()
        self._thread: threading.Thread | None = None

    @property
    def options(self) -> list[str]:
        """What to tell any Java that works with these jars."""
        return [f"-XX:SharedArchiveFile={self.path}"] if self._is_there else []

    @property
    def listing(self) -> list[str]:
        """What to tell a broker beyond that: to write down what it loads, if that is needed."""
        return [f"-XX:DumpLoadedClassList={LIST}"] if self._is_needed() else []

    def make_when_calm(self) -> None:
        """The broker serves: make the archive after a while, if there is none. Returns at once."""
        if self._is_needed():
            self._thread = threading.Thread(target=self._make, name="class-archive", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """Give up what is being made. Can be called more than once."""
        self._stopped.set()
        if self._thread is not None:
            self._thread.join()
        with suppress(OSError):
            (self._data_dir / LIST).unlink(missing_ok=True)

    def drop(self) -> None:
        """A start with it failed; perhaps the next one without it does not."""
        if self._is_there:
            self._is_there = False
            with suppress(OSError):
                self.path.unlink(missing_ok=True)

    def _is_whole(self) -> bool:
        """Whether it is as it was made: from a damaged one Java would crash."""
        try:
            is_whole = self._checksum.read_text() == sha256_of(self.path)
        except OSError:
            return False
        with suppress(OSError):
            self.path.touch()  # used last now; see _drop_oldest
        return is_whole

    def _is_needed(self) -> bool:
        if self._is_there:
            return False
        try:
            return self._checksum.read_text() != NOT_POSSIBLE
        except OSError:
            return True

    def _make(self) -> None:
        if self._stopped.wait(CALM_SECONDS):
            return
        lock = FileLock(self.path.with_suffix(".lock"))
        try:
            if lock.take() and not self._is_whole() and self._has_room():
                self._make_alone()
        except (OSError, EmbeddedKafkaError) as error:
            log.info("No archive of Kafka's classes could be made: %s", error)
        finally:
            lock.release()

    def _has_room(self) -> bool:
        return shutil.disk_usage(self.path.parent).free >= LEAST_ROOM_BYTES

    def _make_alone(self) -> None:
        """Under the lock: nobody else writes the archive."""
        classes, partial = self._data_dir / LIST, self.path.with_suffix(".partial")
        _cut_to_whole_lines(classes)
        command = [
            *(str(self._java), "-Xshare:dump", "-Xmx256m", "-XX:+UseSerialGC"),
            *(f"-XX:SharedClassListFile={classes}", f"-XX:SharedArchiveFile={partial}"),
            *on_class_path(self._libraries),
        ]
        try:
            made = self._run(command)
            if made and partial.exists():
                checksum = sha256_of(partial)
                partial.replace(self.path)
                self._checksum.write_text(checksum)
                self._drop_oldest()
            elif made is not None:
                self._checksum.write_text(NOT_POSSIBLE)
        finally:
            partial.unlink(missing_ok=True)

    def _drop_oldest(self) -> None:
        """A broker that runs on one of them keeps it: to Java it is mapped, and there until the
        last that has it ends."""
        all_of_them = list(self.path.parent.glob("kafka-*.jsa"))
        all_of_them.sort(key=lambda path: path.stat().st_mtime_ns, reverse=True)
        for path in all_of_them[MAX_ARCHIVES:]:
            path.unlink(missing_ok=True)
            path.with_name(f"{path.name}.sha256").unlink(missing_ok=True)

    def _run(self, command: list[str]) -> bool | None:
        """Whether Java did it; None when it was ended before it was done."""
        maker = subprocess.Popen(
            [sys.executable, "-I", "-S", archiving.__file__, *command],
            env=java_environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        assert maker.stdin is not None
        ends_at = monotonic() + MAKE_SECONDS
        with maker.stdin:
            while maker.poll() is None:
                if self._stopped.wait(LOOK_AGAIN_SECONDS) or monotonic() >= ends_at:
                    maker.stdin.close()
                    maker.wait()
                    return None
        return maker.returncode == 0


def _identity(java: Path) -> str:
    """Another Java, or another version of it, needs another archive."""
    try:
        about = java.stat()
        known = f"{java.resolve()} {about.st_size} {about.st_mtime_ns}"
    except OSError:
        known = str(java)
    return hashlib.sha256(known.encode()).hexdigest()[:12]


def _cut_to_whole_lines(classes: Path) -> None:
    """The broker still writes its list, and Java refuses one whose last line is cut off."""
    text = classes.read_bytes()
    classes.unlink()
    classes.write_bytes(text[: text.rfind(b"\n") + 1])
