"""One run of `demo` or `watch`: the web server around everything else, taken down in order."""

from __future__ import annotations

import contextlib
import hashlib
import logging
import os
import platform
import signal
import sys
import threading
import uuid
import webbrowser
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.db import DatabaseError

from dashboard import clock, running
from dashboard.control.actions import Control
from dashboard.keeping import ReportKeeper
from dashboard.live.socket import hub
from dashboard.picture.picture import Picture
from dashboard.pipeline import Pipeline
from dashboard.places import Places
from dashboard.server.listening import CannotListen, listen, url_of
from dashboard.server.web_server import WebServer, leave_what_is_loaded
from flowviz import journal, secret
from flowviz.config import DEFAULT_PORT, Config, ConfigError
from flowviz.version import version

STARTER_SECONDS = 5.0
"""How long what is still being started may take to notice that it is not wanted any more."""
STARTER = "starter"
LOOK_AGAIN_SECONDS = 0.2
"""Between two looks at what a start waits for."""
END_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

logger = logging.getLogger(__name__)


class Failure(Exception):
    """The command cannot go on. Its text is one sentence for the user."""

    threads_left = False
    """Some are left that would keep the process alive."""


class Session:
    """The web server comes first: the page opens at once and shows truly how the rest comes up.

    While it serves, `start` brings up the rest in a thread of its own, and says through
    `at_the_end` how each part is stopped; parts are stopped in the reverse order.
    """

    def __init__(
        self, *, port: int | None, acts: bool, owns_processes: bool, place: str | None
    ) -> None:
        """`place` names what is shown, for what is kept of it; None: nothing is kept."""
        self.config: Config = settings.CONFIG
        prepare_data_folder(self.config)
        try:
            wanted = self.config.port if port is None else port
            listener = listen(self.config.host, wanted)
        except CannotListen as failure:
            raise Failure(str(failure)) from None
        self.url = url_of(listener, self.config.host)
        self.moved = wanted is None and listener.getsockname()[1] != DEFAULT_PORT
        """Nobody asked for a port, and the usual one was taken."""
        self._acts, self._owns_processes = acts, owns_processes
        self.places = Places()
        self._stage = stage_of(self.config.data_dir, place)
        self.keeper = ReportKeeper(place) if place else None
        """None: reports are not kept."""
        kept = self.keeper.load() if self.keeper else {}
        self.pipeline = Pipeline(hub, self.fresh_picture(), kept)
        self.control = Control(acts=acts, observe=self.pipeline.observe, view=self.pipeline.view)
        self._server = WebServer(listener)
        self._ends = contextlib.ExitStack()
        self._asked_to_end = threading.Event()
        self._failure: Failure | None = None
        self._why_it_ends = "the web server has ended."
        looks = "people may act" if acts else "looking only"
        self._what = "a demonstration" if owns_processes else f"a watch, {looks},"

    @property
    def ending(self) -> bool:
        return self._asked_to_end.is_set()

    def waits_until(self, condition: Callable[[], bool]) -> bool:
        """Wait, in the starter's thread, until it holds; False when the end is asked for first."""
        while not self.ending:
            if condition():
                return True
            self.rest(LOOK_AGAIN_SECONDS)
        return False

    def rest(self, seconds: float) -> None:
        """In the starter's thread; ends early with the session."""
        self._asked_to_end.wait(seconds)

    def fresh_picture(self) -> Picture:
        """One of which nothing has been seen yet."""
        return Picture(
            started_at=clock.steady(), can_act=self._acts, owns_processes=self._owns_processes
        )

    def say_where(self, how_to_end: str) -> None:
        """Tell the person at the terminal where the page is."""
        why = f" (port {DEFAULT_PORT} is taken)" if self.moved else ""
        say(f"Flowviz is at {self.url}{why}  Ctrl-C {how_to_end}.")

    def at_the_end(self, stop: Callable[[], object]) -> None:
        self._ends.callback(stop)

    def run(self, start: Callable[[], None], interrupt: Callable[[], object]) -> None:
        """Serve until a signal comes or `start` fails; then stop all, and raise its Failure.

        `interrupt` is called when the end comes before `start` has come to its own.
        """
        # Importing it has Django set up logging once more, and what we add would be gone.
        import flowviz.asgi  # noqa: F401

        with journal.kept(self.config.data_dir):
            logger.info(
                "Flowviz %s starts: %s at %s, process %d, Python %s, data in %s.",
                *(version(), self._what, self.url, os.getpid(), platform.python_version()),
                self.config.data_dir,
            )
            self._run(start, interrupt)
            logger.info("Flowviz has stopped.")
        if self._failure is not None:
            self._failure.threads_left = _threads_left()
            raise self._failure

    def _run(self, start: Callable[[], None], interrupt: Callable[[], object]) -> None:
        self._catch_signals()
        self.pipeline.start()
        self.at_the_end(self.pipeline.stop)
        if self.keeper is not None:
            self.keeper.start(self.pipeline.view, self.pipeline.observe_steady)
            self.at_the_end(self.keeper.stop)
        running.declare(
            running.Running(self.pipeline, self.control, self._server, self.places, self._stage)
        )
        starter = threading.Thread(target=self._guarded(start), name=STARTER, daemon=True)
        try:
            self._server.run(when_serving=starter.start)
        finally:
            self._asked_to_end.set()
            logger.info("Stopping: %s", self._why_it_ends)
            if starter.is_alive():
                interrupt()
                starter.join(STARTER_SECONDS)
            self._ends.close()
            running.declare(None)

    def leave(self) -> None:
        """The very last call: all is stopped, and nothing more is waited for."""
        if _threads_left():
            sys.stdout.flush()
            os._exit(0)

    def _guarded(self, start: Callable[[], None]) -> Callable[[], None]:
        def guarded() -> None:
            try:
                start()
                leave_what_is_loaded()
            except Failure as failure:
                self._end_with(failure)
            except Exception as bug:
                logger.info("The start failed for a bug", exc_info=True)
                self._end_with(Failure(f"Flowviz could not start: {bug}"))

        return guarded

    def _end_with(self, failure: Failure) -> None:
        if not self._asked_to_end.is_set():
            self._failure = failure
            self._why_it_ends = str(failure)
            self._server.stop()

    def _catch_signals(self) -> None:
        for number in END_SIGNALS:
            # Under nohup a closed terminal is no reason to end.
            if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:
                signal.signal(number, self._asked)

    def _asked(self, number: int, frame: FrameType | None) -> None:
        """The first time in order. A second time at once: what we started ends with us anyway."""
        if self._asked_to_end.is_set():
            os._exit(128 + number)
        self._asked_to_end.set()
        self._why_it_ends = f"asked to by {signal.Signals(number).name}."
        # Not by sys.stdout: this may come in the middle of one of its own writes. On a terminal it
        # goes over the "^C" that stands there. One that is closed raises a ValueError.
        with contextlib.suppress(OSError, ValueError):
            os.write(
                sys.stdout.fileno(), b"\rStopping.\n" if sys.stdout.isatty() else b"Stopping.\n"
            )
        self._server.stop()


