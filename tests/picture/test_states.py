"""The state of an instance, over all combinations of wish, report, process and group.

The oracle is the table of docs/protocol.md written down once more, as one line a rule and in other
words than the code: a mistake would have to be made twice.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from itertools import product
from typing import Any, NamedTuple

import pytest

from dashboard.picture.observations import ProcessSeen, StatusSeen, WishSeen
from dashboard.picture.states import (
    ENDED,
    WORST_FIRST,
    Sight,
    State,
    Verdict,
    mode_at,
    state_of,
    worst,
)
from tests.picture.sights import START, process, status, wish

NOW = START + 60_000

WISHES = (None, "running", "paused", "paused until later", "paused until before")
SLOWNESS = (0, 250)
PHASES = (None, "starting", "running", "pausing", "paused", "stopping")
ASSIGNED = (None, True, False)
ANSWERS = ("names it", "names another", "rejects it")
PROCESSES = (None, "starting", "running", "stopped", "crashed", "failed", "restarting", "frozen")
GROUPS = (None, "reading", "no members", "rebalancing", "another kind", "unknown")
SILENCE = (4_999, 5_000)


class Case(NamedTuple):
    wish: str | None
    ms_per_event: int
    phase: str | None
    assigned: bool | None
    answer: str
    process: str | None
    group: str | None
    silent_ms: int
    hearing: bool
    before: str | None
    none_left: bool


def cases() -> Iterator[Case]:
    combinations = product(
        WISHES,
        SLOWNESS,
        PHASES,
        ASSIGNED,
        ANSWERS,
        PROCESSES,
        GROUPS,
        SILENCE,
        (True, False),
        (None, "slow", "frozen"),
    )
    return (Case(*one, none_left) for one in combinations for none_left in (False, True))


@cache
def wish_of(kind: str | None, ms_per_event: int) -> WishSeen | None:
    if kind is None:
        return None
    until = {"paused until later": NOW + 1, "paused until before": NOW}.get(kind)
    mode = "running" if kind == "running" else "paused"
    return wish(NOW - 100, mode, until_at=until, ms_per_event=ms_per_event)


@cache
def report_of(phase: str | None, assigned: bool | None, answer: str) -> StatusSeen | None:
    if phase is None:
        return None
    said: dict[str, Any] = {
        "names it": {"want": "w1"},
        "names another": {"want": "w0"},
        "rejects it": {"want": "w1", "outcome": "rejected"},
    }[answer]
    return status(NOW, phase=phase, assigned=assigned, **said)


@cache
def process_of(phase: str | None) -> ProcessSeen | None:
    return None if phase is None else process(START, phase)  # type: ignore[arg-type]


def sight_of(case: Case) -> Sight:
    before = None if case.before is None else Verdict(case.before)  # type: ignore[arg-type]
    return Sight(
        now=NOW,
        wish=wish_of(case.wish, case.ms_per_event),
        report=report_of(case.phase, case.assigned, case.answer),
        process=process_of(case.process),
        group=case.group,  # type: ignore[arg-type]
        silent_since_at=NOW - case.silent_ms,
        heard_until_at=NOW,
        hearing=case.hearing,
        before=before,
        none_left=case.none_left,
    )


def oracle(case: Case) -> str:
    """The table, top to bottom."""
    at_work = case.process in (None, "starting", "running")
    wanted = {None: "", "paused until before": "running", "paused until later": "paused"}.get(
        case.wish, case.wish or ""
    )
    unheard = case.wish is None or not (case.phase and case.answer == "rejects it")
    standing = case.phase in ("paused", "pausing")
    takes_it_slow = case.wish is not None and case.ms_per_event > 0
    named = case.answer in ("names it", "rejects it")
    table: list[tuple[bool, str]] = [
        (not at_work, str(case.process)),
        (not case.hearing and case.before in ENDED, "unknown"),
        (not case.hearing, case.before or "unknown"),
        (
            not case.phase and case.group in ("reading", "no members", "rebalancing"),
            str(case.group),
        ),
        (not case.phase and case.group is not None, "unknown"),
        (not case.phase and case.process is None, "unknown"),
        (bool(case.phase) and case.silent_ms >= 5_000, "unknown"),
        (
            case.none_left
            and case.assigned is False
            and case.phase in ("starting", "running")
            and wanted != "paused",
            "running",
        ),
        (not case.phase or case.phase == "starting", "starting"),
        (case.phase == "running" and case.assigned is False, "starting"),
        (standing and case.assigned is False and wanted != "paused", "starting"),
        (wanted == "paused" and unheard and case.phase in ("running", "pausing"), "pausing"),
        (wanted == "running" and unheard and standing, "resuming"),
        (case.phase == "pausing", "pausing"),
        (case.phase == "paused", "paused"),
        (takes_it_slow and named, "slow"),
        (True, "running"),
    ]
    return next(state for holds, state in table if holds)


def test_every_combination_has_the_state_of_the_first_rule_that_holds() -> None:
    wrong: list[tuple[Case, str]] = []
    came_up = set()
    for case in cases():
        state = state_of(sight_of(case)).state
        came_up.add(state)
        if state != oracle(case):
            wrong.append((case, state))
    assert wrong[:5] == []
    assert came_up == set(WORST_FIRST)


def simple(**more: Any) -> Sight:
    fields: dict[str, Any] = {
        "now": NOW,
        "wish": None,
        "report": status(NOW),
        "process": None,
        "group": None,
        "silent_since_at": NOW,
        "heard_until_at": NOW,
        "hearing": True,
        "before": None,
    }
    return Sight(**(fields | more))


def test_a_wish_that_nobody_names_for_five_seconds_has_no_answer() -> None:
    asked = wish(NOW - 5_000)
    assert state_of(simple(wish=asked)) == Verdict("pausing", "no answer")
    assert state_of(simple(wish=wish(NOW - 4_999))) == Verdict("pausing", None)


def test_a_process_that_was_started_and_not_heard_yet_is_starting_and_not_silent() -> None:
    def told(silent_ms: int) -> Verdict:
        started = process(NOW - silent_ms, "running")
        return state_of(simple(report=None, process=started, silent_since_at=NOW - silent_ms))

    assert told(4_999) == Verdict("starting")
    assert told(5_000) == told(59_999) == Verdict("starting", "not heard yet")
    assert told(60_000) == Verdict("unknown", "no report within 60 s of its start")


def test_a_wish_that_is_heard_waits_for_the_event_in_hand() -> None:
    report = status(NOW, phase="pausing", want="w1", handling_for_seconds=12.7)
    sight = simple(wish=wish(NOW - 20_000), report=report)
    assert state_of(sight) == Verdict("pausing", "finishing one event, 12 s")
    report = status(NOW, phase="pausing", want="w1", reason="waits to write to parts.heavy")
    sight = simple(wish=wish(NOW - 20_000), report=report)
    assert state_of(sight) == Verdict("pausing", "waits to write to parts.heavy")


def test_one_event_that_keeps_a_running_service_for_long_is_told() -> None:
    def told(seconds: float, **more: Any) -> Verdict:
        return state_of(simple(report=status(NOW, handling_for_seconds=seconds, **more)))

    assert told(9.9) == Verdict("running")
    assert told(12.7) == Verdict("running", "stuck for 12 s")
    assert told(12.7, reason="cannot write") == Verdict("running", "stuck for 12 s, cannot write")
    assert told(12.7, ms_per_event=5_000.0) == Verdict("slow")
    assert told(15.0, ms_per_event=5_000.0) == Verdict("slow", "stuck for 15 s")


def test_a_service_that_says_no_goes_on_with_its_reason() -> None:
    report = status(NOW, want="w1", outcome="rejected", reason="a producer cannot be paused")
    sight = simple(wish=wish(NOW - 20_000), report=report)
    assert state_of(sight) == Verdict("running", "a producer cannot be paused")


def test_one_that_said_that_it_stops_and_has_left_its_group_is_stopped() -> None:
    report = status(NOW, phase="stopping")

    def told(silent_ms: int, **more: Any) -> Verdict:
        return state_of(simple(report=report, silent_since_at=NOW - silent_ms, **more))

    assert told(4_999, nobody_left=True) == Verdict("running", "it is stopping")
    assert told(5_000, nobody_left=True) == Verdict("stopped", "it said that it stops")
    assert told(5_000) == Verdict("unknown", "no report since it said that it stops")
    silent = simple(silent_since_at=NOW - 5_000, nobody_left=True)
    assert state_of(silent).state == "unknown", "it said nothing of the kind"


def test_one_that_finds_no_partition_left_is_well_and_says_so() -> None:
    report = status(NOW, phase="starting", assigned=False, reason="waits for its partitions")
    assert state_of(simple(report=report)).state == "starting"
    spare = state_of(simple(report=report, none_left=True))
    assert spare == Verdict("running", "no partition left for it")


def test_a_pause_that_has_run_out_counts_as_running() -> None:
    until = wish(NOW - 20_000, until_at=NOW)
    assert mode_at(until, NOW - 1) == "paused"
    assert mode_at(until, NOW) == "running"
    paused = status(NOW, phase="paused", want="w1")
    assert state_of(simple(wish=until, report=paused)).state == "resuming"


def test_slowness_is_what_the_service_says_of_itself_where_it_says_it() -> None:
    asked = wish(NOW - 100, "running", ms_per_event=250)
    report = status(NOW, want="w1", ms_per_event=0.0)
    assert state_of(simple(wish=asked, report=report)).state == "running"
    report = status(NOW, ms_per_event=250.0)
    assert state_of(simple(report=report)).state == "slow"


def test_when_nothing_can_be_heard_the_state_is_as_before() -> None:
    sight = simple(hearing=False, before=Verdict("paused", "x"), silent_since_at=0)
    assert state_of(sight) == Verdict("paused", "x", as_before=True)


@pytest.mark.parametrize("ended", sorted(ENDED))
@pytest.mark.parametrize("phase", ["starting", "running"])
def test_what_its_process_is_no_more_it_is_not_as_before(phase: Any, ended: State) -> None:
    """Thawed or started while nothing can be heard: it was shown frozen for the whole outage."""
    sight = simple(hearing=False, process=process(START, phase), before=Verdict(ended, "x"))
    assert state_of(sight) == Verdict("unknown", "the cluster does not answer", as_before=True)


@pytest.mark.parametrize(
    ("states", "expected"),
    [
        (["running", "crashed", "paused"], "crashed"),
        (["running", "unknown"], "unknown"),
        (["running", "slow"], "slow"),
        (["restarting", "failed"], "failed"),
        ([], "unknown"),
    ],
)
def test_a_service_shows_its_worst_instance(states: list[State], expected: State) -> None:
    assert worst(states) == expected
