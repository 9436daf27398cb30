from __future__ import annotations

from dashboard.picture import observations as seen
from dashboard.picture.writers import MAX_MORE_SOURCES, MAX_SOURCES, MAX_WRITE_EDGES
from tests.picture.sights import (
    SECOND,
    START,
    Line,
    event,
    picture_of,
    shown_after,
    status,
    survey,
    topics,
)

MINUTE = 60 * SECOND


def events(*batch: seen.Event) -> seen.EventsSeen:
    return seen.EventsSeen(START, batch)


def test_a_producer_is_known_from_what_it_stamps() -> None:
    shown = shown_after(topics(parts=1), events(event("parts", 0)))
    edge = shown.edges["w:s:scanner>t:parts"]
    assert (edge["from"], edge["to"], edge["certainty"]) == ("s:scanner", "t:parts", "observed")
    assert (edge["count"], edge["seen_at"]) == (1, START)
    service = shown.services["s:scanner"]
    assert (service["kit"], service["state"], service["writes"]) == (False, "unknown", ["parts"])
    assert service["reason"] == "it does not use the Flowviz kit"


def test_each_event_moves_the_edge_it_came_by_and_no_other() -> None:
    picture = picture_of(
        topics(parts=1, graded=1), events(event("parts", 0), event("graded", 0, source="quality"))
    )
    before = picture.shown().edges
    picture.observe(events(event("parts", 1, seen_at=START + SECOND)))
    after = picture.shown().edges
    moved = after["w:s:scanner>t:parts"]
    assert (moved["count"], moved["seen_at"]) == (2, START + SECOND)
    assert after["w:s:quality>t:graded"] is before["w:s:quality>t:graded"]


def test_events_without_a_source_have_an_unknown_producer() -> None:
    shown = shown_after(topics(parts=1), events(event("parts", 0, source=None)))
    edge = shown.edges["w:u:parts>t:parts"]
    assert (edge["from"], edge["certainty"], edge["count"]) == ("u:parts", "unknown", 1)
    assert shown.services == {}


def test_history_shows_the_edge_and_counts_nothing() -> None:
    shown = shown_after(topics(parts=1), events(event("parts", 0, live=False)))
    assert shown.edges["w:s:scanner>t:parts"]["count"] == 0


def test_what_a_status_says_it_writes_is_declared_until_it_is_seen() -> None:
    picture = picture_of(topics(parts=1), status(service="scanner", writes=("parts",)))
    edge = picture.shown().edges["w:s:scanner>t:parts"]
    assert (edge["certainty"], edge["count"], edge["seen_at"]) == ("declared", None, None)
    picture.observe(events(event("parts", 0)))
    assert picture.shown().edges["w:s:scanner>t:parts"]["certainty"] == "observed"


def test_a_topic_that_grows_with_nobody_known_has_an_unknown_producer() -> None:
    picture = picture_of(topics(parts=1))
    for second in range(8):
        picture.observe(survey(START + second * SECOND, ends={("parts", 0): second}))
    edge = picture.shown().edges["w:u:parts>t:parts"]
    assert (edge["certainty"], edge["count"], edge["rate"]) == ("unknown", None, 1.0)
    picture.observe(events(event("parts", 7)))
    assert set(picture.shown().edges) == {"w:s:scanner>t:parts"}


def test_a_topic_that_grows_by_known_hands_has_no_unknown_producer() -> None:
    line = Line()
    line.seconds(10)
    assert "w:u:parts>t:parts" not in line.shown().edges


def test_the_only_writer_of_a_topic_has_the_rate_of_its_log() -> None:
    line = Line()
    line.seconds(5)
    assert line.shown().edges["w:s:scanner>t:parts"]["rate"] == 8.0


def test_of_several_writers_each_has_the_rate_of_what_was_seen() -> None:
    picture = picture_of(topics(parts=1))
    for second in range(12):
        now = START + second * SECOND
        mine = event("parts", 3 * second, seen_at=now)
        others = [event("parts", 3 * second + n, source="b", seen_at=now) for n in (1, 2)]
        picture.observe(seen.EventsSeen(now, (mine, *others)))
        picture.tick(now)
    edges = picture.shown().edges
    assert edges["w:s:scanner>t:parts"]["rate"] == 1.0
    assert edges["w:s:b>t:parts"]["rate"] == 2.0


def test_a_silent_edge_is_dimmed_after_ten_minutes_and_forgotten_after_a_day() -> None:
    picture = picture_of(topics(parts=1), events(event("parts", 0)))
    picture.tick(START + 10 * MINUTE - 1)
    assert picture.shown().edges["w:s:scanner>t:parts"]["dim"] is False
    picture.tick(START + 10 * MINUTE + SECOND)
    assert picture.shown().edges["w:s:scanner>t:parts"]["dim"] is True
    picture.tick(START + 24 * 60 * MINUTE + SECOND)
    picture.tick(START + 24 * 60 * MINUTE + 2 * SECOND)
    shown = picture.shown()
    assert shown.edges == {}
    assert shown.services == {}


def test_beyond_500_services_from_headers_the_rest_is_counted_and_not_drawn() -> None:
    batch = [event("parts", n, source=f"s{n}") for n in range(MAX_SOURCES + 20)]
    shown = shown_after(topics(parts=1), events(*batch), events(*batch))
    assert len(shown.services) == MAX_SOURCES
    assert shown.cluster["more_sources"] == 20
    assert shown.edges["w:u:parts>t:parts"]["count"] == 20


def test_a_service_that_says_what_it_writes_needs_no_room_among_the_500() -> None:
    crowd = [event("parts", n, source=f"s{n}") for n in range(MAX_SOURCES)]
    shown = shown_after(
        topics(parts=1),
        status(service="late", writes=("parts",)),
        events(*crowd, event("parts", MAX_SOURCES, source="late")),
    )
    assert shown.edges["w:s:late>t:parts"]["certainty"] == "observed"


def test_counted_sources_and_edges_have_caps() -> None:
    picture = picture_of(topics(**{f"t{n}": 1 for n in range(20)}))
    for topic in range(20):
        picture.observe(
            events(*(event(f"t{topic}", n, source=f"s{n}") for n in range(MAX_SOURCES)))
        )
    assert len(picture.shown().edges) == MAX_WRITE_EDGES
    for start in range(0, MAX_MORE_SOURCES + 1_000, 500):
        batch = (event("t0", 1_000 + n, source=f"more{n}") for n in range(start, start + 500))
        picture.observe(events(*batch))
    assert picture.shown().cluster["more_sources"] == MAX_MORE_SOURCES


def test_a_source_too_long_to_be_a_name_is_unknown() -> None:
    shown = shown_after(topics(parts=1), events(event("parts", 0, source="x" * 300)))
    assert set(shown.edges) == {"w:u:parts>t:parts"}


def test_edges_of_topics_that_are_not_shown_are_not_drawn() -> None:
    shown = shown_after(topics(parts=1), events(event("hidden", 0)))
    assert shown.edges == {}
    assert len(shown.events) == 1
