"""What a service wrote again because it was to read again: replayed, and no duplicate."""

from __future__ import annotations

from typing import Any

from dashboard.picture import observations as seen
from tests.picture.graded import PARTS, Grader, Reader, caused
from tests.picture.sights import (
    SECOND,
    START,
    entry,
    event,
    group,
    picture_of,
    reader_status,
    survey,
    topics,
)


def test_what_is_read_again_after_a_rewind_is_replayed_and_no_duplicate() -> None:
    line = Grader()
    line.writes("a", "a", "b")
    line.reads(1)
    assert line.told() == (1, 0)
    line.reads(2)
    line.writes("a", "b", "c")
    assert line.told() == (0, 2)
    line.writes("b", "c")
    line.reads(2)
    assert line.told() == (2, 2), "in the new pass these came twice"
    line.reads(3)
    line.writes("a", "c")
    assert line.told() == (0, 4)
    shown = line.picture.shown()
    assert (shown.groups["g:quality"]["passes"], shown.ledger["pass"]) == (3, 3)
    assert shown.ledger["services"]["quality"]["pass"] == 3


def test_what_a_rewind_wrote_again_is_at_least_so_much_where_it_began_before_the_watch() -> None:
    def at_least(first_seen: int) -> Any:
        picture = picture_of(topics(parts=1, graded=1), reader_status(writes=("graded",)))
        picture.observe(seen.EventsSeen(START, (event("parts", first_seen),)))
        for number, base in ((1, 0), (2, 3)):
            facts = group(
                committed={PARTS: 9}, ledger={PARTS: entry(9 - base, number=number, base=base)}
            )
            picture.observe(survey(START + number * SECOND, facts, ends={PARTS: 9}))
        return picture.shown().ledger["services"]["quality"]["replayed_at_least"]

    assert [at_least(first_seen) for first_seen in (0, 3, 4)] == [False, False, True]


def test_what_a_rewind_wrote_again_before_a_survey_found_it_is_replayed_as_well() -> None:
    line = Grader()
    line.writes("a", "b")
    line.reads(1)
    line.writes("a")
    line.reads(2, after_ms=100)
    assert line.told() == (0, 1)
    line.writes("b", after_ms=100)
    assert line.told() == (0, 2)


def test_an_event_of_the_pass_before_that_is_seen_late_is_replayed_when_it_comes_again() -> None:
    line = Grader()
    line.reads(2)
    line.writes("a", after_ms=100)
    line.writes("a")
    assert line.told() == (0, 1)


def test_what_was_seen_before_the_first_survey_is_of_the_pass_that_it_finds() -> None:
    picture = picture_of(topics(graded=1), reader_status(writes=("graded",)))
    picture.observe(seen.EventsSeen(START, (caused(0, "a"),)))
    facts = group(committed={PARTS: 1}, ledger={PARTS: entry(1, number=7)})
    picture.observe(survey(START, facts, ends={PARTS: 1}))
    picture.observe(seen.EventsSeen(START, (caused(1, "a"),)))
    found = picture.shown().ledger
    assert (found["duplicates"], found["replayed"]) == (1, 0)


def test_beside_what_has_something_in_hand_a_rewind_leaves_duplicates_at_least() -> None:
    line = Reader()
    line.survey(1, 1)
    line.writes("a1", "b1")
    line.survey(2, 1, in_hand=True)
    assert line.told() == (0, False, 0), "nothing has come again yet"
    line.writes("b1")
    assert line.told() == (0, True, 1), "of a crash of the other, or read again: nobody knows"
    line.survey(2, 1)
    line.writes("c1")
    line.writes("c1")
    assert line.told() == (1, True, 1), "what was first written in this pass is told apart"
    line.survey(2, 1)
    line.survey(3, 2)
    line.writes("a1", "b1")
    assert line.told() == (0, False, 3), "all is read again"


def test_beside_what_has_nothing_in_hand_a_rewind_takes_nothing_from_duplicates() -> None:
    line = Reader()
    line.survey(1, 1)
    line.writes("a1", "b1")
    line.survey(2, 1)
    line.writes("a1")
    line.survey(2, 1, in_hand=True, after_ms=SECOND)
    line.survey(2, 1, after_ms=SECOND)
    assert line.told() == (0, False, 1)


def test_a_rewind_of_a_further_group_is_a_pass_of_its_own() -> None:
    line = Reader()
    line.survey(1, 1)
    line.writes("a1", "b1")
    line.survey(2, 1)
    line.writes("a1")
    line.survey(2, 2)
    line.writes("b1")
    assert line.told() == (0, False, 2)


def test_a_rewind_that_two_surveys_find_is_one() -> None:
    line = Reader()
    line.survey(1, 1, in_hand=True)
    line.writes("a1", "b1")
    line.survey(2, 1, in_hand=True)
    line.writes("a1", "b1")
    assert line.told() == (0, True, 2)
    line.survey(2, 2, in_hand=True, after_ms=100)
    assert line.told() == (0, False, 2)
    line.writes("a1")
    assert line.told() == (1, False, 2), "in the same pass"
