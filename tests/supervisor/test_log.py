from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.supervisor.log import LONGEST_LINE, CappedLog, Lines


def test_a_log_stays_under_its_cap_and_keeps_the_newest_lines(tmp_path: Path) -> None:
    log = CappedLog(tmp_path / "quality-1.log", most_bytes=1_000)
    for number in range(1_000):
        log.write(f"line {number}\n".encode())
        assert sum(file.stat().st_size for file in tmp_path.iterdir()) <= 2_000
    log.close()
    assert (tmp_path / "quality-1.log").read_text().endswith("line 999\n")
    kept = (tmp_path / "quality-1.log.1").read_text() + (tmp_path / "quality-1.log").read_text()
    first = int(kept.split()[1])
    assert kept == "".join(f"line {number}\n" for number in range(first, 1_000))


def test_a_log_is_continued_over_restarts(tmp_path: Path) -> None:
    for word in ("first", "second"):
        log = CappedLog(tmp_path / "quality-1.log")
        log.write(f"{word}\n".encode())
        log.close()
    assert (tmp_path / "quality-1.log").read_text() == "first\nsecond\n"


def test_a_log_that_cannot_be_written_stops_nothing_and_is_tried_again(tmp_path: Path) -> None:
    folder = tmp_path / "logs"
    log = CappedLog(folder / "quality-1.log")
    log.write(b"lost\n")
    folder.mkdir()
    log.write(b"kept\n")
    assert (folder / "quality-1.log").read_text() == "kept\n"
    log.close()


def test_a_log_that_was_deleted_is_begun_anew(tmp_path: Path) -> None:
    log = CappedLog(tmp_path / "quality-1.log", most_bytes=10)
    log.write(b"123456789\n")
    (tmp_path / "quality-1.log").unlink()
    log.write(b"lost\n")
    log.write(b"kept\n")
    assert (tmp_path / "quality-1.log").read_text() == "kept\n"
    log.close()


@pytest.mark.parametrize("size", [1, 3, 1_000])
def test_lines_are_whole_however_they_arrive(size: int) -> None:
    printed = b"one\ntwo\n\nthree"
    lines = Lines()
    found = []
    for at in range(0, len(printed), size):
        found += lines.feed(printed[at : at + size])
    found += lines.end()
    assert found == [b"one\n", b"two\n", b"\n", b"three\n"]
    assert lines.last == b"three\n"


def test_the_last_line_that_says_something_is_kept() -> None:
    lines = Lines()
    lines.feed(b"ValueError: no\n")
    lines.feed(b"\n   \n")
    assert lines.last == b"ValueError: no\n"


def test_output_without_line_ends_is_broken_and_never_gathered() -> None:
    lines = Lines()
    pieces = [piece for _ in range(100) for piece in lines.feed(b"x" * 5_000)]
    assert {len(piece) for piece in pieces} == {LONGEST_LINE + 1}
    assert len(pieces) == 500_000 // LONGEST_LINE


@given(st.lists(st.binary(max_size=40), max_size=20))
def test_no_byte_is_lost_but_line_ends(chunks: list[bytes]) -> None:
    lines = Lines()
    found = [line for chunk in chunks for line in lines.feed(chunk)] + lines.end()
    printed = b"".join(chunks)
    assert b"".join(found).replace(b"\n", b"").replace(b"\r", b"") == printed.replace(
        b"\n", b""
    ).replace(b"\r", b"")
