"""Consumer groups deleted with all they have committed, by a child that may be sacrificed."""

from __future__ import annotations

import pytest
from confluent_kafka import Consumer, KafkaError, TopicPartition
from confluent_kafka.admin import AdminClient

from dashboard.cluster.connection import Connection
from dashboard.cluster.forgetting import GroupError, forget_groups
from dashboard.cluster.leaving import Leaver, Protocol, let_leave
from tests.kafka.conftest import MakeTopic
from tests.kafka.watching import commit, committed
from tests.waiting import PATIENCE_SECONDS, until


def groups(bootstrap: str) -> set[str]:
    admin = AdminClient({"bootstrap.servers": bootstrap, "log_level": 0})
    return {group.group_id for group in admin.list_consumer_groups().result(30).valid}


def test_groups_are_gone_and_one_that_is_not_there_is_as_good(
    bootstrap: str, make_topic: MakeTopic
) -> None:
    topic = make_topic()
    for name in ("forgotten-1", "forgotten-2", "kept"):
        commit(bootstrap, name, topic, 0)
    forget_groups(Connection(bootstrap), ["forgotten-1", "never-there", "forgotten-2"])
    assert groups(bootstrap) & {"forgotten-1", "forgotten-2", "kept"} == {"kept"}
    forget_groups(Connection(bootstrap), ["forgotten-1", "kept"])
    forget_groups(Connection(bootstrap), [])
    assert "kept" not in groups(bootstrap)


def member(bootstrap: str, group: str, topic: str, protocol: str) -> Consumer:
    """It reads the topic and has committed; a classic one would be missed after 5 minutes."""
    config = {"bootstrap.servers": bootstrap, "group.id": group, "group.protocol": protocol}
    slow = {"session.timeout.ms": 300_000, "heartbeat.interval.ms": 100_000}
    reader = Consumer(config | (slow if protocol == "classic" else {}))
    reader.subscribe([topic])

    def joined() -> bool:
        reader.poll(0.1)  # an error too may be what it gives, as long as the topic is too new
        return bool(reader.assignment())

    until(joined, "it reads")
    reader.commit(offsets=[TopicPartition(topic, 0, 7)], asynchronous=False)
    return reader


@pytest.mark.parametrize("protocol", ["classic", "consumer"])
def test_who_is_still_a_member_is_made_to_leave_and_nothing_committed_stays(
    bootstrap: str, make_topic: MakeTopic, protocol: str
) -> None:
    topic, group = make_topic(), f"left-{protocol}"
    reader = member(bootstrap, group, topic, protocol)
    try:
        assert committed(bootstrap, group, topic) == 7
        forget_groups(Connection(bootstrap), [group], seconds=PATIENCE_SECONDS)
        assert committed(bootstrap, group, topic) is None
    finally:
        reader.close()


@pytest.mark.parametrize("protocol", ["classic", "consumer"])
def test_that_a_group_knows_no_such_member_is_heard(
    bootstrap: str, make_topic: MakeTopic, protocol: Protocol
) -> None:
    group = f"visited-{protocol}"
    reader = member(bootstrap, group, make_topic(), protocol)
    host, port = bootstrap.split(":")
    try:
        for instance in (None, "stranger-1"):
            stranger = Leaver(group, protocol, "nobody-of-that-name", instance)
            code = let_leave(host, int(port), stranger, PATIENCE_SECONDS)
            assert code == KafkaError.UNKNOWN_MEMBER_ID == 25
    finally:
        reader.close()


def test_of_a_cluster_with_security_nobody_is_made_to_leave_and_it_is_said(
    bootstrap: str, make_topic: MakeTopic
) -> None:
    topic = make_topic()
    secured = Connection(bootstrap, {"security.protocol": "plaintext"})
    reader = member(bootstrap, "busy", topic, "consumer")
    try:
        with pytest.raises(GroupError, match="delete the group busy: somebody still reads in it"):
            forget_groups(secured, ["busy"], seconds=0.5)
        assert committed(bootstrap, "busy", topic) == 7
    finally:
        reader.close()
    forget_groups(secured, ["busy"], seconds=PATIENCE_SECONDS)


def test_without_a_broker_it_says_so_in_a_sentence() -> None:
    with pytest.raises(GroupError, match=r"^Kafka could not delete the group quality: .*\.$"):
        forget_groups(Connection("127.0.0.1:9"), ["quality"], seconds=0.1, ready_seconds=0.1)
