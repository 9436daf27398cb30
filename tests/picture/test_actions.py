"""What is offered where, and the reason where it is not."""

from __future__ import annotations

from typing import Any

import pytest

from dashboard.picture.actions import (
    ACTIONS,
    CLUSTER_ACTIONS,
    PROCESS_ACTIONS,
    WISHES,
    Demonstration,
    Doer,
    actions,
    cluster_actions,
)
from dashboard.picture.observations import ProcessPhase


def offered(*phases: ProcessPhase, **more: Any) -> dict[str, str | None]:
    fields: dict[str, Any] = {
        "kit": True,
        "reads": True,
        "called": False,
        "processes": phases,
        "refused": {},
    }
    doer = Doer(**(fields | more))
    return actions(doer, can_act=True, owns_processes=True)


def possible(found: dict[str, str | None]) -> set[str]:
    return {action for action, reason in found.items() if reason is None}


def test_every_action_is_always_there_with_a_reason_that_is_a_sentence() -> None:
    for found in (offered(), offered("running"), offered(kit=False), offered(reads=False)):
        assert tuple(found) == ACTIONS
        assert all(reason is None or reason.endswith(".") for reason in found.values())


def test_a_reader_of_ours_can_be_asked_nearly_everything() -> None:
    found = offered("running")
    assert possible(found) == {*ACTIONS} - {"rate", "flood", "start", "thaw"}
    assert found["flood"] == found["rate"] == "It works at the pace of what it reads."


def test_a_source_floods_and_has_a_rate_and_cannot_rewind_or_share_partitions() -> None:
    found = offered("running", reads=False)
    assert found["flood"] is None
    assert found["rate"] is None
    assert found["rewind"] == "It reads nothing from the log, so there is nothing to read again."
    assert (
        found["scale"] == "It reads nothing, so there are no partitions that several could share."
    )
    assert found["slow"] == "It reads nothing, so there is nothing to slow down."


def test_one_that_is_called_can_be_slow_and_is_no_source() -> None:
    found = offered("running", reads=False, called=True)
    assert found["slow"] is None
    assert found["flood"] == "It works at the pace at which it is called."
    assert found["rewind"] is not None


def test_without_processes_of_ours_only_wishes_are_offered() -> None:
    found = offered()
    assert possible(found) == {"pause", "resume", "slow", "rewind", "options"}
    assert {found[action] for action in PROCESS_ACTIONS} == {
        "Its processes are not the demonstration's own: that is done where they run."
    }
    watched = Doer(kit=True, reads=True, called=False, processes=("running",), refused={})
    assert not possible(actions(watched, can_act=True, owns_processes=False)) & {*PROCESS_ACTIONS}


def test_without_the_kit_no_wish_can_be_asked() -> None:
    found = offered("running", kit=False)
    assert possible(found) == {"stop", "crash", "freeze", "scale"}
    assert {found[wish] for wish in WISHES} == {
        "It does not use the Flowviz kit, so it cannot be asked."
    }


@pytest.mark.parametrize(
    ("phases", "expected"),
    [
        (("running",), {"stop", "crash", "freeze", "scale"}),
        (("frozen",), {"stop", "crash", "thaw", "scale"}),
        (("running", "frozen"), {"stop", "crash", "freeze", "thaw", "scale"}),
        (("crashed",), {"start", "stop", "scale"}),
        (("running", "crashed"), {"start", "stop", "crash", "freeze", "scale"}),
        (("failed",), {"start", "stop", "scale"}),
        (("restarting",), {"stop", "scale"}),
        (("starting",), {"stop", "scale"}),
        (("stopped",), {"start"}),
    ],
)
def test_what_can_be_done_to_processes_follows_from_what_they_do(
    phases: tuple[ProcessPhase, ...], expected: set[str]
) -> None:
    found = offered(*phases)
    assert possible(found) & {*PROCESS_ACTIONS} == expected


def test_the_reasons_say_what_is_the_matter_just_now() -> None:
    assert offered("frozen")["freeze"] == "It is frozen already."
    assert offered("running")["thaw"] == "It is not frozen."
    assert offered("stopped")["scale"] == "It is stopped; start it first."
    assert offered("crashed")["crash"] == "None of its processes is running just now."
    assert offered("restarting")["start"] == "It is about to start again by itself."


def whole(
    broker: str | None = "running",
    *twin: ProcessPhase,
    can_act: bool = True,
    owns_processes: bool = True,
) -> dict[str, str | None]:
    found = cluster_actions(
        Demonstration(broker=broker, twin=twin), can_act=can_act, owns_processes=owns_processes
    )
    assert tuple(found) == CLUSTER_ACTIONS
    return found


def test_the_embedded_kafka_can_be_killed_restarted_and_made_anew_while_it_runs() -> None:
    assert possible(whole()) == {"broker-kill", "broker-restart", "start-over"}
    assert whole("restarting")["broker-kill"] == "Kafka is not running just now."
    assert possible(whole("restarting")) == set()


def test_while_all_is_started_over_nothing_is_offered() -> None:
    busy = Demonstration(broker="running", twin=("running",), starting_over=True)
    found = cluster_actions(busy, can_act=True, owns_processes=True)
    assert set(found.values()) == {"Everything is being started over just now."}


def test_a_kafka_of_somebody_else_is_left_alone() -> None:
    for found in (whole(None), whole(owns_processes=False)):
        assert possible(found) == set()
        assert found["broker-kill"] == (
            "Only the demonstration's own Kafka can be killed and restarted."
        )
    assert set(whole(can_act=False).values()) == {"Flowviz was started for looking only."}


def test_the_line_of_direct_calls_is_switched_on_and_off() -> None:
    assert whole()["twin-start"] == "This demonstration has no line of direct calls."
    assert whole("running", "stopped", "stopped")["twin-start"] is None
    assert whole("running", "stopped", "stopped")["twin-stop"] is not None
    assert whole("running", "running", "running")["twin-stop"] is None
    assert whole("running", "running", "running")["twin-start"] is not None
    assert {"twin-start", "twin-stop"} < possible(whole("running", "running", "stopped"))
