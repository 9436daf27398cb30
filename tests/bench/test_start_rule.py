"""What start.py takes for a dot is what the page's own rule says (static/dashboard/js/dots.js), and
what it takes for started over."""

from __future__ import annotations

from typing import Any

import pytest

from bench.parts.script import CannotMeasure
from bench.parts.startingover import is_anew
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


def flow(
    command: str | None, state: str = "running", handled: int = 1, reason: str | None = None
) -> dict[str, Any]:
    told = {"action": "start-over", "state": command, "reason": reason, "at": 1_000}
    return {
        "commands": [] if command is None else [told],
        "services": [
            {"on_request": False, "state": state},
            {"on_request": True, "state": "stopped"},
        ],
        "ledger": {"handled": handled},
    }


def test_started_over_is_when_all_run_again_and_the_ledger_counts() -> None:
    assert is_anew(flow("obeyed"))
    assert not is_anew(flow(None)), "the picture of before, in which all run as well"
    assert not is_anew(flow("sent"))
    assert not is_anew(flow("obeyed"), since=1_001), "it was started over before, too"
    assert not is_anew(flow("obeyed", state="starting"))
    assert not is_anew(flow("obeyed", handled=0))
    with pytest.raises(CannotMeasure, match="Kafka is away"):
        is_anew(flow("rejected", reason="Kafka is away."))
