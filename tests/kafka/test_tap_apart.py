"""The surveyor in a process of its own: whatever ends that process, the survey goes on."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from functools import partial

from confluent_kafka import Consumer, KafkaException, TopicPartition

from dashboard.cluster.connection import Connection
from dashboard.cluster.embedded import EmbeddedKafka
from dashboard.cluster.making_topics import TopicSpec, ensure
from dashboard.picture.observations import GroupFacts, SurveySeen
from dashboard.tap.surveyor_apart import SurveyorApart
from dashboard.tap.topic_filter import TopicFilter
from tests.kafka.watching import Told, running, write
from tests.waiting import until

PARTS = ("parts", 0)


def commit(bootstrap: str, offset: int) -> None:
    client = Consumer({"bootstrap.servers": bootstrap, "group.id": "quality"})
    try:
        client.commit(offsets=[TopicPartition(*PARTS, offset)], asynchronous=False)
    finally:
        client.close()


def test_a_broker_killed_while_its_groups_are_asked_after_ends_no_survey(
    own_kafka: EmbeddedKafka,
) -> None:
    bootstrap = own_kafka.start()
    connection, told = Connection(bootstrap), Told()
    ensure(connection, {"parts": TopicSpec(1)})
    write(bootstrap, "parts", b"1", b"2", b"3")
    commit(bootstrap, 1)
    surveyor = SurveyorApart(connection, told.observe, topics=TopicFilter())
    with running(surveyor.run):
        told.group("quality", partial(committed_at, offset=1), "the first commit")
        for offset in (2, 3):
            before = own_kafka.pid
            assert before is not None
            os.kill(before, signal.SIGKILL)
            until(partial(another, own_kafka, before), "another broker")
            until(partial(committed, bootstrap, offset), "a commit")
            told.group("quality", partial(committed_at, offset=offset), f"commit {offset}")


def test_a_survey_whose_process_is_killed_begins_again(bootstrap: str) -> None:
    told = Told()
    surveyor = SurveyorApart(Connection(bootstrap), told.observe, topics=TopicFilter())
    with running(surveyor.run):
        until(lambda: told.of(SurveySeen), "a survey")
        first = surveyor.pid
        assert first is not None
        os.kill(first, signal.SIGKILL)
        until(lambda: surveyor.pid not in (None, first), "another process")
        surveys = len(told.of(SurveySeen))
        until(lambda: len(told.of(SurveySeen)) > surveys, "a survey by it")
        last = surveyor.pid
        assert last is not None
    assert surveyor.pid is None
    until(lambda: not is_there(last), "nothing is left")


def test_the_process_of_the_survey_ends_with_the_one_that_started_it(bootstrap: str) -> None:
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT, bootstrap], stdout=subprocess.PIPE, text=True
    )
    try:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        assert is_there(child)
        parent.kill()
        until(lambda: not is_there(child), "the child is gone")
    finally:
        parent.kill()
        parent.communicate()


PARENT = """
import sys, threading
from dashboard.cluster.connection import Connection
from dashboard.tap.surveyor_apart import SurveyorApart
from dashboard.tap.topic_filter import TopicFilter

def observe(seen):
    print(surveyor.pid, flush=True)

surveyor = SurveyorApart(Connection(sys.argv[1]), observe, topics=TopicFilter())
surveyor.run(threading.Event())
"""


def another(own_kafka: EmbeddedKafka, before: int) -> bool:
    return own_kafka.pid not in (None, before)


def committed_at(group: GroupFacts, offset: int) -> bool:
    found = group.committed.get(PARTS)
    return found is not None and found.offset == offset


def committed(bootstrap: str, offset: int) -> bool:
    """Whether a broker that may just be starting took the commit."""
    try:
        commit(bootstrap, offset)
    except KafkaException:
        return False
    return True


def is_there(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
