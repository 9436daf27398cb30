"""The log: one line an event, nothing of it can be forged, and it never grows without end."""

from __future__ import annotations

import io
import logging
import os
import re
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from flowviz import journal
from flowviz.journal import FILE, LogFile, OneLine, Terminal, Writing, kept
from tests.waiting import until

log = logging.getLogger("tests.something")
LINE = r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}[+-]\d{4} "


@pytest.fixture
def terminal() -> Iterator[io.StringIO]:
    """What the terminal gets, of a root logger as Flowviz has it."""
    root, shown = logging.getLogger(), io.StringIO()
    handler = Terminal(shown)
    handler.setFormatter(OneLine(traces=False))
    root.addHandler(handler)
    yield shown
    root.removeHandler(handler)


def fail() -> None:
    raise KeyError("x")


def in_file(folder: Path) -> list[str]:
    return (folder / FILE).read_text().splitlines()


def test_a_line_says_when_how_grave_where_and_what(terminal: io.StringIO, tmp_path: Path) -> None:
    with kept(tmp_path):
        log.warning("The %s is %d parts late.", "belt", 3)
    assert re.fullmatch(
        LINE + r"WARNING tests.something: The belt is 3 parts late\.\n", terminal.getvalue()
    )
    assert in_file(tmp_path) == terminal.getvalue().splitlines()


def test_the_terminal_gets_what_was_asked_for_and_the_file_all_of_importance(
    terminal: io.StringIO, tmp_path: Path
) -> None:
    with kept(tmp_path):
        log.debug("Details.")
        log.info("Something was asked.")
        log.error("Something broke.")
    assert [line.split()[2] for line in terminal.getvalue().splitlines()] == ["ERROR"]
    assert [line.split()[2] for line in in_file(tmp_path)] == ["INFO", "ERROR"]


def test_a_traceback_is_for_the_file_and_the_terminal_gets_one_line(
    terminal: io.StringIO, tmp_path: Path
) -> None:
    with kept(tmp_path):
        try:
            fail()
        except KeyError:
            log.exception("It broke")
    (line,) = terminal.getvalue().splitlines()
    assert re.search(r"It broke \(KeyError: 'x' in test_journal\.py, line \d+\)$", line)
    assert in_file(tmp_path)[0] == line
    assert "Traceback (most recent call last):" in in_file(tmp_path)[1]


def test_what_comes_from_outside_begins_no_line_of_its_own(
    terminal: io.StringIO, tmp_path: Path
) -> None:
    with kept(tmp_path):
        log.warning("Service %s", "a\n2026-01-01 CRITICAL forged\r\x1b[2J\u2028\u202eb\ud800")
    (line,) = terminal.getvalue().splitlines()
    assert "a\\x0a2026-01-01 CRITICAL forged\\x0d\\x1b[2J\\x2028\\x202eb" in line
    assert len(in_file(tmp_path)) == 1


def test_a_line_has_an_end(tmp_path: Path) -> None:
    with kept(tmp_path):
        log.warning("%s", "x" * 100_000)
    assert len(in_file(tmp_path)[0]) == journal.MAX_LINE


def test_the_file_is_rotated_and_what_is_kept_is_bounded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journal, "MAX_BYTES", 2_000)
    with kept(tmp_path):
        for number in range(500):
            log.warning("Line %d", number)
    files = sorted((tmp_path / "logs").iterdir())
    assert len(files) == 1 + journal.OLDER_FILES
    assert all(file.stat().st_size <= 2_000 for file in files)
    assert in_file(tmp_path)[-1].endswith("Line 499")


def test_two_that_write_the_same_file_follow_each_other_when_it_is_rotated(tmp_path: Path) -> None:
    one, other = LogFile(tmp_path / "log"), LogFile(tmp_path / "log")
    record = logging.LogRecord("n", logging.INFO, "p", 1, "said by %s", ("one",), None)
    also = logging.LogRecord("n", logging.INFO, "p", 1, "said by %s", ("other",), None)
    other.emit(also)
    one.emit(record)
    one.doRollover()
    one.emit(record)
    other.emit(also)
    (tmp_path / "log.1").unlink()
    (tmp_path / "log").rename(tmp_path / "taken away by logrotate")
    one.emit(record)
    other.emit(also)
    for handler in (one, other):
        handler.close()
    assert [line.split()[-1] for line in (tmp_path / "log").read_text().splitlines()] == [
        *("one", "other")
    ]


def test_a_folder_that_cannot_be_written_is_said_and_the_terminal_goes_on(
    terminal: io.StringIO, tmp_path: Path
) -> None:
    (tmp_path / "logs").write_text("a file")
    with kept(tmp_path):
        log.warning("Said all the same.")
    said = terminal.getvalue()
    assert "The log cannot be kept in" in said
    assert "Said all the same." in said


def test_a_terminal_that_stands_still_holds_up_nobody_and_what_is_left_out_is_counted(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(journal, "MAX_WAITING", 10)
    reading, writing = os.pipe()
    with os.fdopen(reading) as reader, os.fdopen(writing, "w") as writer:
        stuck = threading.Event()

        class Stuck(Terminal):
            def emit(self, record: logging.LogRecord) -> None:
                stuck.wait(60)
                super().emit(record)

        handler = Stuck(writer)
        handler.setFormatter(OneLine(traces=False))
        lines = Writing([handler])
        for number in range(100):
            lines.handle(logging.LogRecord("n", logging.WARNING, "p", 1, f"{number}", (), None))
        stuck.set()
        lines.end()
        writer.close()
        said = reader.read().splitlines()
    assert 10 <= len(said) < 20
    counted = [re.search(r"(\d+) lines are missing here", line) for line in said]
    missing = sum(int(found[1]) for found in counted if found)
    shown = sum(found is None for found in counted)
    assert shown + missing == 100


def test_a_thread_that_ends_for_a_bug_is_a_line_in_the_log(
    terminal: io.StringIO, tmp_path: Path
) -> None:
    with kept(tmp_path):
        thread = threading.Thread(target=fail, name="some thread")
        thread.start()
        thread.join()
        until(terminal.getvalue, "a line")
    (line,) = terminal.getvalue().splitlines()
    assert "CRITICAL" in line
    assert "The thread 'some thread' has ended for a bug (KeyError: 'x'" in line


def test_afterwards_all_is_as_before(tmp_path: Path) -> None:
    root = logging.getLogger()
    before = (root.handlers[:], root.level, threading.excepthook)
    with kept(tmp_path):
        assert root.level == logging.INFO
    assert (root.handlers, root.level, threading.excepthook) == before
