"""Events that were written twice, and those that a rewind wrote again."""

from __future__ import annotations

from typing import Any

from dashboard.picture import observations as seen
from dashboard.picture.duplicates import MAX_REMEMBERED
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

PARTS = ("parts", 0)


def caused(offset: int, event_id: str, source: str = "quality") -> seen.Event:
    return event("graded", offset, id=event_id, source=source, cause="c1")


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


def test_while_sampled_duplicates_are_unknown_and_afterwards_at_least() -> None:
    sampled = duplicates_after(caused(0, "a"), sampled=frozenset({"graded"}))
    assert sampled["duplicates"] is None
    assert sampled["services"]["quality"]["duplicates"] is None
    assert (sampled["replayed"], sampled["services"]["quality"]["replayed"]) == (None, None)


def test_of_a_service_that_publishes_nothing_duplicates_are_at_least() -> None:
    line = Line()
    line.second()
    line.say(writes=())
    assert line.shown().ledger["duplicates_at_least"] is True


class Grader:
    """quality, which reads in one pass after the other and writes to "graded"."""

    def __init__(self) -> None:
        self.now, self.offset = START, 0
        self.picture = picture_of(
            topics(parts=1, graded=1), reader_status(writes=("graded",)), self.found(1)
        )

    def found(self, number: int) -> seen.SurveySeen:
        facts = group(committed={PARTS: 1}, ledger={PARTS: entry(1, number=number)})
        return survey(self.now, facts, ends={PARTS: 1, ("graded", 0): 9})

    def reads(self, number: int, after_ms: int = 2 * SECOND) -> None:
        self.now += after_ms
        self.picture.observe(self.found(number))

    def writes(self, *ids: str, after_ms: int = 2 * SECOND) -> None:
        self.now += after_ms
        events = tuple(
            caused(self.offset + n, one)._replace(seen_at=self.now) for n, one in enumerate(ids)
        )
        self.offset += len(ids)
        self.picture.observe(seen.EventsSeen(self.now, events))

    def told(self) -> tuple[int, int]:
        ledger = self.picture.shown().ledger
        assert ledger["services"]["quality"]["replayed"] == ledger["replayed"]
        return ledger["duplicates"], ledger["replayed"]


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


class Reader:
    """quality, which reads "parts" in two groups, each with its pass, its commit and its end."""

    def __init__(self) -> None:
        self.now, self.offset = START, 0
        both = tuple(seen.StatusGroup(name, None, ("parts",)) for name in ("a", "b"))
        self.picture = picture_of(
            topics(parts=1, graded=1), reader_status(writes=("graded",), groups=both)
        )

    def survey(self, a: int, b: int, *, in_hand: bool = False, after_ms: int = 2 * SECOND) -> None:
        """In these passes. `in_hand`: the second group has not committed all that there is."""
        self.now += after_ms
        commit = 5 if in_hand else 9
        facts = (
            group("a", committed={PARTS: 9}, ledger={PARTS: entry(9, number=a)}),
            group("b", committed={PARTS: commit}, ledger={PARTS: entry(commit, number=b)}),
        )
        self.picture.observe(survey(self.now, *facts, ends={PARTS: 9, ("graded", 0): 9}))

    def writes(self, *ids: str) -> None:
        self.now += 10
        events = [caused(self.offset + n, one) for n, one in enumerate(ids)]
        self.offset += len(ids)
        seen_now = tuple(event._replace(seen_at=self.now) for event in events)
        self.picture.observe(seen.EventsSeen(self.now, seen_now))

    def told(self) -> tuple[int, bool, int]:
        row = self.picture.shown().ledger["services"]["quality"]
        return row["duplicates"], row["duplicates_at_least"], row["replayed"]


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


def test_the_memory_for_duplicates_is_bounded() -> None:
    picture = picture_of(topics(graded=1))
    for start in range(0, MAX_REMEMBERED + 1_000, 500):
        batch = tuple(caused(n, f"id{n}") for n in range(start, start + 500))
        picture.observe(seen.EventsSeen(START, batch))
    assert len(picture._known.duplicates._passes) == MAX_REMEMBERED
