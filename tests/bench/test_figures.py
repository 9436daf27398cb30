from pathlib import Path

import pytest

from bench.parts.figures import ROWS, Figure, Target, amount, change, median, percentile, show


@pytest.mark.parametrize(
    ("share", "value"), [(0.0, 1), (0.5, 50), (0.99, 99), (0.991, 100), (1.0, 100)]
)
def test_a_percentile_is_a_value_that_was_measured(share: float, value: int) -> None:
    assert percentile([float(one) for one in range(100, 0, -1)], share) == value


def test_of_nothing_nothing_is_known() -> None:
    assert percentile([], 0.5) is None
    assert median([3.0]) == 3.0
    assert [change(values, median) for values in ([], [3.0])] == [None, None]
    assert change([2.0, 3.0], median) == 50


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, "not measured"),
        (0, "0 s"),
        (0.01234, "0.0123 s"),
        (12.345, "12.3 s"),
        (12345.6, "12,346 s"),
    ],
)
def test_a_number_is_as_precise_as_it_was_measured(value: float | None, words: str) -> None:
    assert amount(value, "s") == words


def test_a_line_has_the_figure_its_target_and_its_baseline(
    capsys: pytest.CaptureFixture[str],
) -> None:
    show(
        "one.py: a title",
        [
            Figure("quick", 3.0, "s", Target(at_most=5.0), 2.0, "the bare thing"),
            Figure("many", 3.0, "/s", Target(at_least=5.0)),
            Figure("absent", None, "s", Target(at_most=5.0)),
        ],
        ["a note"],
    )
    lines = capsys.readouterr().out.splitlines()
    assert "one.py: a title" in lines
    quick, many, absent = (
        next(line for line in lines if name in line) for name in ("quick", "many", "absent")
    )
    assert "3 s" in quick
    assert "at most 5 s: met" in quick
    assert quick.endswith("2 s, the bare thing")
    assert many.endswith("at least 5 /s: missed")
    assert absent.endswith("at most 5 s")
    assert "not measured" in absent
    assert lines[-1].endswith("a note")


def test_what_has_a_target_is_kept_as_a_row_where_that_is_wanted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = tmp_path / "rows"
    monkeypatch.setenv(ROWS, str(rows))
    show("one.py: a title", [Figure("quick", 3.0, "s", Target(at_most=5.0), 2.0, "the bare thing")])
    show("two.py: another", [Figure("told", 3.0, "s"), Figure("slow", 9.0, "s", Target(at_most=5))])
    assert rows.read_text().splitlines() == [
        "| one.py | quick (a title) | at most 5 s: met | 3 s | 2 s, the bare thing |",
        "| two.py | slow (another) | at most 5 s: missed | 9 s |  |",
    ]
