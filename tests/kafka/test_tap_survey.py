"""What the survey brings for the cases of lag; how lag is made of it is tests/picture's part."""

from collections.abc import Iterable

import pytest
from confluent_kafka import TopicPartition
from confluent_kafka.admin import AdminClient

from dashboard.cluster.connection import Connection
from dashboard.cluster.making_topics import TopicSpec, delete, ensure
from dashboard.cluster.offsets import Committed, committed
from dashboard.picture.observations import (
    ClusterSeen,
    LedgerSeen,
    Observation,
    SurveySeen,
    TopicFacts,
    TopicsSeen,
)
from dashboard.tap import surveyor as surveying
from dashboard.tap.surveyor import EVERY_AT_LEAST_SECONDS, EVERY_AT_MOST_SECONDS, Surveyor
from dashboard.tap.topic_filter import TopicFilter
from flowviz.kit.ledger import LedgerEntry
from tests.kafka.conftest import MakeTopic
from tests.kafka.watching import commit, of, running, surveyed, write
from tests.waiting import until


def test_commits_are_asked_for_before_the_ends_of_logs_so_lag_is_never_understated(
    bootstrap: str, make_topic: MakeTopic, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each time between the two questions one more event is written: it is behind already."""
    topic = make_topic()
    commit(bootstrap, topic, topic, 0)
    written, surveys = [0], []

    def asked(admin: AdminClient, groups: Iterable[str]) -> dict[str, Committed]:
        answers = committed(admin, groups)
        write(bootstrap, topic, b"x")
        written.append(written[-1] + 1)
        return answers

    def observe(seen: Observation) -> None:
        if isinstance(seen, SurveySeen):
            surveys.append((seen.ends[(topic, 0)], written[-1]))

    monkeypatch.setattr(surveying, "committed", asked)
    surveyor = Surveyor(Connection(bootstrap), observe, topics=TopicFilter.parse(topic))
    with running(surveyor.run):
        until(lambda: len(surveys) >= 2, "two surveys")
    assert all(end == there for end, there in surveys), surveys


def test_a_partition_without_a_commit_is_not_there(bootstrap: str, make_topic: MakeTopic) -> None:
    topic = make_topic(partitions=2)
    write(bootstrap, topic, b"1", partition=1)
    commit(bootstrap, f"{topic}.g", topic, 0)
    with surveyed(bootstrap, topic) as told:
        survey = told.group(f"{topic}.g", lambda g: bool(g.committed), "the group")
    group = of(survey, f"{topic}.g")
    assert list(group.committed) == [(topic, 0)]
    assert group.committed_known
    assert survey.ends == {(topic, 0): 0, (topic, 1): 1}


def test_retention_that_passed_a_commit_shows_in_the_start_of_the_log(
    bootstrap: str, make_topic: MakeTopic
) -> None:
    topic = make_topic()
    write(bootstrap, topic, *[b"x"] * 10)
    commit(bootstrap, topic, topic, 2)
    admin = AdminClient({"bootstrap.servers": bootstrap})
    admin.delete_records([TopicPartition(topic, 0, 7)])[TopicPartition(topic, 0)].result(20)
    with surveyed(bootstrap, topic) as told:
        survey = told.group(topic, lambda g: True, "the group")
    assert of(survey, topic).committed[(topic, 0)].offset == 2
    assert survey.starts[(topic, 0)] == 7
    assert survey.ends[(topic, 0)] == 10


def test_the_ledger_comes_with_the_commit(bootstrap: str, make_topic: MakeTopic) -> None:
    topic = make_topic(partitions=2)
    entry = LedgerEntry(base=3, number=2, done=4, dead=1, skipped=2, gaps=1, lost=0, rw="r-1")
    commit(bootstrap, topic, topic, 11, entry.encode())
    with surveyed(bootstrap, topic) as told:
        survey = told.group(topic, lambda g: True, "the group")
    assert of(survey, topic).committed[(topic, 0)].metadata == entry.encode()
    assert of(survey, topic).ledger == {(topic, 0): LedgerSeen(2, 3, 4, 1, 2, 1, 0)}


def test_topics_come_go_and_are_made_anew_with_another_id(
    bootstrap: str, make_topic: MakeTopic
) -> None:
    keeper = make_topic(partitions=3, cleanup_policy="compact")
    other = f"{keeper}.other"
    connection = Connection(bootstrap)

    with surveyed(bootstrap, f"{keeper}*") as told:

        def facts(topic: str) -> TopicFacts | None:
            return told.of(TopicsSeen)[-1].topics.get(topic) if told.of(TopicsSeen) else None

        def id_of_other() -> str | None:
            found = facts(other)
            return found.topic_id if found else None

        until(lambda: (found := facts(keeper)) and found.compacted, "a compacted topic")
        found = until(lambda: facts(keeper), "the topic")
        assert (found.partitions, found.leaderless) == (3, 0)
        ensure(connection, {other: TopicSpec(1)})
        first = until(id_of_other, "the other topic")
        delete(connection, [other])
        until(lambda: id_of_other() is None, "the other topic gone")
        ensure(connection, {other: TopicSpec(1)})
        second = until(id_of_other, "the other topic again")
        assert first != second
        delete(connection, [other])


def test_groups_that_read_only_hidden_topics_are_not_told(
    bootstrap: str, make_topic: MakeTopic
) -> None:
    shown, hidden = make_topic(), make_topic()
    commit(bootstrap, f"{shown}.a", shown, 0)
    commit(bootstrap, f"{hidden}.b", hidden, 0)
    with surveyed(bootstrap, shown) as told:
        survey = told.group(f"{shown}.a", lambda g: True, "the group of the shown topic")
        assert f"{hidden}.b" not in [one.group for one in survey.groups]
        assert set(survey.ends) == {(shown, 0)}


def test_topics_and_groups_that_are_too_many_are_counted(
    bootstrap: str, make_topic: MakeTopic, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dashboard.cluster.topics.MAX_TOPICS", 2)
    monkeypatch.setattr("dashboard.cluster.groups.MAX_GROUPS", 1)
    first = make_topic()
    topics = sorted([first, *(make_topic() for _ in range(2))])
    for topic in topics:
        commit(bootstrap, topic, topic, 0)
    with surveyed(bootstrap, ",".join(topics)) as told:
        survey = told.survey(lambda s: s.groups_left_out >= 2, "groups left out")
        found = until(lambda: told.of(TopicsSeen), "the topics")[0]
    assert list(found.topics) == topics[:2]
    assert found.left_out == 1
    assert len([one for one in survey.groups if one.state != "another kind"]) <= 1


def test_it_rests_ten_times_as_long_as_surveys_take(bootstrap: str, make_topic: MakeTopic) -> None:
    with surveyed(bootstrap, make_topic()) as told:
        until(lambda: len(told.of(SurveySeen)) >= 3, "three surveys")
    first, *later = told.of(SurveySeen)
    assert first.every_seconds == EVERY_AT_LEAST_SECONDS  # it connected, and proves nothing
    for number, survey in enumerate(later, start=1):
        took = min(one.took_seconds for one in later[max(0, number - 5) : number])
        expected = min(max(10 * took, EVERY_AT_LEAST_SECONDS), EVERY_AT_MOST_SECONDS)
        assert survey.every_seconds == expected


def test_the_cluster_says_what_it_is(bootstrap: str, make_topic: MakeTopic) -> None:
    with surveyed(bootstrap, make_topic()) as told:
        cluster = until(lambda: told.of(ClusterSeen), "the cluster")[0]
    assert (cluster.reachable, cluster.bootstrap, cluster.brokers) == (True, bootstrap, 1)
    assert cluster.kafka == "4.0 or newer"


def test_an_address_where_nobody_is_is_told_as_unreachable() -> None:
    with surveyed("127.0.0.1:1", "") as told:
        cluster = until(lambda: told.of(ClusterSeen), "the cluster")[0]
    assert not cluster.reachable
    assert cluster.reason == "No answer from Kafka at 127.0.0.1:1: no broker can be reached."
    assert told.of(SurveySeen) == []


def test_it_makes_no_group_and_no_topic(bootstrap: str, make_topic: MakeTopic) -> None:
    topic = make_topic()
    admin = AdminClient({"bootstrap.servers": bootstrap})
    topics = set(admin.list_topics(timeout=10).topics)
    with surveyed(bootstrap, topic) as told:
        until(lambda: len(told.of(SurveySeen)) >= 2, "two surveys")
    listed = admin.list_consumer_groups(request_timeout=10).result(20).valid
    assert not [group.group_id for group in listed if "flowviz" in group.group_id]
    assert set(admin.list_topics(timeout=10).topics) - topics <= {"__consumer_offsets"}
