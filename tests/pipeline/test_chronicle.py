"""What is observed and belongs in the log: each change once, and its end as loud as itself."""

from __future__ import annotations

import logging

import pytest

from dashboard.chronicle import MAX_REASONS, Chronicle
from dashboard.picture.observations import (
    BrokerSeen,
    ClusterSeen,
    EventsSeen,
    Observation,
    ProcessPhase,
    ProcessSeen,
    SamplingSeen,
    WorkerSeen,
)
from dashboard.seldom import Seldom

AWAY = ClusterSeen(1, reachable=False, bootstrap="b:1", reason="No answer from Kafka at b:1.")
THERE = ClusterSeen(1, reachable=True, bootstrap="b:1", brokers=3)


@pytest.fixture
def told(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    caplog.set_level(logging.INFO)
    return caplog


def lines(told: pytest.LogCaptureFixture, *observations: Observation) -> list[tuple[str, str]]:
    chronicle = Chronicle()
    for one in observations:
        chronicle.take(one)
    return [(record.levelname, record.getMessage()) for record in told.records]


def process(phase: ProcessPhase, reason: str | None = None, pid: int | None = None) -> ProcessSeen:
    return ProcessSeen(1, "quality", "quality-1", phase, pid, 1, reason=reason)


def test_a_cluster_that_goes_and_comes_is_told_once_each(told: pytest.LogCaptureFixture) -> None:
    assert lines(told, THERE, THERE, AWAY, AWAY, AWAY, THERE) == [
        ("INFO", "Kafka answers at b:1, brokers: 3."),
        ("WARNING", "No answer from Kafka at b:1. It is asked again and again."),
        ("WARNING", "Kafka at b:1 answers again."),
    ]


def test_a_better_reason_that_is_known_later_is_told_as_well_and_each_once(
    told: pytest.LogCaptureFixture,
) -> None:
    vague, clear = (
        ClusterSeen(1, reachable=False, bootstrap="b:1", reason=reason)
        for reason in ("No broker can be reached.", "The name cannot be resolved.")
    )
    assert lines(told, vague, clear, vague, clear, THERE, vague) == [
        ("WARNING", "No broker can be reached. It is asked again and again."),
        ("WARNING", "The name cannot be resolved. It is asked again and again."),
        ("WARNING", "Kafka at b:1 answers again."),
        ("WARNING", "No broker can be reached. It is asked again and again."),
    ]
    told.clear()
    others = [
        ClusterSeen(1, reachable=False, bootstrap="b:1", reason=f"Reason {number}.")
        for number in range(MAX_REASONS + 3)
    ]
    assert len(lines(told, *others)) == MAX_REASONS


def test_a_worker_that_fails_is_told_with_each_new_reason_and_when_it_is_back(
    told: pytest.LogCaptureFixture,
) -> None:
    well = WorkerSeen(1, "reader", ok=True)
    once = WorkerSeen(1, "reader", ok=False, reason="It failed (x) and is tried again in 16 s.")
    assert lines(told, well, once, once, once, well) == [
        ("INFO", "The reader runs."),
        ("WARNING", "The reader does not work. It failed (x) and is tried again in 16 s."),
        ("WARNING", "The reader works again."),
    ]


def test_a_surveyor_that_hangs_is_told_once_and_when_it_is_back(
    told: pytest.LogCaptureFixture,
) -> None:
    chronicle, late = Chronicle(), "For more than 20 s it has told nothing."
    well = WorkerSeen(1, "surveyor", ok=True)
    chronicle.take(well)
    for reason in (None, late, late, None, None, late):
        chronicle.surveyor_tells_nothing(reason)
    chronicle.take(WorkerSeen(1, "surveyor", ok=False, reason="It failed (silent)."))
    chronicle.surveyor_tells_nothing(late)
    chronicle.take(well)
    chronicle.surveyor_tells_nothing(None)
    assert [(one.levelname, one.getMessage()) for one in told.records] == [
        ("INFO", "The surveyor runs."),
        ("WARNING", "The surveyor does not work. For more than 20 s it has told nothing."),
        ("WARNING", "The surveyor works again."),
        ("WARNING", "The surveyor does not work. For more than 20 s it has told nothing."),
        ("WARNING", "The surveyor does not work. It failed (silent)."),
        ("WARNING", "The surveyor works again."),
    ]


def test_the_demonstration_s_kafka_is_told_from_start_to_end(
    told: pytest.LogCaptureFixture,
) -> None:
    died = "Kafka ended (by SIGKILL) and is started again."
    assert lines(
        told,
        BrokerSeen(1, "fetching", 0),
        BrokerSeen(1, "fetching", 0),
        BrokerSeen(1, "starting", 0),
        BrokerSeen(1, "running", 0),
        BrokerSeen(1, "restarting", 1, died),
        BrokerSeen(1, "restarting", 2, died),
        BrokerSeen(1, "running", 2),
        BrokerSeen(1, "stopped", 2),
    ) == [
        ("INFO", "Kafka is being fetched."),
        ("INFO", "Kafka starts."),
        ("INFO", "Kafka runs."),
        ("WARNING", died),
        ("WARNING", died),
        ("WARNING", "Kafka runs again, after restarts: 2."),
        ("INFO", "Kafka has stopped."),
    ]


def test_a_process_that_ends_unasked_is_a_warning_and_one_that_was_asked_is_not(
    told: pytest.LogCaptureFixture,
) -> None:
    assert lines(
        told,
        process("stopped"),
        process("starting"),
        process("running", pid=7),
        process("stopped"),
        process("running", pid=8),
        process("restarting", "exit code 3: no memory."),
        process("running", pid=9),
        process("failed", "exit code 3"),
    ) == [
        ("INFO", "quality-1 runs (process 7)."),
        ("INFO", "quality-1 has stopped."),
        ("INFO", "quality-1 runs (process 8)."),
        ("WARNING", "quality-1 ended unasked and is started again: exit code 3: no memory."),
        ("WARNING", "quality-1 runs (process 9)."),
        ("ERROR", "quality-1 has failed: exit code 3."),
    ]


def test_a_queue_that_overflows_is_told_once_a_minute(told: pytest.LogCaptureFixture) -> None:
    flood = [SamplingSeen(1, frozenset(), dropped=dropped) for dropped in range(0, 5_000, 500)]
    ((level, said),) = lines(told, *flood)
    assert level == "WARNING"
    assert "500 events are not shown" in said


def test_the_traffic_itself_is_no_news(told: pytest.LogCaptureFixture) -> None:
    assert lines(told, EventsSeen(1, ())) == []


def test_what_happens_all_the_time_is_said_at_once_and_then_with_its_count() -> None:
    now = [0.0]
    seldom = Seldom(60, clock=lambda: now[0])
    assert seldom.due() == 1
    now[0] = 59.0
    assert [seldom.due() for _ in range(9)] == [None] * 9
    now[0] = 60.0
    assert seldom.due() == 10
    assert seldom.due() is None
