from __future__ import annotations

from dataclasses import replace

from dashboard.picture import observations as seen
from dashboard.picture.actions import STARTING_OVER
from dashboard.picture.cluster import SETTLES_WITHIN_SECONDS
from dashboard.picture.topics import MAX_TOPICS
from tests.picture.sights import SECOND, START, Line, event, picture_of, shown_after, survey, topics


def test_before_anything_is_seen_nothing_is_known() -> None:
    cluster = shown_after().cluster
    for name in ("reachable", "brokers", "kafka", "as_of_at", "survey_seconds", "broker", "title"):
        assert cluster[name] is None
    assert cluster["headline"] == {"topic": None, "unit": "events", "per_second": None}
    assert cluster["reader"] == {"ok": False, "reason": "not started yet"}


def test_what_the_cluster_says_of_itself_is_shown() -> None:
    cluster = shown_after(
        seen.ClusterSeen(START, True, "h:1", 3, "4.3.0"),
        seen.BrokerSeen(START, "restarting", 2, "it was killed"),
        seen.WorkerSeen(START, "reader", True),
    ).cluster
    assert (cluster["reachable"], cluster["bootstrap"], cluster["brokers"]) == (True, "h:1", 3)
    assert (cluster["kafka"], cluster["reader"]) == ("4.3.0", {"ok": True, "reason": None})
    assert cluster["broker"] == {
        "phase": "restarting",
        "restarts": 2,
        "reason": "it was killed",
        "at": START,
    }


def test_a_survey_with_an_answer_proves_that_the_cluster_is_there() -> None:
    away = seen.ClusterSeen(START, False, "h:1", reason="no answer")
    cluster = shown_after(topics(parts=1), away, survey(START, ends={("parts", 0): 1})).cluster
    assert (cluster["reachable"], cluster["reason"]) == (True, None)


def test_a_kafka_that_serves_again_settles_until_it_is_read() -> None:
    line = Line()
    line.seconds(3)
    assert line.shown().cluster["settling"] is False
    line.picture.observe(seen.BrokerSeen(line.now, "restarting", 1, "it was killed"))
    line.picture.observe(seen.ClusterSeen(line.now, False, "h:1", reason="no answer"))
    line.pass_time(4)
    line.picture.observe(seen.BrokerSeen(line.now, "running", 1))
    line.picture.observe(seen.ClusterSeen(line.now, False, "h:1", reason="no answer"))
    assert line.shown().cluster["settling"] is True
    line.second()
    assert (line.shown().cluster["settling"], line.shown().cluster["reachable"]) == (False, True)


def test_a_kafka_that_serves_and_is_never_read_is_unreachable_after_all() -> None:
    line = Line()
    line.picture.observe(seen.BrokerSeen(line.now, "running", 0))
    line.picture.observe(seen.ClusterSeen(line.now, False, "h:1", reason="no answer"))
    line.pass_time(SETTLES_WITHIN_SECONDS - 1)
    assert line.shown().cluster["settling"] is True
    line.pass_time(1)
    cluster = line.shown().cluster
    assert (cluster["settling"], cluster["reachable"]) == (False, False)


def test_a_survey_without_any_answer_proves_nothing() -> None:
    away = seen.ClusterSeen(START, False, "h:1", reason="no answer")
    cluster = shown_after(topics(parts=1), away, survey(START, ends={("parts", 0): None})).cluster
    assert (cluster["reachable"], cluster["reason"]) == (False, "no answer")


def test_when_the_cluster_goes_away_nothing_becomes_zero() -> None:
    line = Line()
    line.seconds(12)
    before = line.shown()
    line.picture.observe(seen.ClusterSeen(line.now, False, "h:1"))
    line.pass_time(60)
    after = line.shown()
    assert after.groups == before.groups
    assert after.topics == before.topics
    assert after.ledger == before.ledger
    assert after.cluster["headline"] == before.cluster["headline"]


def test_the_age_of_the_picture_moves_with_every_survey_that_moved_something() -> None:
    line = Line()
    for _ in range(3):
        line.second()
        assert line.shown().cluster["as_of_at"] == line.now


def test_surveys_that_come_no_more_though_the_cluster_answers_are_told_and_when_they_do() -> None:
    line = Line()
    line.picture.observe(seen.ClusterSeen(line.now, True, "h:1"))
    line.picture.observe(seen.WorkerSeen(line.now, "surveyor", True))
    line.seconds(3)
    of = line.now
    for _ in range(21):
        assert line.shown().cluster["surveyor"] == {"ok": True, "reason": None}
        line.pass_time(1)
    cluster = line.shown().cluster
    assert not cluster["surveyor"]["ok"]
    assert "more than 20 s" in cluster["surveyor"]["reason"]
    assert cluster["as_of_at"] == of
    line.second()
    assert line.shown().cluster["surveyor"] == {"ok": True, "reason": None}


