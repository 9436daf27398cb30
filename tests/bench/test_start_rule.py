"""What start.py takes for a dot is what the page's own rule says (static/dashboard/js/dots.js)."""

from __future__ import annotations

from typing import Any

from bench.start import departures

WRITES, READS = "w:s:a>t:x", "r:t:x>g:b"


def edge(kind: str, count: int | None) -> dict[str, Any]:
    return {"kind": kind, "count": count, "topic": "x"}


def left(before: int | None, after: int | None, kind: str = "writes", *live: bool) -> set[str]:
    key = WRITES if kind == "writes" else READS
    frame = {
        "t": "delta",
        "set": {"edges": {key: edge(kind, after)}},
        "events": [{"topic": "x", "live": one} for one in live],
    }
    state = {"edges": {key: edge(kind, before)}}
    return departures(state, {"edges": frame["set"]["edges"]}, frame)  # type: ignore[index]


def test_a_dot_leaves_when_the_count_of_an_edge_grows() -> None:
    assert left(1, 2, "writes", True) == {WRITES}
    assert left(1, 2, "reads") == {READS}


def test_the_first_count_of_an_edge_moves_nothing() -> None:
    assert left(None, 1, "writes", True) == set()
    assert left(1, 1, "reads") == set()
    assert left(1, None, "reads") == set()


def test_history_moves_nothing() -> None:
    assert left(1, 3, "writes", False, False) == set()
    assert left(1, 3, "writes", False, True) == {WRITES}
