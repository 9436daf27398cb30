import signal

import pytest

from dashboard.supervisor.ending import LONGEST_REASON, one_line, words


@pytest.mark.parametrize(
    ("code", "last_line", "expected"),
    [
        (3, b"ValueError: there is no part 7\n", "exit code 3: ValueError: there is no part 7"),
        (1, b"", "exit code 1"),
        (0, b"a warning from long ago\n", "ended without an error"),
        (-signal.SIGKILL, b"connected\n", "ended by SIGKILL"),
        (-signal.SIGSEGV, b"", "ended by SIGSEGV"),
        (-signal.SIGABRT, b"assertion failed: x\n", "ended by SIGABRT: assertion failed: x"),
        (-63, b"", "ended by signal 63"),
        (None, b"", "ended, and it is not known how"),
    ],
)
def test_an_end_is_told_in_words(code: int | None, last_line: bytes, expected: str) -> None:
    assert words(code, last_line) == expected


def test_a_reason_is_one_bounded_printable_line() -> None:
    assert one_line(b"\x1b[1;31mred\x1b[0m \x00\xff alert\r\n") == "red \ufffd alert"
    long = words(1, b"x" * 10_000)
    assert len(long) == LONGEST_REASON
    assert long.endswith("…")
