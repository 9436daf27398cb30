"""Pausing a service on a real broker: nothing is handled meanwhile, nothing lost, nothing twice."""

from __future__ import annotations

import itertools
import threading
from collections import Counter
from collections.abc import Iterator, Mapping

import pytest

from flowviz.kit import Event, Service, instants
from flowviz.kit.control_reader import ControlReader
from flowviz.kit.wish import MAX_RATE_PER_SECOND, Rate, Wish
from flowviz.kit.wish_clock import WishClock
from tests.kafka.conftest import MakeTopic
from tests.kafka.kit_world import PROTOCOLS, World, fresh, now_ms, running
from tests.waiting import PATIENCE_SECONDS, until


@pytest.fixture
def world(bootstrap: str) -> Iterator[World]:
    world = World(bootstrap)
    yield world
    world.close()


Places = Counter[tuple[int, int]]
HOUR = 3_600_000
"""ms"""


def reader(
    world: World, name: str, topic: str, seen: Places, protocol: str = "consumer", number: int = 1
) -> Service:
    service = Service(name, world.conf, consumer=PROTOCOLS[protocol], instance=f"{name}-{number}")

    @service.on(topic)
    def handle(event: Event) -> None:
        seen[event.partition, event.offset] += 1

    return service


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


@pytest.mark.parametrize("want", [{"ms_per_event": 60_000}, {"rate": Rate(0.001)}])
def test_a_slowed_service_goes_slowly_and_takes_up_its_own_speed_at_once(
    world: World, make_topic: MakeTopic, want: Mapping[str, object]
) -> None:
    topic, name, seen, witness = make_topic(), fresh("quality"), Places(), Places()
    with running(reader(world, name, topic, seen)):
        world.until_status(name, phase="running")
        slow = world.wish(name, **want)
        world.until_status(name, phase="running", want=slow, outcome="done")
        world.send(topic, 20)
        until(lambda: len(seen) == 1, "the first is handled")
        world.until_total(name, topic, done=1)
        with running(reader(world, fresh("witness"), topic, witness)):
            until(lambda: len(witness) == 20, "somebody else has read it all")
        assert len(seen) == 1
        world.wish(name)
        world.until_total(name, topic, done=20)


def test_a_source_obeys_pause_and_rate(world: World, make_topic: MakeTopic) -> None:
    topic, name = make_topic(), fresh("scanner")
    service = Service(name, world.conf)
    made = [0]

    @service.every(per_second=100)
    def make() -> None:
        made[0] += 1
        service.publish(topic, {"number": made[0]})

    with running(service):
        until(lambda: made[0] > 5, "it makes some")
        pause = world.wish(name, mode="paused")
        status = world.until_status(name, phase="paused", want=pause, outcome="done")
        assert status["groups"] == []
        written = made[0]
        assert [value["number"] for value, _ in world.read(topic)] == list(range(1, written + 1))
        crawl = world.wish(name, rate=Rate(0.001))
        world.until_status(name, phase="running", want=crawl, outcome="done")
        assert made[0] <= written + 1, "one was due; the next is due in a quarter of an hour"
        world.wish(name)
        until(lambda: made[0] > written + 5, "it goes on")


def test_a_source_in_flood_gives_all_it_can_is_exact_and_obeys_a_pause(
    world: World, make_topic: MakeTopic
) -> None:
    topic, name, made = make_topic(3), fresh("scanner"), itertools.count()
    few = {"queue.buffering.max.messages": 100}
    service = Service(name, world.conf, producer=few)
    last = [-1]

    @service.every(per_second=8)
    def make() -> None:
        last[0] = next(made)
        service.publish(topic, {"number": last[0]})

    with running(service):
        world.until_status(name, phase="running")
        world.wish(name, rate=Rate(MAX_RATE_PER_SECOND))
        until(lambda: last[0] > 3_000, "more than its queue can hold is made")
        pause = world.wish(name, mode="paused", rate=Rate(MAX_RATE_PER_SECOND))
        world.until_status(name, phase="paused", want=pause, outcome="done")
        written = [value["number"] for value, _ in world.read(topic)]
        assert sorted(written) == list(range(last[0] + 1))


def test_more_instances_than_partitions_say_that_they_wait(
    world: World, make_topic: MakeTopic
) -> None:
    topic, name, seen = make_topic(1), fresh("quality"), Places()
    first = reader(world, name, topic, seen)
    with running(first):
        world.until_status(name, phase="running", assigned=True)
        with running(reader(world, name, topic, seen, number=2)):
            world.until_status(
                name, f"{name}-2", phase="starting", reason="waits for its partitions"
            )


def test_whoever_sees_a_settled_wish_sees_the_newest(world: World, make_topic: MakeTopic) -> None:
    """Another thread may look between any two steps of the one that hears."""
    name, wishes = fresh("quality"), list[Wish | None]()

    class Watched(ControlReader):
        def __setattr__(self, field: str, value: object) -> None:
            super().__setattr__(field, value)
            if field == "settled" and value:
                wishes.append(self.wish)

    wanted = world.wish(name, mode="paused")
    reader = Watched(world.conf, name, f"{name}-1", lambda _heard: None)
    until(lambda: reader.hear(0.1) and reader.settled, "all wishes are read")
    reader.close()
    assert [None if wish is None else wish.id for wish in wishes] == [wanted]


def test_a_service_is_starting_until_it_reads(world: World, make_topic: MakeTopic) -> None:
    topic, name, may_go_on = make_topic(), fresh("inventory"), threading.Event()
    service = Service(name, world.conf, consumer=PROTOCOLS["consumer"])
    service.at_start(lambda: may_go_on.wait(PATIENCE_SECONDS))
    service.on(topic)(lambda event: None)
    with running(service):
        first = until(lambda: world.status(name), "it says something")
        assert first["phase"] == "starting"
        may_go_on.set()
        world.until_status(name, phase="running")


def test_a_service_reads_the_options_that_are_wished_of_it(
    world: World, make_topic: MakeTopic
) -> None:
    topic, name = make_topic(), fresh("inventory")
    service = Service(name, world.conf, consumer=PROTOCOLS["consumer"])
    found: list[object] = []
    service.on(topic)(lambda event: found.append(service.options.get("dedupe", True)))
    assert service.options == {}
    with running(service):
        world.send(topic, 1)
        world.until_total(name, topic, done=1)
        wish = world.wish(name, options={"dedupe": False})
        world.until_status(name, want=wish, outcome="done")
        world.send(topic, 1)
        world.until_total(name, topic, done=2)
    assert found == [True, False]


def test_a_service_knows_how_many_events_wait_after_the_one_in_hand(
    world: World, make_topic: MakeTopic
) -> None:
    topic, name = make_topic(), fresh("quality")
    service = Service(name, world.conf, consumer=PROTOCOLS["consumer"])
    waiting: list[int | None] = []
    service.on(topic)(lambda event: waiting.append(service.waiting()))
    assert service.waiting() is None
    world.send(topic, 10)
    with running(service):
        world.until_total(name, topic, done=10)
    assert waiting == list(range(9, -1, -1))
