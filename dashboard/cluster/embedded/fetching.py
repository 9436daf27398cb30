"""Getting jars from a Maven repository, each checked before anybody may use it.

jgo knows the repository that everybody uses, and how one is laid out; what comes out of it is
compared with our own lock file, so it does not matter what stands in between.
"""

from __future__ import annotations

import logging
import queue
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from urllib.parse import unquote, urlsplit

from dashboard.cluster.embedded.errors import EmbeddedKafkaError, StoppedEarlyError
from dashboard.cluster.embedded.jars import Jar

THREADS = 8
LOOK_AGAIN_SECONDS = 0.2

Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait for a repository, and how long to leave it alone before asking again."""

    silence_seconds: int = 20
    """For a connection, and between two pieces of an answer."""
    window_seconds: float = 60
    window_bytes: int = 100_000
    """Less than this in a window, from all jars together, is hardly anything: given up."""
    tries: int = 3
    """How often one jar is asked for, where the network failed and not the repository."""
    pause_seconds: float = 1.0


class FetchFailure(Exception):
    """Why one jar did not come; becomes part of a sentence."""

    def __init__(self, why: str, *, worth_another_try: bool) -> None:
        super().__init__(why)
        self.worth_another_try = worth_another_try


class Fetcher:
    """Fetches jars into `target`, with all that is half done kept in `scratch`."""

    def __init__(
        self, scratch: Path, target: Path, maven_url: str | None, patience: Patience
    ) -> None:
        self._scratch = scratch
        self._target = target
        self._maven_url = maven_url
        self._patience = patience
        self._todo: queue.SimpleQueue[Jar] = queue.SimpleQueue()
        self._done: queue.SimpleQueue[int | Exception | None] = queue.SimpleQueue()
        self._given_up = threading.Event()

    def fetch(self, jars: list[Jar], progress: Progress, stopped: threading.Event) -> None:
        """Returns when all jars are in `target`, whole; `progress` gets the bytes so far.

        Raises EmbeddedKafkaError with the first failure, StoppedEarlyError once `stopped` is set.
        Threads that still hang in a connection then end by themselves; what they would still
        write goes to `scratch`.
        """
        # A checksum that differs is our business to tell, and in a sentence.
        logging.getLogger("jgo").setLevel(logging.CRITICAL)
        for jar in jars:
            self._todo.put(jar)
        for number in range(min(THREADS, len(jars))):
            threading.Thread(target=self._work, name=f"fetch-{number}", daemon=True).start()
        try:
            self._follow(len(jars), progress, stopped)
        finally:
            self._given_up.set()

    def _follow(self, missing: int, progress: Progress, stopped: threading.Event) -> None:
        """Collects what the threads report, until all is there or too little comes."""
        patience = self._patience
        fetched = window = 0
        window_ends = monotonic() + patience.window_seconds
        while missing:
            report = self._next_report()
            if isinstance(report, Exception):
                raise report
            if stopped.is_set():
                raise StoppedEarlyError
            if report is None:
                missing -= 1
            elif report:
                fetched += report
                window += report
                progress(fetched)
            if monotonic() >= window_ends:
                if missing and window < patience.window_bytes:
                    raise EmbeddedKafkaError(self._failed("hardly anything comes through"))
                window, window_ends = 0, monotonic() + patience.window_seconds

    def _next_report(self) -> int | Exception | None:
        """Bytes that came, a failure, or None for a jar that is whole; 0 bytes when it is quiet."""
        try:
            return self._done.get(timeout=LOOK_AGAIN_SECONDS)
        except queue.Empty:
            return 0

    def _work(self) -> None:
        try:
            while not self._given_up.is_set():
                self._get(self._todo.get_nowait())
                self._done.put(None)
        except queue.Empty:
            return
        except Exception as error:
            self._done.put(error)

    def _get(self, jar: Jar) -> None:
        for attempt in range(1, self._patience.tries + 1):
            try:
                return self._get_once(jar, self._scratch / str(attempt))
            except FetchFailure as failure:
                if attempt == self._patience.tries or not failure.worth_another_try:
                    raise EmbeddedKafkaError(self._failed(str(failure))) from failure
                self._given_up.wait(self._patience.pause_seconds * attempt)
        raise AssertionError("the last try either returns or raises")

    def _get_once(self, jar: Jar, cache: Path) -> None:
        found = self._ask(jar, cache)
        if jar.is_at(found):
            self._target.mkdir(parents=True, exist_ok=True)
            if found.is_relative_to(cache):
                found.replace(self._target / jar.name)
            else:
                copied = cache / jar.name
                cache.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(found, copied)
                copied.replace(self._target / jar.name)
            return
        if found.stat().st_size < jar.size and _begins_as_a_jar(found):
            raise FetchFailure(f"{jar.name} was cut off", worth_another_try=True)
        raise FetchFailure(
            f"{jar.name} has another SHA-256 than it should, as when a login page or a proxy of "
            "the network stands between",
            worth_another_try=False,
        )

    def _ask(self, jar: Jar, cache: Path) -> Path:
        """One request through jgo; its many ways to fail become one."""
        import requests  # here, for a start with everything in place needs none of it
        from jgo.maven import MavenContext, PythonResolver
        from urllib3.exceptions import ReadTimeoutError

        local, remote = self._repositories()
        context = MavenContext(
            resolver=PythonResolver(progress_callback=self._counting),
            repo_cache=cache,
            local_repos=local,
            remote_repos=remote,
            timeout=self._patience.silence_seconds,
        )
        component = context.project(jar.group, jar.artifact).at_version(jar.version)
        try:
            return Path(component.artifact().resolve())
        except requests.exceptions.SSLError as error:
            raise FetchFailure("its certificate is not trusted", worth_another_try=False) from error
        except requests.exceptions.ChunkedEncodingError as error:
            raise FetchFailure(f"{jar.name} was cut off", worth_another_try=True) from error
        except requests.exceptions.Timeout as error:
            raise FetchFailure("it does not answer in time", worth_another_try=True) from error
        except requests.exceptions.ConnectionError as error:
            # In the middle of an answer, too long a silence comes in the guise of this one.
            silent = any(isinstance(inner, ReadTimeoutError) for inner in error.args)
            why = f"nothing more comes of {jar.name}" if silent else "it cannot be reached"
            raise FetchFailure(why, worth_another_try=True) from error
        except (requests.exceptions.RequestException, RuntimeError) as error:
            raise FetchFailure(
                f"it does not give out {jar.name}", worth_another_try=False
            ) from error

    def _repositories(self) -> tuple[list[Path], dict[str, str] | None]:
        """Folders to look into and addresses to ask; None for the one jgo knows."""
        if self._maven_url is None:
            return [], None
        parts = urlsplit(self._maven_url)
        if parts.scheme == "file":
            return [Path(unquote(parts.path))], {}
        return [], {"mirror": self._maven_url.rstrip("/")}

    @contextmanager
    def _counting(self, _name: str, _size: int) -> Iterator[Callable[[int], None]]:
        def count(size: int) -> None:
            if self._given_up.is_set():
                raise FetchFailure("given up", worth_another_try=False)
            self._done.put(size)

        yield count

    def _failed(self, why: str) -> str:
        if self._maven_url is None:
            whence = "the public Maven repository"
            advice = "check the network and start again, or name a mirror with FLOWVIZ_MAVEN_URL"
        else:
            whence = _without_credentials(self._maven_url)
            advice = "check the network and FLOWVIZ_MAVEN_URL, and start again"
        return f"Apache Kafka could not be fetched from {whence} ({why}): {advice}."


def _begins_as_a_jar(path: Path) -> bool:
    """Else it is no part of one, as a login page is not: those are short."""
    with path.open("rb") as file:
        return file.read(4) in (b"PK\x03\x04", b"")  # of ZIP, APPNOTE.TXT 4.3.7


def _without_credentials(url: str) -> str:
    """For people to read: what fails stands on the page, in front of everyone who looks."""
    parts = urlsplit(url)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()
