"""Groups of every kind as the survey finds them: who reads in them, and how far they have come."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from confluent_kafka import Consumer, ShareConsumer

from dashboard.picture.observations import GroupFacts, SurveySeen
from tests.kafka.conftest import MakeTopic
from tests.kafka.watching import commit, of, running, surveyed, write
from tests.waiting import PATIENCE_SECONDS, until


@contextmanager
def member(bootstrap: str, group: str, topic: str, **settings: Any) -> Iterator[Callable[[], None]]:
    """A member that reads and commits what it is given, and keeps polling until the end.

    Calling what it gives out pauses it, and returns once it is paused.
    """
    client = Consumer(
        {
            "bootstrap.servers": bootstrap,
            "group.id": group,
            "auto.offset.reset": "earliest",
            "auto.commit.interval.ms": 100,
            "log_level": 0,
            **settings,
        }
    )
    client.subscribe([topic])

    wanted, paused = threading.Event(), threading.Event()

    def pause() -> None:
        wanted.set()
        assert paused.wait(PATIENCE_SECONDS)

    def poll(stop: threading.Event) -> None:
        while not stop.is_set():
            client.poll(0.05)
            if wanted.is_set():
                client.pause(client.assignment())
                paused.set()
        client.close()

    with running(poll):
        yield pause


PROTOCOLS: list[dict[str, Any]] = [
    {"group.protocol": "classic"},
    {"group.protocol": "consumer"},
]


def reached(group: GroupFacts, place: tuple[str, int], offset: int) -> bool:
    """Whether so much is committed: a reader may commit in several steps."""
    return place in group.committed and group.committed[place].offset == offset


@pytest.mark.parametrize("settings", PROTOCOLS, ids=["classic", "consumer"])
def test_groups_of_both_protocols_are_seen_reading_and_then_without_members(
    bootstrap: str, make_topic: MakeTopic, settings: dict[str, Any]
) -> None:
    topic = make_topic(partitions=2)
    write(bootstrap, topic, b"1", b"2", b"3")

    def holds_both(group: GroupFacts) -> bool:
        return [one.partitions for one in group.members or ()] == [((topic, 0), (topic, 1))]

    with surveyed(bootstrap, topic) as told:
        with member(bootstrap, topic, topic, **settings):
            survey = told.group(
                topic,
                lambda g: g.state == "reading" and reached(g, (topic, 0), 3) and holds_both(g),
                "the group reading, with all of it committed",
            )
            assert of(survey, topic).protocol == settings["group.protocol"]
        write(bootstrap, topic, b"4", b"5")
        survey = told.group(
            topic,
            lambda g: g.state == "no members" and g.committed[(topic, 0)].offset == 3,
            "the group without members",
        )
        until(lambda: told.of(SurveySeen)[-1].ends[(topic, 0)] == 5, "the end of the log at 5")
        assert of(survey, topic).members == ()


def test_a_group_that_commits_without_joining_says_so(
    bootstrap: str, make_topic: MakeTopic
) -> None:
    topic = make_topic()
    commit(bootstrap, topic, topic, 0)
    with surveyed(bootstrap, topic) as told:
        survey = told.group(topic, lambda g: g.state == "no members", "the group")
    assert of(survey, topic).why == "commits without joining: its readers cannot be seen"


def test_a_paused_reader_shows_a_log_that_grows_past_its_commit(
    bootstrap: str, make_topic: MakeTopic
) -> None:
    topic = make_topic()
    write(bootstrap, topic, b"1")
    with (
        surveyed(bootstrap, topic) as told,
        member(bootstrap, topic, topic) as pause,
    ):
        told.group(
            topic, lambda g: g.committed.get((topic, 0)) is not None and g.state == "reading", "1"
        )
        pause()
        write(bootstrap, topic, *[b"x"] * 5)
        survey = told.survey(lambda s: s.ends[(topic, 0)] == 6, "the end at 6")
        assert of(survey, topic).state == "reading"
        assert of(survey, topic).committed[(topic, 0)].offset == 1


def test_share_groups_are_another_kind(bootstrap: str, make_topic: MakeTopic) -> None:
    topic = make_topic()
    sharing = ShareConsumer({"bootstrap.servers": bootstrap, "group.id": f"{topic}.share"})
    sharing.subscribe([topic])

    def poll(stop: threading.Event) -> None:
        while not stop.is_set():
            sharing.poll(0.1)
        sharing.close()

    with surveyed(bootstrap, topic) as told, running(poll):
        survey = told.group(f"{topic}.share", lambda g: True, "the share group")
    group = of(survey, f"{topic}.share")
    assert (group.state, group.why) == ("another kind", "another kind of group, lag unknown")
