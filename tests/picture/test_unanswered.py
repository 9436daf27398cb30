"""What Kafka gave no answer for is not known now; what was known of it before is kept."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from dashboard.picture import observations as seen
from tests.picture.sights import SECOND, Line, entry, group, survey

PARTS = ("parts", 0)
GRADED = ("graded", 0)
AWAY = "the broker that keeps the group is away"


class Unanswered(Line):
    """A line whose surveys learn nothing, or not all, of what quality has committed."""

    def survey_without_commits(self, seconds: int = 1) -> None:
        facts = replace(
            group(state="unknown"), members=None, committed_known=False, why=f"not known: {AWAY}"
        )
        for _ in range(seconds):
            self.now += SECOND
            self.made += 8
            self.picture.observe(survey(self.now, facts, ends={PARTS: self.made, GRADED: 0}))
            self.picture.tick(self.now)

    def group(self) -> dict[str, Any]:
        return self.shown().groups["g:quality"]

    def edge(self) -> dict[str, Any]:
        return self.shown().edges["r:t:parts>g:quality"]


def test_a_group_that_nobody_answers_for_stays_and_its_numbers_are_not_known() -> None:
    line = Unanswered()
    line.seconds(12)
    count = line.edge()["count"]
    assert count > 0
    line.survey_without_commits(12)
    found, edge = line.group(), line.edge()
    assert (found["lag"], found["rate"], found["health"], found["members"]) == (None,) * 4
    assert found["why"] == f"not known: {AWAY}"
    assert (edge["count"], edge["lag"], edge["rate"], edge["why"]) == (
        count,
        None,
        None,
        "commit not known",
    )
    (part,) = line.shown().partitions("quality")
    assert (part["committed"], part["lag"], part["why"]) == (None, None, "commit not known")


def test_what_it_committed_meanwhile_is_counted_when_it_answers_again() -> None:
    line = Unanswered()
    line.seconds(12)
    before = line.edge()
    line.survey_without_commits(12)
    line.second(done=8 * 13)
    after = line.edge()
    assert (after["count"] - before["count"], after["lag"]) == (8 * 13, 0)
    assert after["over_seconds"] == 13


def test_counters_that_cannot_be_read_are_unknown_and_neither_zero_nor_a_new_pass() -> None:
    line = Unanswered()
    line.seconds(12)
    counted = line.shown().ledger
    assert (counted["handled"], counted["lost"]) == (96, 0)
    line.survey_without_commits()
    found = line.shown().ledger
    assert [found[name] for name in ("published", "handled", "waiting", "skipped")] == [None] * 4
    assert found["lost"] is None
    line.second(done=16)
    assert line.shown().ledger["handled"] == 112


def test_an_outage_of_the_answer_is_no_rewind_and_takes_no_duplicates_back() -> None:
    line = Unanswered()

    def in_pass(number: int) -> None:
        facts = group(committed={PARTS: line.made}, ledger={PARTS: entry(line.made, number=number)})
        line.picture.observe(survey(line.now, facts, ends={PARTS: line.made, GRADED: 2}))

    line.second()
    in_pass(2)
    line.now += 2 * SECOND
    again = [
        seen.Event(
            "graded", n, 0, None, "same", "quality", None, None, line.now, None, "c", 1, True, None
        )
        for n in (0, 1)
    ]
    again = [one._replace(partition=0, offset=n) for n, one in enumerate(again)]
    line.picture.observe(seen.EventsSeen(line.now, tuple(again)))
    assert line.shown().ledger["services"]["quality"]["duplicates"] == 1
    line.survey_without_commits()
    in_pass(2)
    assert line.shown().ledger["services"]["quality"]["duplicates"] == 1


def test_one_partition_without_an_answer_is_unknown_and_says_why() -> None:
    line = Unanswered()
    line.seconds(3)
    facts = replace(
        group(committed={}), unknown={PARTS: "this user may not read the topic"}, why=None
    )
    line.picture.observe(survey(line.now, facts, ends={PARTS: line.made, GRADED: 0}))
    found = line.group()
    assert (found["lag"], found["unknown_partitions"]) == (None, 1)
    assert found["why"] == "commit not known: this user may not read the topic"
    assert line.shown().ledger["handled"] is None


def test_a_first_commit_after_no_answer_is_not_taken_for_a_new_one() -> None:
    """Nobody can tell what of it was committed before we looked."""
    line = Unanswered()
    line.say()
    line.survey_without_commits(3)
    line.second(done=32)
    assert line.edge()["count"] == 0
    line.second()
    assert line.edge()["count"] == 8
