"""Events that were written twice."""

from __future__ import annotations

from typing import Any

from dashboard.picture import observations as seen
from dashboard.picture.duplicates import MAX_REMEMBERED
from tests.picture.graded import PARTS, Grader, caused
from tests.picture.sights import (
    SECOND,
    START,
    Line,
    entry,
    event,
    group,
    picture_of,
    reader_status,
    shown_after,
    status,
    survey,
    topics,
)


def duplicates_after(*events: seen.Event, sampled: frozenset[str] = frozenset()) -> dict[str, Any]:
    facts = group(committed={PARTS: 0}, ledger={PARTS: entry(0)})
    return shown_after(
        topics(parts=1, graded=1),
        reader_status(writes=("graded",)),
        survey(START, facts, ends={PARTS: 0, ("graded", 0): 9}),
        seen.SamplingSeen(START, sampled, 0),
        seen.EventsSeen(START, events),
    ).ledger


def test_a_caused_event_that_comes_twice_is_a_duplicate() -> None:
    found = duplicates_after(caused(0, "a"), caused(1, "b"), caused(2, "a"))
    assert (found["duplicates"], found["services"]["quality"]["duplicates"]) == (1, 1)
    assert found["duplicates_at_least"] is False


def test_first_events_and_events_of_other_services_are_no_duplicates() -> None:
    first = event("graded", 0, id="a", source="quality")
    again = event("graded", 1, id="a", source="quality")
    assert duplicates_after(first, again)["duplicates"] == 0
    assert duplicates_after(caused(0, "a"), caused(1, "a", source="x"))["duplicates"] == 0


def test_the_same_record_read_again_is_no_duplicate() -> None:
    assert duplicates_after(caused(0, "a"), caused(0, "a"))["duplicates"] == 0


def test_while_sampled_duplicates_are_unknown() -> None:
    sampled = duplicates_after(caused(0, "a"), sampled=frozenset({"graded"}))
    assert sampled["duplicates"] is None
    assert sampled["services"]["quality"]["duplicates"] is None
    assert (sampled["replayed"], sampled["services"]["quality"]["replayed"]) == (None, None)


def test_after_it_was_sampled_duplicates_are_of_what_was_written_since() -> None:
    line = Grader()
    line.writes("a")
    line.samples("graded")
    line.samples()
    ledger = line.picture.shown().ledger
    assert (ledger["duplicates"], ledger["duplicates_at_least"]) == (0, False)
    assert ledger["duplicates_since_at"] == line.now
    line.writes("b", "b")
    ledger = line.picture.shown().ledger
    assert (ledger["duplicates"], ledger["duplicates_at_least"]) == (1, False)
    assert ledger["replayed_at_least"] is True, "what is replayed was maybe not seen before"
    line.samples("graded")
    line.samples()
    ledger = line.picture.shown().ledger
    assert (ledger["duplicates"], ledger["duplicates_at_least"]) == (1, True), "it was seen before"
    line.reads(2)
    ledger = line.picture.shown().ledger
    assert (ledger["duplicates"], ledger["duplicates_at_least"]) == (0, False)
    assert ledger["duplicates_since_at"] == START, "what a new pass writes is all seen"


def test_of_a_service_that_publishes_nothing_duplicates_are_at_least() -> None:
    line = Line()
    line.second()
    line.say(writes=())
    assert line.shown().ledger["duplicates_at_least"] is True


def test_duplicates_of_a_pass_that_began_before_the_watch_are_told_since_when() -> None:
    def since(first_seen: int, *, base: int = 0, made_later: bool = False) -> Any:
        began = (topics(), topics(parts=1)) if made_later else (topics(parts=1),)
        picture = picture_of(*began, reader_status(writes=("graded",)))
        picture.observe(seen.EventsSeen(START, (event("parts", first_seen),)))
        facts = group(committed={PARTS: 9}, ledger={PARTS: entry(9 - base, base=base)})
        picture.observe(survey(START + SECOND, facts, ends={PARTS: 9}))
        ledger = picture.shown().ledger
        assert ledger["duplicates"] == 0
        assert ledger["duplicates_since_at"] == ledger["services"]["quality"]["duplicates_since_at"]
        return ledger["duplicates_since_at"]

    assert since(0) is None
    assert since(4) == START, "four were handled before, and maybe written twice"
    assert since(4, base=4) is None, "they are of no pass that counts"
    assert since(4, base=9) is None, "nothing of this pass was handled yet"
    assert since(4, made_later=True) is None, "of a topic that came later all is read"


def test_a_service_that_writes_nothing_takes_nothing_from_what_is_known_of_the_others() -> None:
    """What analytics does twice leaves no trace; what was written twice is counted all the same."""
    groups = (seen.StatusGroup("analytics", "a1", ("parts",)),)
    facts = [
        group(name, committed={PARTS: 1}, ledger={PARTS: entry(1)})
        for name in ("quality", "analytics")
    ]
    found = shown_after(
        topics(parts=1, graded=1),
        reader_status(writes=("graded",)),
        status(START, "analytics", groups=groups),
        survey(START, *facts, ends={PARTS: 1}),
    ).ledger
    assert (found["duplicates"], found["duplicates_at_least"]) == (0, False)
    assert found["services"]["analytics"]["duplicates_at_least"] is True


def test_duplicates_of_a_service_that_reads_in_two_groups_are_kept_over_surveys() -> None:
    def facts(name: str, number: int) -> seen.GroupFacts:
        return group(name, committed={PARTS: 1}, ledger={PARTS: entry(1, number=number)})

    both = tuple(seen.StatusGroup(name, None, ("parts",)) for name in ("a", "b"))
    found = survey(START, facts("a", 2), facts("b", 1), ends={PARTS: 1, ("graded", 0): 2})
    picture = picture_of(
        topics(parts=1, graded=1),
        reader_status(writes=("graded",), groups=both),
        found,
        seen.EventsSeen(START, (caused(0, "a"), caused(1, "a"))),
        found,
    )
    assert picture.shown().ledger["services"]["quality"]["duplicates"] == 1


def test_the_memory_for_duplicates_is_bounded() -> None:
    picture = picture_of(topics(graded=1))
    for start in range(0, MAX_REMEMBERED + 1_000, 500):
        batch = tuple(caused(n, f"id{n}") for n in range(start, start + 500))
        picture.observe(seen.EventsSeen(START, batch))
    assert len(picture._known.duplicates._passes) == MAX_REMEMBERED
