"""Pausing a service on a real broker: nothing is handled meanwhile, nothing lost, nothing twice."""

from __future__ import annotations

import threading

import pytest
from confluent_kafka.admin import NewTopic

from flowviz.kit import Event, Service, dead_letters, instants
from flowviz.kit.wish_clock import WishClock
from tests.kafka.conftest import MakeTopic
from tests.kafka.kit_services import Places, reader
from tests.kafka.kit_world import PROTOCOLS, World, fresh, now_ms, running
from tests.waiting import PATIENCE_SECONDS, until

HOUR = 3_600_000
"""ms"""


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_a_pause_handles_nothing_and_a_resume_handles_all_of_it_once(
    world: World, make_topic: MakeTopic, protocol: str
) -> None:
    topic, name, other = make_topic(3), fresh("quality"), fresh("inventory")
    seen, others = Places(), Places()
    with running(
        reader(world, name, topic, seen, protocol), reader(world, other, topic, others, protocol)
    ):
        world.send(topic, 100)
        until(lambda: len(seen) == 100, "the first hundred are handled")
        pause = world.wish(name, mode="paused")
        world.until_status(name, phase="paused", want=pause, outcome="done")
        assert world.total(name, topic).done == len(seen) == 100
        world.send(topic, 100)
        until(lambda: len(others) == 200, "the other service goes on")
        world.until_total(other, topic, done=200, lost=0)
        assert len(seen) == 100
        resume = world.wish(name, mode="running")
        world.until_status(name, phase="running", want=resume, outcome="done")
        world.until_total(name, topic, done=200, lost=0, skipped=0, gaps=0)
    assert set(seen.values()) == {1}


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_a_pause_holds_while_instances_join_and_leave(
    world: World, make_topic: MakeTopic, protocol: str
) -> None:
    topic, name = make_topic(4), fresh("quality")
    seen, witness = Places(), Places()
    with running(reader(world, name, topic, seen, protocol)):
        world.send(topic, 40)
        world.until_total(name, topic, done=40)
        pause = world.wish(name, mode="paused")
        world.until_status(name, phase="paused")
        with running(reader(world, name, topic, seen, protocol, number=2)):
            world.until_status(name, f"{name}-2", phase="paused", want=pause, assigned=True)
            world.send(topic, 40)
            with running(reader(world, fresh("witness"), topic, witness)):
                until(lambda: len(witness) == 80, "somebody else has read it all")
            assert len(seen) == 40
        world.wish(name, mode="running")
        world.until_total(name, topic, done=80, lost=0, skipped=0)
    assert set(seen.values()) == {1}


def an_hour_passes(monkeypatch: pytest.MonkeyPatch) -> None:
    """On the services' steady clock and on the brokers' as they hear it."""
    steady, said = instants.steady_ms, WishClock.broker_said
    monkeypatch.setattr(instants, "steady_ms", lambda: steady() + HOUR)
    monkeypatch.setattr(
        WishClock, "broker_said", lambda clock, at, now: said(clock, at + HOUR, now)
    )


