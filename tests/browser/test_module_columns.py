"""Which edges decide in what column a node stands."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.browser.modules import run

LINE = [
    ("scanner", "scanned"),
    ("scanned", "quality"),
    ("scanned", "inventory"),
    ("quality", "graded"),
    ("inventory", "changed"),
]
BOTH = [("scanned", "analytics"), ("changed", "analytics")]


def decided(modules: Page, lines: list[tuple[str, str]]) -> list[tuple[str, str]]:
    edges = [{"from": source, "to": target} for source, target in lines]
    ids = list(dict.fromkeys(name for line in lines for name in line))
    body = "return m.deciding(a[0], a[1]).map((edge) => [edge.from, edge.to])"
    return [(source, target) for source, target in run(modules, "columns", body, [ids, edges])]


def test_who_reads_two_topics_and_writes_nothing_stands_beside_the_first(modules: Page) -> None:
    assert decided(modules, LINE + BOTH) == [*LINE, BOTH[0]]


@pytest.mark.parametrize(
    "more",
    [
        [("analytics", "findings")],  # it writes: what comes of it stands right of all it reads
        [("changed", "billing")],  # there is such a column anyway
    ],
)
def test_where_that_saves_no_column_everything_stands_right_of_all_it_reads(
    modules: Page, more: list[tuple[str, str]]
) -> None:
    lines = LINE + BOTH + more
    assert decided(modules, lines) == lines


def test_who_reads_what_it_writes_and_circles_of_services_change_nothing(modules: Page) -> None:
    lines = [("a", "t"), ("t", "b"), ("b", "u"), ("u", "a"), ("t", "c"), ("u", "c")]
    assert decided(modules, [*lines, ("c", "c")]) == lines