def stage_of(data_dir: Path, place: str | None) -> str:
    """A name for what is shown that tells nothing of this machine. Where nothing is kept of it, it
    is another one at each start."""
    named = uuid.uuid4().hex if place is None else f"{data_dir.resolve()} {place}"
    return hashlib.sha256(named.encode()).hexdigest()[:16]


def _threads_left() -> bool:
    """Whether Python would wait for a thread that may never end: one that fetches and cannot be
    called off (what it has fetched is kept), or one whose answer to a browser waits for the event
    loop, which has ended."""
    return any(
        not thread.daemon or thread.name == STARTER
        for thread in threading.enumerate()
        if thread is not threading.main_thread()
    )


def add_port(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--port",
        type=_port,
        help="of the page; 0: any free one; without it 8000, or the next free one",
    )


def _port(value: str) -> int:
    if not value.isascii() or not value.isdigit() or int(value) > 65535:
        raise ArgumentTypeError(f"{value!r} is no port; it is a number from 0 to 65535")
    return int(value)


def prepare_data_folder(config: Config) -> None:
    """The folder, the key and the database in it; raises Failure where it cannot be written."""
    try:
        # For its owner alone: below it lies what went over the log, payloads included.
        config.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        if config.secret_key is None:
            secret.kept_in(config.data_dir)
        call_command("migrate", verbosity=0, interactive=False)
    except ConfigError as failure:
        raise Failure(str(failure)) from None
    except (OSError, DatabaseError) as failure:
        raise Failure(secret.unusable(config.data_dir, failure)) from None


def say(sentence: str) -> None:
    sys.stdout.write(f"{sentence}\n")
    sys.stdout.flush()


def open_browser(url: str) -> None:
    """Show the page, where there is a screen to show it on: not in a terminal over ssh."""
    if sys.platform == "linux" and not (
        os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    ):
        return
    threading.Thread(target=webbrowser.open, args=(url,), name="browser", daemon=True).start()


def told(command: Callable[[], Any]) -> None:
    """Run a command; its failure is one sentence on stderr and exit code 1, without a traceback."""
    try:
        command()
    except ConfigError as failure:
        sys.exit(str(failure))
    except Failure as failure:
        if failure.threads_left:
            sys.stderr.write(f"{failure}\n")
            sys.stderr.flush()
            os._exit(1)
        sys.exit(str(failure))
