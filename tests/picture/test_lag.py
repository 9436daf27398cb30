"""Lag that can be trusted, case by case (docs/architecture.md names where the cases come from)."""

from __future__ import annotations

import pytest

from dashboard.picture.lag import Offsets, partition_lag, summed
from dashboard.picture.observations import SurveySeen, TopicFacts, TopicsSeen
from tests.picture.sights import (
    START,
    Line,
    group,
    picture_of,
    process,
    shown_after,
    survey,
    topics,
)


def lag_of(committed: int | None, start: int | None, end: int | None) -> tuple[object, ...]:
    part = partition_lag("parts", 0, Offsets(committed, start, end))
    return part.lag, part.lost, part.why


def test_committed_is_the_next_offset_so_a_reader_at_the_end_has_no_lag() -> None:
    assert lag_of(committed=10, start=0, end=10) == (0, 0, None)
    assert lag_of(committed=9, start=0, end=10) == (1, 0, None)


def test_no_commit_is_unknown_and_neither_nothing_nor_the_whole_log() -> None:
    assert lag_of(committed=None, start=0, end=10) == (None, None, "no commit")


def test_a_commit_of_zero_is_a_commit() -> None:
    assert lag_of(committed=0, start=0, end=10) == (10, 0, None)


def test_what_retention_removed_is_lost_and_not_waiting() -> None:
    assert lag_of(committed=4, start=10, end=25) == (15, 6, "6 removed before they were read")


def test_a_commit_beyond_the_log_is_unknown_and_never_cut_to_zero() -> None:
    assert lag_of(committed=80, start=0, end=10) == (None, None, "committed 80, log ends at 10")


def test_a_partition_without_a_leader_is_unknown() -> None:
    part = partition_lag("parts", 0, Offsets(5, 0, None, leaderless=True))
    assert (part.lag, part.lost, part.why) == (None, None, "no leader")


def test_a_missing_log_end_is_unknown() -> None:
    assert lag_of(committed=5, start=0, end=None) == (None, None, "log end not known")


def test_without_the_start_of_the_log_the_loss_is_unknown_and_the_lag_is_not() -> None:
    assert lag_of(committed=5, start=None, end=9) == (4, None, "log start not known")


def test_an_unknown_partition_makes_the_total_a_lower_bound() -> None:
    parts = [
        partition_lag("parts", 0, Offsets(5, 0, 9)),
        partition_lag("parts", 1, Offsets(None, 0, 9)),
    ]
    total = summed(parts)
    assert (total.lag, total.at_least, total.unknown) == (4, True, 1)
    assert total.why == "1 of 2 partitions: no commit"


def test_when_nothing_is_known_there_is_no_total() -> None:
    total = summed([partition_lag("parts", 0, Offsets(None, 0, 9))])
    assert (total.lag, total.at_least, total.unknown) == (None, False, 1)


def test_a_group_reads_every_partition_of_a_topic_of_which_it_committed_one() -> None:
    shown = shown_after(
        topics(parts=2),
        survey(
            START,
            group(committed={("parts", 0): 5}),
            ends={("parts", 0): 9, ("parts", 1): 9},
        ),
    )
    found = shown.groups["g:quality"]
    assert (found["lag"], found["at_least"], found["unknown_partitions"]) == (4, True, 1)
    edge = shown.edges["r:t:parts>g:quality"]
    assert (edge["lag"], edge["at_least"], edge["why"]) == (4, True, "1 of 2 partitions: no commit")


def test_one_leaderless_partition_leaves_the_rest_right() -> None:
    shown = shown_after(
        TopicsSeen(START, {"parts": TopicFacts("id", 2, leaderless=1)}),
        survey(
            START,
            group(committed={("parts", 0): 5, ("parts", 1): 3}),
            ends={("parts", 0): 9, ("parts", 1): None},
        ),
    )
    found = shown.groups["g:quality"]
    assert (found["lag"], found["at_least"]) == (4, True)
    assert found["why"] == "1 of 2 partitions: no leader"
    assert shown.topics["t:parts"]["leaderless"] == 1
    assert shown.topics["t:parts"]["end"] is None
    assert [part["why"] for part in shown.partitions("quality")] == [None, "no leader"]


def test_a_group_without_members_is_stopped_and_not_drained() -> None:
    shown = shown_after(
        topics(parts=1),
        survey(
            START,
            group(committed={("parts", 0): 5}, state="no members", members=()),
            ends={("parts", 0): 9},
        ),
    )
    found = shown.groups["g:quality"]
    assert (found["state"], found["health"], found["lag"], found["members"]) == (
        "no members",
        "stopped",
        4,
        0,
    )


def test_another_kind_of_group_has_no_lag() -> None:
    shown = shown_after(
        topics(parts=1),
        survey(START, group("share", state="another kind"), ends={("parts", 0): 9}),
    )
    found = shown.groups["g:share"]
    assert (found["lag"], found["health"]) == (None, None)
    assert found["why"] == "another kind of group, lag unknown"


def test_the_age_of_a_commit_is_at_least_until_it_was_seen_to_move() -> None:
    line = Line()
    line.second(made=0)
    first = line.shown().groups["g:quality"]
    assert (first["commit_at"], first["commit_at_least"]) == (line.now, True)
    line.second()
    moved = line.shown().groups["g:quality"]
    assert (moved["commit_at"], moved["commit_at_least"]) == (line.now, False)
    moved_at = line.now
    line.second(done=0)
    assert line.shown().groups["g:quality"]["commit_at"] == moved_at


