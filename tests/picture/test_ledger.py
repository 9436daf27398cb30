from __future__ import annotations

from typing import Any

from dashboard.picture import observations as seen
from dashboard.picture.acked import MAX_ACKED
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


def counters(ledger: dict[str, Any]) -> tuple[Any, ...]:
    names = ("published", "handled", "skipped", "dead_lettered", "waiting", "lost")
    return tuple(ledger[name] for name in names)


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


class Left(Line):
    """A line whose quality, which no document names, is killed: its group stays in the cluster."""

    def goes_silent(self, seconds: int, **how: int) -> None:
        for _ in range(seconds):
            self.now += SECOND
            self.made += how.get("made", 0)
            self.survey()
            self.picture.tick(self.now)


def test_a_service_that_is_forgotten_takes_nothing_out_of_the_sums() -> None:
    line = Left()
    line.seconds(10)
    again = tuple(
        event("graded", n, id="a", source="quality", cause="c", seen_at=line.now) for n in (0, 1)
    )
    line.picture.observe(seen.EventsSeen(line.now, again))
    before = line.shown().ledger
    assert (counters(before), before["duplicates"]) == ((80, 80, 0, 0, 0, 0), 1)
    line.goes_silent(70)
    line.picture.observe(seen.TopicsSeen(line.now, {"parts": seen.TopicFacts("id-parts", 1)}))
    line.goes_silent(2)
    shown = line.shown()
    assert "s:quality" not in shown.services
    assert counters(shown.ledger) == counters(before)
    assert (shown.ledger["duplicates"], shown.ledger["duplicates_at_least"]) == (1, True)
    assert counters(shown.ledger["groups"]["quality"]) == counters(before)
    line.goes_silent(5, made=8)
    assert counters(line.shown().ledger) == (120, 80, 0, 0, 40, 0)


def test_when_it_comes_back_it_goes_on_under_its_own_name() -> None:
    line = Left()
    line.seconds(10)
    line.goes_silent(70)
    line.second(done=8)
    found = line.shown().ledger
    assert found["groups"] == {}
    assert (found["handled"], found["services"]["quality"]["handled"]) == (88, 88)


def test_when_kafka_has_forgotten_the_group_its_counters_are_gone() -> None:
    line = Left()
    line.seconds(10)
    line.goes_silent(70)
    line.picture.observe(survey(line.now, ends={PARTS: line.made}))
    line.pass_time(2)
    found = line.shown().ledger
    assert (found["groups"], found["handled"]) == ({}, None)
    assert line.picture._known.former.of("quality") is None


def test_counters_in_commits_count_although_their_service_was_never_heard() -> None:
    facts = group("elsewhere", {PARTS: 85}, ledger={PARTS: entry(80, skipped=3, dead=2)})
    found = shown_after(topics(parts=1), survey(START, facts, ends={PARTS: 100})).ledger
    assert counters(found) == (100, 80, 3, 2, 15, 0)
    assert (found["by"], found["duplicates"], found["duplicates_at_least"]) == ("kit", 0, True)
    assert found["groups"]["elsewhere"]["duplicates"] is None


def test_what_the_log_lost_of_a_service_that_is_forgotten_stays_lost() -> None:
    scanner = status(START, "scanner", writes=("parts",), acked={PARTS: 14})
    picture = picture_of(topics(parts=1), scanner, survey(START + SECOND, ends={PARTS: 10}))
    assert picture.shown().ledger["lost"] == 5
    for second in range(2, 90):
        picture.observe(survey(START + second * SECOND, ends={PARTS: 10}))
        picture.tick(START + second * SECOND)
    shown = picture.shown()
    assert "s:scanner" not in shown.services
    assert shown.ledger["lost"] == 5


def test_without_a_service_of_the_kit_the_sums_are_unknown() -> None:
    found = shown_after(topics(parts=1)).ledger
    assert counters(found) == (None,) * 6
    assert (found["by"], found["duplicates"], found["services"]) == (None, None, {})


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


