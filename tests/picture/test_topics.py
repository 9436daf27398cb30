from __future__ import annotations

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


def test_a_topic_shows_what_the_log_holds_and_where_it_ends() -> None:
    shown = shown_after(
        topics(parts=2),
        survey(
            START,
            ends={("parts", 0): 10, ("parts", 1): 20},
            starts={("parts", 0): 4, ("parts", 1): 0},
        ),
    )
    topic = shown.topics["t:parts"]
    assert (topic["events"], topic["end"], topic["partitions"]) == (26, 30, 2)


def test_before_any_survey_nothing_is_known_of_the_log() -> None:
    topic = shown_after(topics(parts=1)).topics["t:parts"]
    assert (topic["events"], topic["end"], topic["rate"]) == (None, None, None)


def test_a_declared_topic_stands_there_before_the_cluster_has_it() -> None:
    shown = shown_after(seen.DeclarationSeen(START, "x", None, "events", ("orders",), {}))
    topic = shown.topics["t:orders"]
    assert (topic["declared"], topic["partitions"], topic["topic_id"]) == (True, None, None)


def test_items_stand_on_the_belt_only_where_a_group_reads() -> None:
    batch = seen.EventsSeen(START, (event("parts", 0), event("parts", 1)))
    picture = picture_of(topics(parts=1), batch)
    assert picture.shown().topics["t:parts"]["items"] == []
    picture.observe(reader_status())
    topic = picture.shown().topics["t:parts"]
    assert (topic["items"], topic["readers"]) == ([[0, 0], [0, 1]], 1)


def test_an_event_alone_moves_the_belt_and_brings_the_commit_of_its_partition() -> None:
    ends = {("parts", 0): 1, ("parts", 1): 1}
    facts = group(committed=dict.fromkeys(ends, 1))
    picture = picture_of(topics(parts=2), reader_status(), survey(START, facts, ends=ends))
    before = picture.shown()
    assert before.edges["r:t:parts>g:quality"]["committed"] == {}
    picture.observe(seen.EventsSeen(START, (event("parts", 0, partition=1, source=None),)))
    picture.observe(seen.EventsSeen(START, (event("parts", 1, partition=1, source=None),)))
    after = picture.shown()
    assert after.topics["t:parts"]["items"] == [[1, 0], [1, 1]]
    assert after.edges["r:t:parts>g:quality"]["committed"] == {"1": 1}
    picture.observe(seen.EventsSeen(START, (event("parts", 0, partition=0, source=None),)))
    after = picture.shown()
    assert after.topics["t:parts"]["items"][-1] == [0, 0]
    assert after.edges["r:t:parts>g:quality"]["committed"] == {"0": 1, "1": 1}


def test_the_belt_holds_the_newest_24_in_the_order_in_which_they_were_seen() -> None:
    batch = seen.EventsSeen(
        START, tuple(event("parts", n // 2, partition=n % 2) for n in range(60))
    )
    picture = picture_of(topics(parts=2), reader_status(), batch)
    items = picture.shown().topics["t:parts"]["items"]
    assert items == [[n % 2, n // 2] for n in range(36, 60)]


def test_events_that_a_restarted_reader_reads_again_are_shown_once() -> None:
    batch = seen.EventsSeen(START, (event("parts", 0), event("parts", 1)))
    again = seen.EventsSeen(START, (event("parts", 1), event("parts", 2)))
    shown = shown_after(topics(parts=1), batch, again)
    assert [one["offset"] for one in shown.events] == [0, 1, 2]
    assert shown.edges["w:s:scanner>t:parts"]["count"] == 3


def test_events_read_before_the_cluster_named_their_topic_are_on_its_belt() -> None:
    batch = seen.EventsSeen(START, (event("parts", 0),))
    shown = shown_after(batch, topics(parts=1), reader_status())
    assert shown.topics["t:parts"]["items"] == [[0, 0]]


def test_a_topic_made_anew_starts_empty() -> None:
    line = Line()
    line.seconds(12)
    facts = {"parts": seen.TopicFacts("anew", 1)}
    line.picture.observe(seen.TopicsSeen(line.now, facts))
    topic = line.shown().topics["t:parts"]
    assert (topic["topic_id"], topic["items"], topic["events"]) == ("anew", [], None)
    line.picture.observe(seen.EventsSeen(line.now, (event("parts", 0),)))
    assert line.shown().topics["t:parts"]["items"] == [[0, 0]]


def test_a_topic_whose_id_is_not_known_stays_the_one_it_was() -> None:
    line = Line()
    line.seconds(3)
    before = line.shown().topics["t:parts"]
    line.picture.observe(seen.TopicsSeen(line.now, {"parts": seen.TopicFacts(None, 1)}))
    assert line.shown().topics["t:parts"] == {**before, "topic_id": None}


def test_what_group_offsets_of_topics_that_are_not_shown_is_left_out() -> None:
    shown = shown_after(
        topics(parts=1),
        survey(
            START,
            group(committed={("parts", 0): 1, ("hidden", 0): 1}),
            ends={("parts", 0): 3},
        ),
    )
    found = shown.groups["g:quality"]
    assert (found["lag"], found["at_least"]) == (2, False)
    assert [part["topic"] for part in shown.partitions("quality")] == ["parts"]


def test_a_log_cut_by_its_broker_does_not_count_backwards() -> None:
    line = Line()
    line.seconds(12)
    line.made -= 10
    line.second()
    assert line.shown().topics["t:parts"]["rate"] >= 0