def test_the_lag_of_a_paused_reader_grows_by_the_brokers_word_alone() -> None:
    line = Line()
    line.seconds(3)
    before = line.service()["lag"]
    for _ in range(5):
        line.now += 1000
        line.made += 8
        line.survey()  # the reader itself says nothing any more
    assert line.service()["lag"] == before + 40


def test_the_time_to_drain_follows_from_both_rates() -> None:
    line = Line()
    line.seconds(5, done=0)
    line.seconds(15, made=8, done=10)
    found = line.shown().groups["g:quality"]
    assert found["lag"] == 10
    assert (found["rate"], found["drain"], found["drain_seconds"]) == (10.0, "draining", 5.0)


def test_a_backlog_that_does_not_shrink_never_drains_at_this_rate() -> None:
    line = Line()
    line.seconds(15, done=4)
    found = line.shown().groups["g:quality"]
    assert (found["drain"], found["drain_seconds"]) == ("never at this rate", None)
    assert found["health"] == "falling behind"


def test_a_reader_that_keeps_up_has_caught_up() -> None:
    line = Line()
    line.seconds(15)
    found = line.shown().groups["g:quality"]
    assert (found["drain"], found["drain_seconds"], found["health"]) == ("caught up", 0.0, "ok")


def test_commits_that_stand_still_while_the_log_grows_are_a_stall() -> None:
    line = Line()
    line.seconds(15, done=0)
    assert line.shown().groups["g:quality"]["health"] == "stalled"


def test_before_there_is_a_window_nothing_is_said_of_health_or_drain() -> None:
    line = Line()
    line.second(done=0)
    found = line.shown().groups["g:quality"]
    assert (found["health"], found["drain"], found["rate"]) == (None, None, None)


def test_when_a_paused_reader_goes_on_the_time_to_drain_is_not_told_before_it_is_known() -> None:
    """Over a window of ten seconds it would have begun with ten times as long."""
    line = Line()
    line.seconds(5)
    line.seconds(50, done=0)
    told = []
    for _ in range(5):
        line.second(made=8, done=58)
        found = line.shown().groups["g:quality"]
        told.append((found["drain"], found["drain_seconds"]))
        assert found["health"] == "ok", "over ten seconds it handled less than came"
    assert told[:2] == [(None, None)] * 2
    assert told[2:] == [("draining", 5.0), ("draining", 4.0), ("draining", 3.0)]


def test_one_that_reads_no_more_is_given_no_time_in_which_its_backlog_is_gone() -> None:
    line = Line()
    line.seconds(5, done=0)
    line.seconds(5, made=8, done=10)
    line.phase = "paused"
    for _ in range(3):
        line.second(done=0)
        found = line.shown().groups["g:quality"]
        assert (found["drain"], found["drain_seconds"]) == (None, None)
    line.phase = "running"
    line.seconds(9, made=8, done=9)
    assert line.shown().groups["g:quality"]["drain"] == "draining"
    line.picture.observe(process(line.now, "crashed"))
    line.pass_time(0.1)
    assert line.shown().groups["g:quality"]["drain"] is None


def test_of_a_group_of_nobody_known_an_old_way_down_is_no_estimate() -> None:
    picture = picture_of(topics(parts=1))
    made, done, told = 40, 0, []
    for second in range(16):
        made, done = made + 2, done + (4 if second < 8 else 0)
        found = group(committed={("parts", 0): done}, state="no members", members=())
        picture.observe(survey(START + second * 1000, found, ends={("parts", 0): made}))
        picture.tick(START + second * 1000)
        told.append(picture.shown().groups["g:quality"]["drain"])
    assert told[7] == "draining"
    assert "draining" not in told[11:]


def test_a_step_backwards_is_told_until_it_is_again_where_it_stood() -> None:
    line = Line()
    line.seconds(12)
    line.done = 0
    line.second(done=0)
    found = line.shown().groups["g:quality"]
    assert (found["health"], found["drain"]) == ("rewound", None)
    line.second(done=95)
    assert line.shown().groups["g:quality"]["health"] == "rewound"
    line.second(done=1)
    assert line.shown().groups["g:quality"]["health"] != "rewound"


def test_one_that_stepped_back_and_goes_on_no_more_is_told_to_be_stalled() -> None:
    line = Line()
    line.seconds(12)
    line.done = 0
    line.seconds(12, done=0)
    assert line.shown().groups["g:quality"]["health"] == "stalled"


@pytest.mark.parametrize("missing", ["starts", "ends"])
def test_a_topic_that_the_survey_left_out_is_unknown(missing: str) -> None:
    seen = survey(START, group(committed={("parts", 0): 5}), ends={("parts", 0): 9})
    parts: dict[str, object] = {"starts": seen.starts, "ends": seen.ends, missing: {}}
    shown = shown_after(
        topics(parts=1),
        SurveySeen(seen.at, 0.0, 0.25, seen.groups, **parts),  # type: ignore[arg-type]
    )
    assert shown.topics["t:parts"]["events"] is None
    assert shown.groups["g:quality"]["lag"] == (None if missing == "ends" else 4)
