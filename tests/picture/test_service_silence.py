"""What is shown of a service that is not heard."""

from __future__ import annotations

from dashboard.picture import observations as seen
from tests.picture.declared import QUALITY, declaration
from tests.picture.sights import (
    SECOND,
    START,
    Line,
    picture_of,
    process,
    reader_status,
    survey,
)


def test_a_process_that_has_not_reported_yet_is_starting_for_a_minute() -> None:
    picture = picture_of(process(START, "running"))
    assert picture.shown().services["s:quality"]["state"] == "starting"
    picture.tick(START + 5 * SECOND)
    found = picture.shown().services["s:quality"]
    assert (found["state"], found["reason"]) == ("starting", "not heard yet")
    picture.tick(START + 60 * SECOND)
    assert picture.shown().services["s:quality"]["state"] == "unknown"


def test_silence_makes_a_service_unknown_and_a_minute_of_it_forgotten() -> None:
    picture = picture_of(reader_status())
    picture.observe(survey(START + 5 * SECOND, ends={("parts", 0): 0}))
    assert picture.shown().services["s:quality"]["state"] == "unknown"
    picture.tick(START + 59 * SECOND)
    assert "s:quality" in picture.shown().services
    picture.tick(START + 61 * SECOND)
    assert picture.shown().services == {}


def test_a_declared_service_is_never_forgotten() -> None:
    picture = picture_of(declaration(quality=QUALITY), reader_status())
    picture.tick(START + 3_600 * SECOND)
    picture.tick(START + 7_200 * SECOND)
    assert picture.shown().services["s:quality"]["state"] == "unknown"


def test_a_report_of_an_earlier_life_says_nothing_of_this_one() -> None:
    picture = picture_of(reader_status(pid=1))
    picture.observe(process(START + SECOND, "restarting", pid=None))
    picture.observe(process(START + 2 * SECOND, "running", pid=2))
    assert picture.shown().services["s:quality"]["state"] == "starting"
    picture.observe(reader_status(START + 2 * SECOND, pid=1))
    assert picture.shown().services["s:quality"]["state"] == "starting"
    picture.observe(reader_status(START + 3 * SECOND, pid=2))
    assert picture.shown().services["s:quality"]["state"] == "running"


def test_when_the_cluster_is_away_states_stay_as_of_when_it_was_heard() -> None:
    line = Line()
    line.phase = "paused"
    line.seconds(3)
    heard_at = line.now
    line.picture.observe(seen.ClusterSeen(line.now + 500, False, "b:1", reason="no answer"))
    line.pass_time(120)
    found = line.service()
    assert (found["state"], found["as_of_at"]) == ("paused", heard_at)
    assert found["lag"] is not None
    assert line.shown().cluster["as_of_at"] == heard_at


def test_after_the_cluster_came_back_silence_counts_from_then() -> None:
    line = Line()
    line.seconds(3)
    line.picture.observe(seen.ClusterSeen(line.now, False, "b:1"))
    line.pass_time(120)
    line.picture.observe(seen.ClusterSeen(line.now, True, "b:1"))
    assert (line.service()["state"], line.service()["as_of_at"]) == ("running", None)
    line.pass_time(5)
    line.survey()
    assert line.service()["state"] == "unknown"


def test_silence_while_the_cluster_itself_is_silent_makes_no_service_unknown() -> None:
    """It takes some seconds until an outage is noticed: until then nobody is blamed for it."""
    line = Line()
    line.phase = "paused"
    line.seconds(3)
    line.pass_time(6)
    assert line.service()["state"] == "paused"
    line.picture.observe(seen.ClusterSeen(line.now, False, "b:1", reason="no answer"))
    line.pass_time(60)
    assert line.service()["state"] == "paused"
    assert [report["service"] for report in line.shown().reports.values()] == ["Kafka"]


def test_silence_without_any_sign_of_the_cluster_is_doubted_only_for_so_long() -> None:
    line = Line()
    line.seconds(3)
    line.pass_time(19)
    assert line.service()["state"] == "running"
    line.pass_time(1)
    assert line.service()["state"] == "unknown"


def test_a_process_that_ended_is_known_even_while_the_cluster_is_away() -> None:
    picture = picture_of(reader_status(), seen.ClusterSeen(START, False, "b:1"))
    picture.observe(process(START + SECOND, "crashed", reason="killed"))
    found = picture.shown().services["s:quality"]
    assert (found["state"], found["reason"], found["as_of_at"]) == ("crashed", "killed", None)


def test_when_our_own_reader_fails_no_service_is_blamed() -> None:
    picture = picture_of(reader_status(), seen.WorkerSeen(START, "reader", False, "it failed"))
    picture.tick(START + 30 * SECOND)
    assert picture.shown().services["s:quality"]["state"] == "running"


def test_a_broker_that_is_known_to_be_gone_says_so_at_once_of_all_that_it_told() -> None:
    """Its guard knows before any survey has found out."""
    line = Line()
    line.seconds(3)
    heard_at = line.now
    line.picture.observe(seen.BrokerSeen(line.now + 100, "restarting", 1))
    found = line.service()
    assert (found["state"], found["as_of_at"]) == ("running", heard_at)
    assert line.shown().cluster["as_of_at"] == heard_at
    line.pass_time(20)
    assert line.service()["as_of_at"] == heard_at
    line.picture.observe(seen.BrokerSeen(line.now, "running", 1))
    assert line.service()["as_of_at"] is None
    line.pass_time(4)
    assert line.service()["state"] == "running", "silence counts from when it was back"