def test_a_surveyor_that_tells_that_the_cluster_is_away_does_not_hang() -> None:
    line = Line()
    line.picture.observe(seen.WorkerSeen(line.now, "surveyor", True))
    line.seconds(3)
    for _ in range(60):
        line.pass_time(1)
        line.picture.observe(seen.ClusterSeen(line.now, False, "h:1"))
    line.picture.observe(seen.ClusterSeen(line.now, True, "h:1"))
    line.pass_time(1)
    assert line.shown().cluster["surveyor"]["ok"]


def test_a_surveyor_that_was_put_away_to_start_over_does_not_hang() -> None:
    line = Line()
    line.picture.observe(seen.WorkerSeen(line.now, "surveyor", True))
    line.seconds(3)
    line.picture.observe(seen.StartingOverSeen(line.now, running=True))
    for _ in range(60):
        line.pass_time(1)
    assert line.shown().cluster["surveyor"]["ok"]
    line.picture.observe(seen.StartingOverSeen(line.now, running=False))
    line.pass_time(15)
    assert line.shown().cluster["surveyor"]["ok"]


def test_while_all_is_started_over_no_service_offers_anything_and_then_what_it_did() -> None:
    line = Line()
    line.seconds(3)
    before = line.service()["actions"]
    line.picture.observe(seen.StartingOverSeen(line.now, running=True))
    assert set(line.service()["actions"].values()) == {STARTING_OVER}
    line.picture.observe(seen.StartingOverSeen(line.now, running=False))
    assert line.service()["actions"] == before
    assert None in before.values()


def test_surveys_that_take_long_may_be_longer_in_coming() -> None:
    line = Line()
    line.picture.observe(seen.ClusterSeen(line.now, True, "h:1"))
    line.picture.observe(seen.WorkerSeen(line.now, "surveyor", True))
    slow = replace(survey(line.now, ends={}, took_seconds=5.0), every_seconds=10.0)
    line.picture.observe(slow)
    line.pass_time(60)
    assert line.shown().cluster["surveyor"]["ok"]
    line.pass_time(20)
    assert not line.shown().cluster["surveyor"]["ok"]


def test_the_headline_is_what_the_document_names() -> None:
    line = Line()
    line.picture.observe(seen.DeclarationSeen(START, "Parts line", "parts", "parts", (), {}))
    line.seconds(12)
    cluster = line.shown().cluster
    assert cluster["title"] == "Parts line"
    assert cluster["headline"] == {"topic": "parts", "unit": "parts", "per_second": 8.0}


def test_without_a_document_the_headline_is_the_sum_over_all_topics() -> None:
    picture = picture_of(topics(a=1, b=1))
    for second in range(3):
        ends = {("a", 0): second, ("b", 0): 2 * second}
        picture.observe(survey(START + second * SECOND, ends=ends))
    headline = picture.shown().cluster["headline"]
    assert headline == {"topic": None, "unit": "events", "per_second": 3.0}


def test_sampling_and_what_was_dropped_are_told() -> None:
    shown = shown_after(topics(parts=1), seen.SamplingSeen(START, frozenset({"parts"}), 7))
    assert (shown.cluster["sampled"], shown.cluster["dropped"]) == (["parts"], 7)
    assert shown.topics["t:parts"]["sampled"] is True


def test_a_demonstration_says_that_it_is_one() -> None:
    assert shown_after(owns_processes=True).cluster["demo"] is True
    assert shown_after().cluster["demo"] is False


def test_the_tape_holds_the_newest_60_with_long_texts_cut() -> None:
    batch = [event("parts", n, key="k" * 5_000) for n in range(70)]
    shown = shown_after(topics(parts=1), seen.EventsSeen(START, tuple(batch)))
    assert [one["offset"] for one in shown.events] == list(range(10, 70))
    assert shown.events_total == 70
    assert len(shown.events[0]["key"]) == 200
    assert "size" not in shown.events[0]


def test_what_is_too_much_to_look_at_is_counted() -> None:
    shown = shown_after(
        seen.TopicsSeen(START, {"parts": seen.TopicFacts("id", 1)}, left_out=500),
        replace(survey(START, ends={("parts", 0): 0}), groups_left_out=20),
        seen.SamplingSeen(START, frozenset(), 0, partitions_left_out=7),
    )
    left_out = {"topics": 500, "groups": 20, "partitions": 7, "edges": 0}
    assert shown.cluster["left_out"] == left_out


def test_what_is_left_out_on_the_way_and_what_the_picture_leaves_out_are_added() -> None:
    many = {f"t{n:05}": seen.TopicFacts(None, 1) for n in range(MAX_TOPICS + 3)}
    shown = shown_after(seen.TopicsSeen(START, many, left_out=500))
    assert shown.cluster["left_out"]["topics"] == 503