@pytest.mark.parametrize("off_hours", [0, -2, 2])
def test_a_pause_ends_by_itself_and_lasts_as_long_as_was_wished_by_whatever_clock(
    world: World, make_topic: MakeTopic, off_hours: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An hour passes at once, for the service: of a pause of seconds the test could be too late."""
    monkeypatch.setattr(instants, "now_ms", lambda: now_ms() + off_hours * HOUR)
    topic, name, seen = make_topic(), fresh("quality"), Places()
    with running(reader(world, name, topic, seen)):
        world.until_status(name, phase="running")
        pause = world.wish(name, mode="paused", until_at=now_ms() + HOUR)
        world.until_status(name, phase="paused", want=pause, outcome="done")
        world.send(topic, 5)
        with monkeypatch.context() as later:
            an_hour_passes(later)
            world.until_status(name, phase="running", want=pause, outcome="done")
            world.until_total(name, topic, done=5)
        hour = world.wish(name, mode="paused", until_at=now_ms() + HOUR)
        world.until_status(name, phase="paused", want=hour, outcome="done")
    with running(reader(world, name, topic, seen)):
        again = world.until_status(name, phase="paused", want=hour, assigned=True)
        assert again["outcome"] == "done", "one that starts in the midst of it stands still too"
        over = world.wish(name, mode="paused", until_at=now_ms() + 1)
        world.until_status(name, phase="running", want=over, outcome="done")
    with running(reader(world, name, topic, seen)):
        world.send(topic, 5)
        world.until_total(name, topic, done=10)


def test_a_service_that_starts_while_paused_handles_nothing(
    world: World, make_topic: MakeTopic
) -> None:
    topic, name, seen = make_topic(), fresh("quality"), Places()
    world.send(topic, 5)
    pause = world.wish(name, mode="paused")
    with running(reader(world, name, topic, seen)):
        world.until_status(name, phase="paused", want=pause, assigned=True)
        assert not seen
        world.wish(name, mode="running")
        world.until_total(name, topic, done=5)


def test_it_says_pausing_until_the_event_in_hand_is_done_and_committed(
    world: World, make_topic: MakeTopic
) -> None:
    topic, name = make_topic(), fresh("quality")
    service = Service(name, world.conf, consumer=PROTOCOLS["consumer"])
    busy, go_on = threading.Event(), threading.Event()

    @service.on(topic)
    def handle(event: Event) -> None:
        busy.set()
        go_on.wait()

    with running(service):
        world.send(topic, 3)
        assert busy.wait(PATIENCE_SECONDS)
        pause = world.wish(name, mode="paused")
        status = world.until_status(name, phase="pausing", want=pause, outcome=None)
        assert status["handling_for"] is not None
        assert world.total(name, topic).done == 0
        go_on.set()
        status = world.until_status(name, phase="paused", want=pause, outcome="done")
        assert status["handling_for"] is None
        assert world.total(name, topic).done == 1
        world.wish(name)
        world.until_total(name, topic, done=3)


@pytest.mark.parametrize("counter", ["done", "dead"])
def test_one_that_cannot_write_pauses_all_the_same_and_says_what_it_waits_for(
    world: World, make_topic: MakeTopic, monkeypatch: pytest.MonkeyPatch, counter: str
) -> None:
    """It takes no more events, and what it has in hand may wait for ever: here for a topic, of
    what it publishes or of its dead letters, that it may not make."""
    monkeypatch.setattr(dead_letters.Topics, "make", lambda _self, _topic: None)
    topic, name = make_topic(), fresh("quality")
    missing = f"{topic}.{name}.dlq"
    service = Service(
        name,
        world.conf,
        consumer=PROTOCOLS["consumer"],
        producer={"topic.metadata.propagation.max.ms": 100},
        tries=1,
    )
    waits = f"cannot write to {missing}: there is no such topic"

    @service.on(topic)
    def handle(event: Event) -> None:
        if counter == "dead":
            raise ValueError("not this one")
        service.publish(missing, {"of": event.offset})

    with running(service):
        world.send(topic, 1)
        world.until_status(name, phase="running", reason=waits)
        pause = world.wish(name, mode="paused")
        world.until_status(name, phase="paused", want=pause, outcome="done", reason=waits)
        world.send(topic, 1)
        world.admin.create_topics([NewTopic(missing, 1, 1)])[missing].result(30)
        world.until_total(name, topic, **{counter: 1})
        world.until_status(name, phase="paused", want=pause, reason=None)
        world.wish(name)
        world.until_total(name, topic, **{counter: 2})
    assert len(world.read(missing)) == 2
    world.admin.delete_topics([missing])[missing].result(30)


def test_what_is_handled_is_committed_while_the_next_event_takes_long(
    world: World, make_topic: MakeTopic
) -> None:
    topic, out, name = make_topic(), make_topic(), fresh("quality")
    service = Service(name, world.conf, consumer=PROTOCOLS["consumer"])
    go_on = threading.Event()

    @service.on(topic)
    def handle(event: Event) -> None:
        service.publish(out, {"of": event.offset})
        if event.offset == 2:
            go_on.wait()

    with running(service):
        world.send(topic, 3)
        world.until_total(name, topic, done=2)
        assert len(world.read(out)) == 2
        go_on.set()
        world.until_total(name, topic, done=3)
