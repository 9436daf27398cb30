"""Consumer groups deleted with all they have committed, by a child that may be sacrificed."""

from __future__ import annotations

import pytest
from confluent_kafka import Consumer
from confluent_kafka.admin import AdminClient

from dashboard.cluster.connection import Connection
from dashboard.cluster.forgetting import GroupError, forget_groups
from tests.kafka.conftest import MakeTopic
from tests.kafka.watching import commit
from tests.waiting import until


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


def test_one_in_which_somebody_reads_is_left_and_said(
    bootstrap: str, make_topic: MakeTopic
) -> None:
    reader = Consumer(
        {"bootstrap.servers": bootstrap, "group.id": "busy", "group.protocol": "consumer"}
    )
    reader.subscribe([make_topic()])
    try:
        until(lambda: reader.poll(0.1) or reader.assignment(), "it reads")
        with pytest.raises(GroupError, match="delete the group busy: somebody still reads in it"):
            forget_groups(Connection(bootstrap), ["busy"], seconds=0.5)
        assert "busy" in groups(bootstrap)
    finally:
        reader.close()
    forget_groups(Connection(bootstrap), ["busy"])


def test_without_a_broker_it_says_so_in_a_sentence() -> None:
    with pytest.raises(GroupError, match=r"^Kafka could not delete the group quality: .*\.$"):
        forget_groups(Connection("127.0.0.1:9"), ["quality"], seconds=0.1)
