"""The log: one line for each event of importance, on stderr and in a file of bounded size.

A thread of its own writes, so that a terminal that was stopped or a disk that hangs holds up
nothing else. The terminal gets what FLOWVIZ_LOG_LEVEL asks for, and no traceback below DEBUG; the
file gets everything from INFO on, with tracebacks, for whoever has to find out later.
"""

from __future__ import annotations

import logging
import os
import queue
import re
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType

FILE = Path("logs") / "flowviz.log"
"""In the data folder."""
MAX_BYTES = 1_000_000
OLDER_FILES = 4
"""So at most 5 MB: some weeks of an uneventful cluster."""
MAX_LINE = 2_000
"""Characters of one line; names and reasons come from outside."""
MAX_WAITING = 10_000
"""Lines not written yet; more are left out, and counted."""
END_SECONDS = 2.0

_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")

logger = logging.getLogger(__name__)


class OneLine(logging.Formatter):
    """`2026-03-02 12:03:04.123+0100 WARNING dashboard.pipeline: what happened`

    What came from outside can begin no line of its own and move no cursor. An exception is told in
    the same line, with the place it came from; with `traces` its traceback follows.
    """

    def __init__(self, *, traces: bool) -> None:
        super().__init__()
        self._traces = traces

    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created).astimezone()
        when = f"{at:%Y-%m-%d %H:%M:%S}.{at.microsecond // 1000:03}{at:%z}"
        line = f"{when} {record.levelname} {record.name}: {record.getMessage()}"
        error = record.exc_info[1] if record.exc_info else None
        if error is not None:
            line += f" ({_told(error)})"
        line = _CONTROLS.sub(lambda found: f"\\x{ord(found[0]):02x}", line)
        line = line if len(line) <= MAX_LINE else line[: MAX_LINE - 1] + "…"
        if self._traces and record.exc_info and error is not None:
            line += "\n" + self.formatException(record.exc_info)
        return line


def _told(error: BaseException) -> str:
    """`KeyError: 'x' in picture.py, line 120`"""
    said = f"{type(error).__name__}: {error}"
    trace: TracebackType | None = error.__traceback__
    if trace is None:
        return said
    while trace.tb_next is not None:
        trace = trace.tb_next
    return f"{said} in {Path(trace.tb_frame.f_code.co_filename).name}, line {trace.tb_lineno}"


class LogFile(RotatingFileHandler):
    """Rotated by size. Several Flowviz may write the same one: who finds that another has begun a
    new one follows, and a line goes into the file with a single write."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            path,
            maxBytes=MAX_BYTES,
            backupCount=OLDER_FILES,
            encoding="utf-8",
            errors="backslashreplace",
        )
        self.setLevel(logging.INFO)
        self.setFormatter(OneLine(traces=True))

    def emit(self, record: logging.LogRecord) -> None:
        with suppress(OSError):
            if self.stream is not None and not _is_at(self.stream.fileno(), self.baseFilename):
                self.stream.close()
                self.stream = self._open()
        super().emit(record)

    def handleError(self, record: logging.LogRecord) -> None:
        """A full disk is no reason to stop, nor to fill the terminal."""


def _is_at(descriptor: int, path: str) -> bool:
    try:
        return os.path.samestat(Path(path).stat(), os.fstat(descriptor))
    except FileNotFoundError:
        return False


class Writing(logging.Handler):
    """Takes lines from any thread and hands them to `handlers` in one of its own."""

    def __init__(self, handlers: Sequence[logging.Handler]) -> None:
        super().__init__()
        self._handlers = handlers
        # Of all queues the one into which a signal's handler may put while somebody else does.
        self._waiting: queue.SimpleQueue[logging.LogRecord | None] = queue.SimpleQueue()
        self._left_out = 0
        self._thread = threading.Thread(target=self._write, name="journal", daemon=True)
        self._thread.start()

    def emit(self, record: logging.LogRecord) -> None:
        # What a line says is settled now: the objects it speaks of may change.
        record.msg, record.args = record.getMessage(), None
        if self._waiting.qsize() < MAX_WAITING:
            self._waiting.put(record)
        else:
            self._left_out += 1

    def end(self) -> None:
        """Write what waits, but wait no longer than END_SECONDS for it."""
        self._waiting.put(None)
        self._thread.join(END_SECONDS)

    def _write(self) -> None:
        while (record := self._waiting.get()) is not None:
            self._hand(record)
            left_out, self._left_out = self._left_out, 0
            if left_out:
                said = "%d lines are missing here: more came than could be written."
                place = (__name__, logging.WARNING, __file__, 0)
                self._hand(logging.LogRecord(*place, said, (left_out,), None))

    def _hand(self, record: logging.LogRecord) -> None:
        for handler in self._handlers:
            if record.levelno >= handler.level:
                handler.handle(record)


@contextmanager
def kept(data_dir: Path) -> Iterator[None]:
    """Write the log as said above, until the end of the block. Django has set up the rest."""
    root = logging.getLogger()
    before, level, hook = root.handlers[:], root.level, threading.excepthook
    terminals = [one for one in before if isinstance(one, Terminal)]
    for terminal in terminals:
        terminal.setLevel(level)  # it has relied on the root's level, which falls now
    writing = Writing([*terminals, *_file(data_dir / FILE)])
    root.handlers = [writing, *(one for one in before if one not in terminals)]
    root.setLevel(min(level, logging.INFO))
    threading.excepthook = _thread_ended
    try:
        yield
    finally:
        threading.excepthook = hook
        root.handlers = before
        root.setLevel(level)
        writing.end()


def _file(path: Path) -> list[logging.Handler]:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return [LogFile(path)]
    except OSError as error:
        logger.warning("The log cannot be kept in %s: %s.", path, error.strerror or error)
        return []


class Terminal(logging.StreamHandler):  # type: ignore[type-arg]
    """stderr."""

    def handleError(self, record: logging.LogRecord) -> None:
        """A terminal that was closed is no reason to stop."""


def _thread_ended(ended: threading.ExceptHookArgs) -> None:
    """In place of a traceback on the terminal."""
    if ended.exc_value is None or ended.exc_type is SystemExit:
        return
    name = ended.thread.name if ended.thread is not None else "unknown"
    logger.critical(
        "The thread %r has ended for a bug",
        name,
        exc_info=(ended.exc_type, ended.exc_value, ended.exc_traceback),
    )
