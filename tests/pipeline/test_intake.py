"""The queue before the picture: events may be dropped and are counted, nothing else ever is."""

from __future__ import annotations

import threading

import pytest

from dashboard import intake
from dashboard.intake import Intake
from dashboard.picture.observations import ClusterSeen, Event, EventsSeen, Observation
from tests.waiting import PATIENCE_SECONDS, until


def events(count: int) -> EventsSeen:
    one = Event("t", 0, 0, None, None, None, None, None, 0, None, None, 0, True, None)
    return EventsSeen(0, (one,) * count)


def other(at: int) -> ClusterSeen:
    return ClusterSeen(at, reachable=True, bootstrap="b")


def test_what_was_put_is_taken_in_order() -> None:
    queue = Intake()
    put: list[Observation] = [other(1), events(2), other(3)]
    for one in put:
        queue.put(one)
    assert queue.take() == put
    assert queue.take() == []


def test_when_it_is_full_batches_of_events_are_dropped_and_counted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(intake, "MAX_EVENTS", 10)
    queue = Intake()
    queue.put(events(8))
    queue.put(events(3))
    queue.put(events(2))
    queue.put(other(1))
    assert queue.dropped == 3
    assert [type(one) for one in queue.take()] == [EventsSeen, EventsSeen, ClusterSeen]
    queue.put(events(8))
    assert queue.dropped == 3


def test_other_observations_wait_for_room_and_none_is_lost(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(intake, "MAX_OTHERS", 5)
    queue = Intake()
    done = threading.Event()

    def put_all() -> None:
        for at in range(100):
            queue.put(other(at))
        done.set()

    threading.Thread(target=put_all, daemon=True).start()
    taken: list[int] = []

    def take() -> bool:
        batch = queue.take()
        assert len(batch) <= 5
        taken.extend(one.at for one in batch)
        return done.is_set() and len(taken) == 100

    until(take, "all hundred observations came through")
    assert taken == list(range(100))


def test_events_do_not_wait_behind_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intake, "MAX_OTHERS", 1)
    queue = Intake()
    queue.put(other(1))
    queue.put(events(1))
    assert len(queue.take()) == 2


def test_when_it_is_closed_nobody_waits_any_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intake, "MAX_OTHERS", 1)
    queue = Intake()
    queue.put(other(1))
    waiting = threading.Thread(target=queue.put, args=(other(2),), daemon=True)
    waiting.start()
    queue.close()
    waiting.join(PATIENCE_SECONDS)
    assert not waiting.is_alive()


def test_a_nudge_ends_one_wait() -> None:
    queue = Intake()
    queue.nudge()
    queue.wait(30)
    waited = threading.Event()

    def wait() -> None:
        queue.wait(30)
        waited.set()

    threading.Thread(target=wait, daemon=True).start()
    queue.put(other(1))
    assert waited.wait(PATIENCE_SECONDS)
