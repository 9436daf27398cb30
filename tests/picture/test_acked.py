"""Writes that the brokers acknowledged, against what the log holds."""

from __future__ import annotations

from typing import Any

from dashboard.picture import observations as seen
from dashboard.picture.acked import MAX_ACKED
from tests.picture.sights import (
    SECOND,
    START,
    picture_of,
    status,
    survey,
    topics,
)

PARTS = ("parts", 0)


def acked_ledger(acked: int, end: int, *, reported_at: int = START - SECOND) -> Any:
    before = status(START - 4 * SECOND, "scanner", writes=("parts",), acked={PARTS: 4})
    picture = picture_of(topics(parts=1), before, survey(START - 2 * SECOND, ends={PARTS: 5}))
    picture.observe(status(reported_at, "scanner", writes=("parts",), acked={PARTS: acked}))
    picture.observe(survey(START, ends={PARTS: end}))
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
    for second, end in enumerate((15, 10, 12, 20, 30), start=1):
        picture.observe(survey(START + second * SECOND, ends={PARTS: end}))
    assert picture.shown().ledger["services"]["scanner"]["lost"] == 3


def test_what_was_past_the_end_when_it_was_first_heard_of_may_be_of_an_old_topic() -> None:
    """The watch began after the topic was made anew; the service wrote to the old one."""
    seconds = iter(range(1, 100))

    def lost(acked: int, end: int) -> Any:
        at = START + 2 * next(seconds) * SECOND
        picture.observe(status(at, "scanner", writes=("parts",), acked={PARTS: acked}))
        picture.observe(survey(at + SECOND, ends={PARTS: end}))
        return picture.shown().ledger["services"]["scanner"]["lost"]

    picture = picture_of(topics(parts=1))
    assert [lost(3_316, 0), lost(3_316, 2_000)] == [None, None]
    assert lost(2_003, 2_004) == 0, "it writes to the new one, which is judged"
    assert lost(2_009, 2_004) == 6
    picture = picture_of(topics(parts=1))
    assert [lost(3_316, 0), lost(3_316, 3_317), lost(3_316, 3_300)] == [None, 0, 17]


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
