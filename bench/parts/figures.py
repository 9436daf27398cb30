"""A figure as it is printed: what was measured, what was aimed at, and what is possible here."""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

ROWS = "BENCH_ROWS"
"""Environment: a file to which the figures that have a target are added."""


@dataclass(frozen=True, slots=True)
class Target:
    """What is aimed at: no less than `at_least`, or no more than `at_most`."""

    at_least: float | None = None
    at_most: float | None = None

    def words(self, unit: str) -> str:
        if self.at_most is not None:
            return f"at most {amount(self.at_most, unit)}"
        return f"at least {amount(self.at_least, unit)}"

    def met_by(self, measured: float) -> bool:
        if self.at_most is not None:
            return measured <= self.at_most
        return self.at_least is None or measured >= self.at_least


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table. None means that it could not be measured, and is printed so."""

    name: str
    measured: float | None
    unit: str
    target: Target | None = None
    baseline: float | None = None
    baseline_is: str = ""
    """What the baseline is; without it, this line has none."""

    def cells(self) -> tuple[str, str, str, str]:
        target = ""
        if self.target is not None:
            target = self.target.words(self.unit)
            if self.measured is not None:
                target += ": met" if self.target.met_by(self.measured) else ": missed"
        baseline = ""
        if self.baseline_is:
            baseline = f"{amount(self.baseline, self.unit)}, {self.baseline_is}"
        return self.name, amount(self.measured, self.unit), target, baseline


def show(title: str, figures: Iterable[Figure], notes: Iterable[str] = ()) -> None:
    """Print one table under a title, and below it what a reader of the figures should know."""
    figures = list(figures)
    _keep_rows(title, figures)
    rows = [("figure", "measured", "target", "baseline"), *(figure.cells() for figure in figures)]
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    print(f"\n{title}")
    for row in rows:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        print(f"  {'  '.join(cells)}".rstrip())
    for note in notes:
        print(f"  - {note}")
    sys.stdout.flush()


def _keep_rows(title: str, figures: Iterable[Figure]) -> None:
    """For whoever runs several scripts: what has a target, as rows of a table in Markdown."""
    if (file := os.environ.get(ROWS)) is None:
        return
    script, _, about = title.partition(": ")
    with Path(file).open("a") as rows:
        for figure in figures:
            if figure.target is not None:
                name, measured, target, baseline = figure.cells()
                rows.write(
                    f"| {script} | {name} ({about}) | {target} | {measured} | {baseline} |\n"
                )


def machine() -> str:
    """On what, and beside how much other work, this runs."""
    load = ", ".join(f"{one:.1f}" for one in os.getloadavg())
    return (
        f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}, "
        f"Python {platform.python_version()}; load {load} (1, 5, 15 min)"
    )


def amount(value: float | None, unit: str) -> str:
    """A number as precise as such a measurement is, with its unit."""
    if value is None:
        return "not measured"
    if value == 0 or abs(value) >= 100:
        number = f"{value:,.0f}"
    elif abs(value) >= 10:
        number = f"{value:.1f}"
    else:
        number = f"{value:.3g}"
    return f"{number} {unit}".rstrip()


def percentile(values: Sequence[float], share: float) -> float | None:
    """The value below which this share (0 to 1) of all lie, by the nearest rank; None of none."""
    if not values:
        return None
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, max(0, -int(-share * len(ordered) // 1) - 1))]


def median(values: Sequence[float]) -> float | None:
    return percentile(values, 0.5)


def change(
    values: Sequence[float], middle: Callable[[Sequence[float]], float | None]
) -> float | None:
    """By how many percent the last third is above the first; None of a single value, which could
    only be compared with itself."""
    if len(values) < 2:
        return None
    third = max(1, len(values) // 3)
    first, last = middle(values[:third]), middle(values[-third:])
    if not first or last is None:
        return None
    return 100 * (last - first) / first


def mean(values: Sequence[float]) -> float | None:
    return sum(values) / len(values) if values else None
