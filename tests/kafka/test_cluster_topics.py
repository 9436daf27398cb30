import gc

import pytest

from dashboard.cluster.connection import Connection
from dashboard.cluster.making_topics import TopicError, TopicSpec, delete, ensure
from dashboard.cluster.topics import compacted, look
from tests.kafka.conftest import MakeTopic
from tests.waiting import until


def test_missing_topics_are_made_and_others_left_alone(
    bootstrap: str, make_topic: MakeTopic
) -> None:
    there = make_topic(partitions=2)
    new = f"{there}.new"
    connection = Connection(bootstrap)
    specs = {there: TopicSpec(9), new: TopicSpec(3, {"cleanup.policy": "compact"})}
    assert ensure(connection, specs) == [new]
    assert ensure(connection, specs) == []

    admin = connection.admin("test")
    seen = until(
        lambda: found if len(found := look(admin, specs.__contains__).topics) == 2 else None,
        "both topics",
    )
    assert seen[there].partitions == (0, 1)
    assert seen[new].partitions == (0, 1, 2)
    assert seen[new].leaderless == frozenset()
    assert compacted(admin, specs) == {there: False, new: True}
    delete(connection, [new])
    delete(connection, [new])


def test_an_id_is_told_as_kafkas_tools_write_it(bootstrap: str, make_topic: MakeTopic) -> None:
    topic = make_topic()
    admin = Connection(bootstrap).admin("test")
    seen = until(lambda: look(admin, lambda name: name == topic).topics, "the topic")
    topic_id = seen[topic].topic_id
    assert topic_id is not None
    assert len(topic_id) == 22
    assert not set(topic_id) & set("+/=")


def test_topics_may_be_looked_at_for_ever(bootstrap: str, make_topic: MakeTopic) -> None:
    """The client itself keeps the id of every topic that it ever described."""
    topic = make_topic()
    admin = Connection(bootstrap).admin("test")
    until(lambda: look(admin, lambda name: name == topic).topics, "the topic")
    before = ids_in_memory()
    for _ in range(20):
        assert look(admin, lambda name: name == topic).topics[topic].topic_id
    assert ids_in_memory() == before


def ids_in_memory() -> int:
    gc.collect()
    return sum(type(one).__name__ == "Uuid" for one in gc.get_objects())


def test_a_topic_that_cannot_be_made_is_told_by_name(bootstrap: str) -> None:
    with pytest.raises(TopicError, match="could not make the topic not a name"):
        ensure(Connection(bootstrap), {"not a name": TopicSpec(1)})
