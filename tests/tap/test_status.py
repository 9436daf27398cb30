import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.picture.observations import CallsSeen, StatusGroup
from dashboard.tap.status import MAX_ACKED, MAX_BYTES, MAX_CALLED, MAX_FACTS, parse_status

NOW = 1_770_000_000_000
WHOLE: dict[str, Any] = {
    "v": 1,
    "service": "quality",
    "instance": "quality-1",
    "phase": "paused",
    "want": "w-1",
    "outcome": "done",
    "reason": None,
    "groups": [{"group": "quality", "member_id": "m-1", "reads": ["parts.scanned"]}],
    "writes": ["parts.graded"],
    "acked": {"parts.graded": {"0": 41}},
    "handling_for": 0.25,
    "failed": 2,
    "facts": {"grade": "B", "parts": 7, "ok": True, "ratio": 0.5, "none": None},
    "pid": 4711,
    "host": "laptop",
    "at": NOW - 5,
    "calls": {
        "inventory-direct": {
            "done": 5,
            "refused": 1,
            "timed_out": 2,
            "retried": 3,
            "seconds": 0.07,
            "reason": "no answer within 2 s",
        }
    },
}


def encoded(**changes: object) -> bytes:
    return json.dumps(WHOLE | changes).encode()


def test_a_whole_status_is_read() -> None:
    status = parse_status(encoded(), NOW)
    assert status is not None
    assert (status.service, status.instance, status.phase) == ("quality", "quality-1", "paused")
    assert (status.want, status.outcome, status.reason) == ("w-1", "done", None)
    assert status.groups == (StatusGroup("quality", "m-1", ("parts.scanned",)),)
    assert status.writes == ("parts.graded",)
    assert status.acked == {("parts.graded", 0): 41}
    assert (status.handling_for_seconds, status.failed) == (0.25, 2)
    assert status.facts == WHOLE["facts"]
    assert (status.pid, status.host) == (4711, "laptop")
    assert status.calls == {"inventory-direct": CallsSeen(5, 1, 2, 3, 0.07, "no answer within 2 s")}


def test_it_counts_from_its_arrival_whatever_its_own_clock_says() -> None:
    status = parse_status(encoded(at=5), NOW)
    assert status is not None
    assert status.at == NOW


@pytest.mark.parametrize(
    "raw",
    [
        None,
        b"",
        b"\xff",
        b"[]",
        b"[" * 60_000,
        encoded(v=2),
        encoded(phase="dancing"),
        encoded(service=None),
        encoded(instance=""),
        encoded(service="x" * 250),
        encoded(service="two\nlines"),
        encoded(reason="x" * MAX_BYTES),
    ],
)
def test_what_is_no_status_is_left_out(raw: bytes | None) -> None:
    assert parse_status(raw, NOW) is None


def test_parts_of_a_wrong_type_are_not_known() -> None:
    status = parse_status(
        encoded(groups="x", writes={}, acked=[1], handling_for="long", facts=3, pid=-1, failed="?"),
        NOW,
    )
    assert status is not None
    assert (status.groups, status.writes, status.acked, status.facts) == ((), (), {}, {})
    assert (status.handling_for_seconds, status.pid, status.failed) == (None, None, 0)


def test_everything_is_bounded() -> None:
    status = parse_status(
        encoded(
            facts={f"f{n}" * 60: "x" * 300 for n in range(50)},
            acked={"t": {str(n): n for n in range(3_000)}},
        ),
        NOW,
    )
    assert status is not None
    assert len(status.facts) == MAX_FACTS
    assert all(len(name) <= 80 and len(str(fact)) <= 80 for name, fact in status.facts.items())
    assert len(status.acked) == MAX_ACKED
    called = {f"s{n}": WHOLE["calls"]["inventory-direct"] for n in range(100)}
    status = parse_status(encoded(calls=called), NOW)
    assert status is not None
    assert len(status.calls) == MAX_CALLED


def test_counters_of_calls_are_known_together_or_not_at_all() -> None:
    good = WHOLE["calls"]["inventory-direct"]
    told = {"a": good | {"done": -1}, "b": {"done": 3}, "c": 5, "": good, "d": good}
    status = parse_status(encoded(calls=told | {"e": good | {"seconds": "long", "reason": 3}}), NOW)
    assert status is not None
    assert set(status.calls) == {"d", "e"}
    assert (status.calls["e"].seconds, status.calls["e"].reason) == (None, None)


def test_numbers_a_browser_cannot_hold_are_not_known() -> None:
    huge = 10**400  # a float cannot hold it, and math.isfinite() raises on it
    raw = encoded(facts={"a": float("inf"), "b": huge, "c": 1}, handling_for=float("nan"))
    status = parse_status(raw, NOW)
    assert status is not None
    assert status.facts == {"c": 1}
    assert status.handling_for_seconds is None
    for amount in (huge, -huge, float("inf")):
        said = parse_status(encoded(handling_for=amount, ms_per_event=amount), NOW)
        assert said is not None
        assert (said.handling_for_seconds, said.ms_per_event) == (None, None)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from(sorted(WHOLE)), JSON))
def test_no_status_stops_the_reader(changes: dict[str, object]) -> None:
    status = parse_status(encoded(**changes), NOW)
    assert status is None or status.at == NOW
