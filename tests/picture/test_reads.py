from __future__ import annotations

from dataclasses import replace

import pytest

from dashboard.picture import observations as seen
from tests.picture.sights import (
    START,
    Line,
    event,
    group,
    picture_of,
    reader_status,
    shown_after,
    survey,
    topics,
)

EDGE = "r:t:parts>g:quality"


def test_a_group_of_no_known_service_is_a_node_of_its_own() -> None:
    """Also when a service has the very same name: names that are alike prove nothing."""
    shown = shown_after(
        topics(parts=1),
        seen.EventsSeen(START, (event("parts", 0, source="quality"),)),
        survey(START, group(committed={("parts", 0): 1}), ends={("parts", 0): 1}),
    )
    edge = shown.edges[EDGE]
    assert (edge["from"], edge["to"], edge["owner"]) == ("t:parts", "g:quality", "g:quality")
    assert (edge["certainty"], edge["group"]) == ("observed", "quality")
    assert shown.groups["g:quality"]["service"] is None


def test_a_status_that_names_a_group_makes_it_the_services_own() -> None:
    line = Line()
    line.second()
    edge = line.shown().edges[EDGE]
    assert (edge["to"], edge["owner"]) == ("s:quality", "s:quality")
    assert line.shown().groups["g:quality"]["owner"] == "s:quality"


def test_edges_beyond_the_cap_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dashboard.picture.view.MAX_READ_EDGES", 1)
    places = {(topic, 0): 1 for topic in ("a", "b", "c")}
    shown = shown_after(topics(a=1, b=1, c=1), survey(START, group(committed=places), ends=places))
    assert len(shown.edges) == 1
    assert shown.cluster["left_out"]["edges"] == 2


def test_what_a_document_declares_is_drawn_before_anything_is_seen() -> None:
    quality = seen.DeclaredService(("parts",), (), "quality", ("quality-1",))
    declared = seen.DeclarationSeen(START, "x", None, "x", ("parts",), {"quality": quality})
    shown = shown_after(declared)
    edge = shown.edges[EDGE]
    assert (edge["certainty"], edge["lag"], edge["count"]) == ("declared", None, 0)
    found = shown.groups["g:quality"]
    assert (found["state"], found["why"]) == ("unknown", "no survey has found this group")


def test_the_count_is_what_commits_passed_since_the_watch_began() -> None:
    line = Line()
    line.made, line.done = 100, 100
    line.second()
    assert line.shown().edges[EDGE]["count"] == 0
    line.second(made=8, done=5)
    edge = line.shown().edges[EDGE]
    assert (edge["count"], edge["over_seconds"]) == (5, 1.0)


def test_a_rewind_adds_nothing_and_takes_nothing_back() -> None:
    line = Line()
    line.seconds(4)
    before = line.shown().edges[EDGE]["count"]
    line.done = 0
    line.survey()
    assert line.shown().edges[EDGE]["count"] == before
    line.second(made=0, done=6)
    assert line.shown().edges[EDGE]["count"] == before + 6


def test_a_first_commit_counts_from_where_the_reader_says_it_began() -> None:
    picture = picture_of(topics(parts=1), reader_status())
    without = group(reads=(("parts", 0),))
    first = group(
        committed={("parts", 0): 7}, ledger={("parts", 0): seen.LedgerSeen(1, 2, 5, 0, 0, 0, 0)}
    )
    picture.observe(survey(START, without, ends={("parts", 0): 9}))
    picture.observe(survey(START + 1_000, first, ends={("parts", 0): 9}))
    assert picture.shown().edges[EDGE]["count"] == 5


def test_a_commit_left_over_from_an_older_topic_of_that_name_has_passed_nothing() -> None:
    ends = {("parts", 0): 10}
    old = group(
        committed={("parts", 0): 1_000},
        ledger={("parts", 0): seen.LedgerSeen(1, 0, 1_000, 0, 0, 0, 0)},
    )
    anew = seen.TopicsSeen(START, {"parts": seen.TopicFacts("anew", 1)})
    picture = picture_of(topics(parts=1), survey(START, old, ends={("parts", 0): 1_000}))
    picture.observe(anew)
    picture.observe(survey(START + 1_000, old, ends=ends))
    edge = picture.shown().edges[EDGE]
    assert (edge["count"], edge["committed"], edge["lag"]) == (0, {}, None)


def test_a_group_that_one_survey_missed_keeps_its_count() -> None:
    line = Line()
    line.seconds(4)
    before = line.shown().edges[EDGE]["count"]
    line.picture.observe(survey(line.now, ends={("parts", 0): line.made}))
    gone = line.shown().edges[EDGE]
    assert (gone["lag"], gone["count"]) == (None, before)
    line.second()
    assert line.shown().edges[EDGE]["count"] == before + 8


def test_time_between_commits_is_told_only_with_what_they_passed() -> None:
    line = Line()
    line.seconds(2)
    line.now += 250
    line.survey()
    assert line.shown().edges[EDGE]["over_seconds"] == 1.0


def test_commits_are_carried_for_the_partitions_that_stand_on_belt_or_tape() -> None:
    ends = {("parts", n): 50 for n in range(3)}
    shown = shown_after(
        topics(parts=3),
        reader_status(),
        seen.EventsSeen(START, (event("parts", 49, partition=2),)),
        survey(START, group(committed=dict.fromkeys(ends, 10)), ends=ends),
    )
    assert shown.edges[EDGE]["committed"] == {"2": 10}


def test_a_deleted_group_is_gone_unless_a_service_names_it() -> None:
    picture = picture_of(topics(parts=1))
    ends = {("parts", 0): 1}
    picture.observe(survey(START, group("other", {("parts", 0): 1}), ends=ends))
    assert "g:other" in picture.shown().groups
    picture.observe(survey(START + 1_000, ends=ends))
    assert picture.shown().groups == {}
    assert "r:t:parts>g:other" not in picture.shown().edges


def test_commits_that_were_not_answered_leave_lag_unknown_and_take_nothing_counted_back() -> None:
    ends = {("parts", 0): 20}
    picture = picture_of(topics(parts=1))
    picture.observe(survey(START, group("other", {("parts", 0): 5}), ends=ends))
    picture.observe(survey(START + 1_000, group("other", {("parts", 0): 12}), ends=ends))
    silent = replace(
        group("other", members=()), committed_known=False, why="its commits are not known: timeout"
    )
    picture.observe(survey(START + 2_000, silent, ends=ends))
    edge, shown = picture.shown().edges["r:t:parts>g:other"], picture.shown().groups["g:other"]
    assert (edge["lag"], edge["count"]) == (None, 7)
    assert (shown["lag"], shown["why"]) == (None, "its commits are not known: timeout")
    picture.observe(survey(START + 3_000, group("other", {("parts", 0): 15}), ends=ends))
    assert picture.shown().edges["r:t:parts>g:other"]["count"] == 10
