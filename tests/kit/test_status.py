"""One status of all the parts of an instance."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest

from flowviz.kit.calls import MAX_CALLED, CallCounts
from flowviz.kit.producer import CANNOT_PAUSE
from flowviz.kit.status import MAX_FACTS, Phase, Reading, Report, Status, put_together, tellable


def together(*reports: Report, wants_pause: bool = False, want: str | None = "w") -> Status:
    return put_together(
        "quality", "quality-1", reports, want=want, wants_pause=wants_pause, ms_per_event=0
    )


def test_it_has_the_fields_of_the_protocol_and_no_others() -> None:
    reader = Report(
        "running", "w", groups=(Reading("quality", "m", ("parts.scanned",)),), assigned=True
    )
    writer = Report(writes=("parts.graded",), acked={("parts.graded", 0): 811})
    told = json.loads(together(reader, writer).encode(4711, "laptop", 1763999940100))
    assert told == {
        "v": 1,
        "service": "quality",
        "instance": "quality-1",
        "phase": "running",
        "want": "w",
        "outcome": "done",
        "reason": None,
        "groups": [{"group": "quality", "member_id": "m", "reads": ["parts.scanned"]}],
        "writes": ["parts.graded"],
        "acked": {"parts.graded": {"0": 811}},
        "handling_for": None,
        "failed": 0,
        "facts": {},
        "assigned": True,
        "ms_per_event": 0,
        "pid": 4711,
        "host": "laptop",
        "at": 1763999940100,
    }


@pytest.mark.parametrize(
    ("phases", "wants_pause", "phase", "outcome"),
    [
        (["running"], False, "running", "done"),
        (["paused"], True, "paused", "done"),
        (["pausing"], True, "pausing", None),
        (["running", "paused"], True, "pausing", None),
        (["paused", "pausing"], True, "pausing", None),
        (["paused"], False, "paused", None),
        (["starting"], False, "starting", "done"),
        (["starting", "paused"], True, "starting", None),
        (["stopping", "running"], False, "stopping", None),
        ([], False, "running", "done"),
    ],
)
def test_the_worst_part_speaks_for_all(
    phases: list[Phase], wants_pause: bool, phase: Phase, outcome: str | None
) -> None:
    status = together(*[Report(p, "w") for p in phases], wants_pause=wants_pause)
    assert (status.phase, status.outcome) == (phase, outcome)


def test_a_wish_is_done_only_when_every_part_has_looked_at_it() -> None:
    assert together(Report("running", "w"), Report("running", "older")).outcome is None
    assert together(Report("running", None), want=None).outcome is None


def test_a_producer_alone_rejects_and_beside_a_reader_has_no_say() -> None:
    writer = Report(refusal=CANNOT_PAUSE)
    alone = together(writer, wants_pause=True)
    assert (alone.phase, alone.outcome, alone.reason) == ("running", "rejected", CANNOT_PAUSE)
    beside = together(writer, Report("paused", "w"), wants_pause=True)
    assert (beside.phase, beside.outcome, beside.reason) == ("paused", "done", None)


def test_facts_are_twenty_scalars_at_most_and_always_json() -> None:
    facts: dict[Any, Any] = {"list": [1], "nan": math.nan, "text": "x" * 500, "object": object()}
    facts |= {number: number for number in range(50)}
    told = tellable(facts.items())
    assert len(told) == MAX_FACTS
    assert (told["nan"], len(str(told["text"])), "list" in told) == (None, 200, False)


def test_only_what_matters_is_sent_at_once() -> None:
    quiet = together(Report("running", "w", facts={"a": 1}))
    assert quiet.news() == together(Report("running", "w", facts={"a": 2})).news()
    assert quiet.news() != together(Report("running", "w", reason="no room")).news()


def test_who_calls_others_directly_tells_what_came_of_it() -> None:
    counts = CallCounts(done=3, refused=1, timed_out=2, retried=4, seconds=0.07, reason="no")
    many = {f"b{number}": counts for number in range(MAX_CALLED + 5)}
    told = json.loads(together(Report(calls=many)).encode(1, "laptop", 0))["calls"]
    assert len(told) == MAX_CALLED
    assert told["b0"] == {
        "done": 3,
        "refused": 1,
        "timed_out": 2,
        "retried": 4,
        "seconds": 0.07,
        "reason": "no",
    }
