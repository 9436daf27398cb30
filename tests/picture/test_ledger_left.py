"""What services leave in the cluster when they are gone counts in the ledger."""

from __future__ import annotations

from dashboard.picture import observations as seen
from tests.picture.sights import (
    SECOND,
    START,
    Line,
    counters,
    entry,
    event,
    group,
    picture_of,
    shown_after,
    status,
    survey,
    topics,
)

PARTS = ("parts", 0)


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
    assert (shown.ledger["duplicates"], shown.ledger["duplicates_at_least"]) == (1, False)
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
    assert (found["by"], found["lost"]) == ("kit", 0)


def test_a_group_left_behind_by_an_earlier_run_takes_nothing_from_what_is_known() -> None:
    """It handles nothing, so it writes nothing twice; what it did before the watch is not known."""
    line = Line()
    line.seconds(2)
    ends = {PARTS: line.made, ("graded", 0): 0}

    def left(committed: int) -> seen.GroupFacts:
        return group("weights", {PARTS: committed}, ledger={PARTS: entry(committed)}, members=())

    quality = group(committed={PARTS: line.done}, ledger={PARTS: entry(line.done)})
    for _ in range(2):
        line.picture.observe(survey(line.now, quality, left(5), ends=ends))
    found = line.shown().ledger
    assert (found["duplicates"], found["duplicates_at_least"]) == (0, False)
    assert found["groups"]["weights"]["duplicates"] == 0
    line.picture.observe(survey(line.now, quality, left(7), ends=ends))
    found = line.shown().ledger
    assert (found["duplicates"], found["duplicates_at_least"]) == (0, True)
    assert found["groups"]["weights"]["duplicates"] is None, "whatever it writes names nobody"


def test_what_the_log_lost_of_a_service_that_is_forgotten_stays_lost() -> None:
    scanner = status(START, "scanner", writes=("parts",), acked={PARTS: 14})
    picture = picture_of(topics(parts=1), scanner, survey(START + SECOND, ends={PARTS: 15}))
    picture.observe(survey(START + SECOND, ends={PARTS: 10}))
    assert picture.shown().ledger["lost"] == 5
    for second in range(2, 90):
        picture.observe(survey(START + second * SECOND, ends={PARTS: 10}))
        picture.tick(START + second * SECOND)
    shown = picture.shown()
    assert "s:scanner" not in shown.services
    assert shown.ledger["lost"] == 5


def test_what_waits_for_one_that_is_forgotten_goes_on_in_its_report() -> None:
    line = Left()
    line.seconds(10)
    line.goes_silent(100, made=8)
    (report,) = line.shown().reports.values()
    assert "s:quality" not in line.shown().services
    assert (report["state"], report["lag"], report["lag_highest"]) == ("down", 800, 800)
    line.second(done=808)
    line.seconds(5)
    (report,) = line.shown().reports.values()
    assert (report["state"], report["lost"]) == ("recovered", 0)


def test_one_whose_events_are_known_keeps_its_group_and_is_one_card() -> None:
    line = Left()
    line.seconds(10)
    graded = (event("graded", 0, id="a", source="quality", cause="c", seen_at=line.now),)
    line.picture.observe(seen.EventsSeen(line.now, graded))
    line.say(phase="stopping")
    line.members = ()
    line.goes_silent(100, made=8)
    shown = line.shown()
    assert shown.services["s:quality"]["groups"] == ["quality"]
    assert shown.groups["g:quality"]["owner"] == "s:quality"
    quality = shown.services["s:quality"]
    assert (quality["lag"], quality["state"]) == (800, "stopped")
