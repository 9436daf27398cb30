"""What was published, handled, given up and lost."""

from __future__ import annotations

from typing import Any

from dashboard.picture import observations as seen
from tests.picture.sights import (
    SECOND,
    START,
    Line,
    counters,
    entry,
    group,
    picture_of,
    reader_status,
    shown_after,
    survey,
    topics,
)

PARTS = ("parts", 0)


def ledger_of(
    ledger: seen.LedgerSeen | None, committed: int | None, end: int | None, start: int = 0
) -> dict[str, Any]:
    facts = group(
        committed={} if committed is None else {PARTS: committed},
        ledger={} if ledger is None else {PARTS: ledger},
    )
    found = shown_after(
        topics(parts=1),
        reader_status(writes=("graded",)),
        survey(START, facts, ends={PARTS: end}, starts={PARTS: start}),
    )
    return found.ledger


def test_what_was_published_is_handled_skipped_given_up_or_waiting() -> None:
    found = ledger_of(entry(80, skipped=3, dead=2), committed=85, end=100)
    assert counters(found) == (100, 80, 3, 2, 15, 0)
    assert (found["by"], found["since_at"], found["duplicates"]) == ("kit", START, 0)


def test_counting_begins_at_the_base() -> None:
    assert counters(ledger_of(entry(30, base=50), committed=80, end=100)) == (50, 30, 0, 0, 20, 0)


def test_offsets_without_a_record_were_never_published() -> None:
    assert counters(ledger_of(entry(78, gaps=2), committed=80, end=100)) == (98, 78, 0, 0, 20, 0)


def test_what_no_counter_holds_is_lost() -> None:
    """The independent check: the offsets say 80, the counters only 77."""
    assert counters(ledger_of(entry(77), committed=80, end=80)) == (80, 77, 0, 0, 0, 3)


def test_a_loss_that_is_booked_already_is_not_told_twice() -> None:
    assert counters(ledger_of(entry(70, lost=10), committed=80, end=80))[-1] == 10


def test_what_retention_takes_before_it_is_read_is_lost() -> None:
    found = ledger_of(entry(20), committed=20, end=100, start=50)
    assert counters(found) == (100, 20, 0, 0, 50, 30)


def test_counters_that_claim_too_much_are_not_hidden() -> None:
    assert counters(ledger_of(entry(83), committed=80, end=80))[-1] == -3


def test_without_a_log_end_what_depends_on_it_is_unknown() -> None:
    assert counters(ledger_of(entry(80), committed=80, end=None)) == (None, 80, 0, 0, None, 0)


def test_before_the_first_commit_nothing_is_handled_and_the_base_is_not_known() -> None:
    assert counters(ledger_of(None, committed=None, end=10)) == (None, 0, 0, 0, None, 0)


def test_a_commit_without_a_ledger_was_counted_by_nobody() -> None:
    found = ledger_of(None, committed=7, end=10)
    assert counters(found) == (None, None, None, None, 3, 0)


def test_of_a_log_that_ends_before_the_commit_what_was_published_is_unknown() -> None:
    found = ledger_of(entry(500, base=500), committed=1_000, end=10)
    assert counters(found) == (None, 500, 0, 0, None, 0)


def test_an_empty_partition_adds_nothing() -> None:
    assert counters(ledger_of(None, committed=None, end=0)) == (0, 0, 0, 0, 0, 0)


def test_a_crash_between_handling_and_commit_loses_nothing() -> None:
    """Counter and offset move in one commit, so after a kill -9 both stand where they stood."""
    line = Line()
    line.seconds(10)
    before = counters(line.shown().ledger)
    assert before == (80, 80, 0, 0, 0, 0)
    line.second(done=0)  # handled, not committed, killed
    assert counters(line.shown().ledger) == (88, 80, 0, 0, 8, 0)
    line.second(done=16)  # handled again by the next process, and committed
    assert counters(line.shown().ledger) == (96, 96, 0, 0, 0, 0)


def test_a_reader_that_drops_events_is_found_out() -> None:
    line = Line()
    line.seconds(10)
    line.handled = line.done
    line.second()
    assert line.shown().ledger["lost"] == 8
    assert line.shown().ledger["services"]["quality"]["lost"] == 8


def test_sums_are_over_the_services_of_the_kit_only() -> None:
    kit = group(committed={PARTS: 10}, ledger={PARTS: entry(10)})
    foreign = group("other", {PARTS: 4})
    declared = seen.DeclaredService(("parts",), (), "other", ())
    picture = picture_of(
        topics(parts=1),
        reader_status(),
        seen.DeclarationSeen(START, "x", None, "x", (), {"other": declared}),
        survey(START, kit, foreign, ends={PARTS: 10}),
    )
    foreign = group("other", {PARTS: 7})
    picture.observe(survey(START + SECOND, kit, foreign, ends={PARTS: 10}))
    found = picture.shown().ledger
    assert counters(found) == (10, 10, 0, 0, 0, 0)
    other = found["services"]["other"]
    assert (other["by"], other["handled"], other["waiting"]) == ("offsets", 3, 3)
    assert (other["published"], other["duplicates"]) == (None, None)


def test_without_a_service_of_the_kit_the_sums_are_unknown() -> None:
    found = shown_after(topics(parts=1)).ledger
    assert counters(found) == (None,) * 6
    assert (found["by"], found["duplicates"], found["services"]) == (None, None, {})