def test_of_a_service_that_publishes_nothing_duplicates_are_at_least() -> None:
    line = Line()
    line.second()
    line.say(writes=())
    assert line.shown().ledger["duplicates_at_least"] is True


def test_what_is_read_again_after_a_rewind_is_replayed_and_no_duplicate() -> None:
    def facts(number: int) -> seen.GroupFacts:
        return group(committed={PARTS: 1}, ledger={PARTS: entry(1, number=number)})

    ends = {PARTS: 1, ("graded", 0): 1}
    picture = picture_of(
        topics(parts=1, graded=1),
        reader_status(writes=("graded",)),
        survey(START, facts(1), ends=ends),
        seen.EventsSeen(START, (caused(0, "a"), caused(1, "a"))),
    )
    assert picture.shown().ledger["duplicates"] == 1
    picture.observe(survey(START + SECOND, facts(2), ends=ends))
    assert picture.shown().ledger["duplicates"] == 0
    picture.observe(seen.EventsSeen(START + SECOND, (caused(2, "a"),)))
    assert picture.shown().ledger["duplicates"] == 0
    picture.observe(seen.EventsSeen(START + SECOND, (caused(3, "a"),)))
    assert picture.shown().ledger["duplicates"] == 1
    assert picture.shown().groups["g:quality"]["passes"] == 2


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
    assert len(picture._known.duplicates._seen) == MAX_REMEMBERED


def acked_ledger(acked: int, end: int, *, reported_at: int = START - SECOND) -> Any:
    scanner = status(reported_at, "scanner", writes=("parts",), acked={PARTS: acked})
    picture = picture_of(topics(parts=1), scanner, survey(START, ends={PARTS: end}))
    return picture.shown().ledger["services"]["scanner"]["lost"]


def test_an_acknowledged_write_that_the_log_holds_is_not_lost() -> None:
    assert acked_ledger(acked=9, end=10) == 0


def test_an_acknowledged_write_at_or_past_the_end_is_lost_by_the_log() -> None:
    assert acked_ledger(acked=10, end=10) == 1
    assert acked_ledger(acked=14, end=10) == 5


def test_a_write_acknowledged_after_the_survey_began_is_not_judged_by_it() -> None:
    assert acked_ledger(acked=14, end=10, reported_at=START) == 0


def test_a_write_that_was_lost_stays_lost_when_the_log_grows_past_it() -> None:
    scanner = status(START, "scanner", writes=("parts",), acked={PARTS: 14})
    picture = picture_of(topics(parts=1), scanner)
    for second, end in enumerate((10, 12, 20, 30), start=1):
        picture.observe(survey(START + second * SECOND, ends={PARTS: end}))
    assert picture.shown().ledger["services"]["scanner"]["lost"] == 3


def test_what_an_old_topic_acknowledged_is_not_held_against_the_new_one() -> None:
    scanner = status(START, "scanner", writes=("parts",), acked={PARTS: 14})
    picture = picture_of(topics(parts=1), scanner)
    picture.observe(seen.TopicsSeen(START, {"parts": seen.TopicFacts("anew", 1)}))
    picture.observe(status(START + SECOND, "scanner", writes=("parts",), acked={PARTS: 14}))
    picture.observe(survey(START + 3 * SECOND, ends={PARTS: 2}))
    assert picture.shown().ledger["services"]["scanner"]["lost"] is None
    picture.observe(status(START + 4 * SECOND, "scanner", writes=("parts",), acked={PARTS: 3}))
    picture.observe(survey(START + 6 * SECOND, ends={PARTS: 3}))
    assert picture.shown().ledger["services"]["scanner"]["lost"] == 1


def test_the_writes_that_are_followed_have_a_cap() -> None:
    picture = picture_of()
    for n in range(20):
        many = {(f"t{n}", partition): 1 for partition in range(MAX_ACKED // 10)}
        picture.observe(status(service=f"s{n}", acked=many))
    followed = picture._known.acked._acked.values()
    assert sum(len(partitions) for partitions in followed) == MAX_ACKED
