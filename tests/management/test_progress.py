"""The line that fills up while Kafka is fetched."""

from __future__ import annotations

import io

from dashboard.management.progress import STEPS, ProgressLine


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_the_line_fills_up_and_is_drawn_a_bounded_number_of_times() -> None:
    out = Terminal()
    line = ProgressLine(out)
    for done in range(0, 100_000_001, 10_000):
        line("Kafka", done, 100_000_000)
    line.end()
    drawn = out.getvalue()
    assert "100 of 100 MB" in drawn
    assert drawn.count("\r") <= STEPS + 1
    assert drawn.endswith("\n")


def test_where_nobody_looks_there_is_one_plain_line() -> None:
    out = io.StringIO()
    line = ProgressLine(out)
    for done in range(100):
        line("Kafka", done, 100)
    line.end()
    assert out.getvalue() == "Fetching Kafka.\n"


def test_an_unknown_size_breaks_nothing() -> None:
    out = Terminal()
    ProgressLine(out)("Kafka", 5_000_000, 0)
    assert "5 of 0 MB" in out.getvalue()
