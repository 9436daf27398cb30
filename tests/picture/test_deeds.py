"""What was asked of processes and of Kafka is obeyed when it has been seen, and not before."""

from __future__ import annotations

import pytest

from dashboard.picture import observations as seen
from dashboard.picture.picture import Picture
from tests.picture.declared import declaration
from tests.picture.sights import SECOND, START, picture_of

ASKED = START + 10 * SECOND
THEN = ASKED + SECOND


def declared(instances: int = 1) -> seen.DeclarationSeen:
    names = tuple(f"quality-{number + 1}" for number in range(instances))
    return declaration(quality=seen.DeclaredService(("parts",), (), "quality", names))


def process(
    phase: seen.ProcessPhase, at: int = START, number: int = 1, service: str = "quality"
) -> seen.ProcessSeen:
    return seen.ProcessSeen(at, service, f"{service}-{number}", phase, 7, at)


def asked(action: str, instance: str | None = None, instances: int | None = None) -> Picture:
    """Of two that run, of which the first is frozen already where it is to be thawed."""
    first: seen.ProcessPhase = "running"
    first = "frozen" if action == "thaw" else "stopped" if action == "start" else first
    picture = picture_of(declared(2), process(first), process("running", number=2))
    picture.observe(
        seen.CommandSeen(
            ASKED, "c1", "quality", action, "sent", instance=instance, instances=instances
        )
    )
    return picture


def state(picture: Picture) -> str:
    return str(picture.shown().commands["c1"]["state"])


@pytest.mark.parametrize(
    ("action", "phases"),
    [
        ("stop", ("stopped", "stopped")),
        ("crash", ("crashed", "crashed")),
        ("crash", ("running", "crashed")),  # back again, before it was looked at
        ("freeze", ("frozen", "frozen")),
    ],
)
def test_all_processes_have_to_be_seen_so(
    action: str, phases: tuple[seen.ProcessPhase, seen.ProcessPhase]
) -> None:
    picture = asked(action)
    assert state(picture) == "sent"
    picture.observe(process(phases[0], THEN))
    assert state(picture) == "sent", "the other is not yet"
    picture.observe(process(phases[1], THEN, number=2))
    assert state(picture) == "obeyed"


@pytest.mark.parametrize(("action", "phase"), [("start", "running"), ("thaw", "running")])
def test_what_is_to_run_is_seen_to_run(action: str, phase: seen.ProcessPhase) -> None:
    picture = asked(action)
    assert state(picture) == "sent"
    picture.observe(process(phase, THEN))
    assert state(picture) == "obeyed"


def test_of_one_instance_only_that_one_counts() -> None:
    picture = asked("crash", instance="quality-2")
    picture.observe(process("crashed", THEN))
    assert state(picture) == "sent"
    picture.observe(process("crashed", THEN, number=2))
    assert state(picture) == "obeyed"


def test_scaled_is_who_has_so_many_and_no_more() -> None:
    up = asked("scale", instances=3)
    up.observe(process("starting", THEN, number=3))
    up.observe(declared(3))
    assert state(up) == "sent"
    up.observe(process("running", THEN, number=3))
    assert state(up) == "obeyed"
    down = asked("scale", instances=1)
    down.observe(declared(1))
    assert state(down) == "sent", "the second is still on its way out"
    down.observe(process("stopped", THEN, number=2))
    assert state(down) == "obeyed"


def test_what_was_seen_before_the_command_is_told_counts_when_it_came_after_it() -> None:
    picture = picture_of(declared(), process("running"), process("crashed", THEN))
    picture.observe(seen.CommandSeen(ASKED, "c1", "quality", "crash", "sent"))
    assert state(picture) == "obeyed"


def broker(phase: str, at: int, restarts: int) -> seen.BrokerSeen:
    return seen.BrokerSeen(at, phase, restarts)  # type: ignore[arg-type]


def test_kafka_is_killed_when_it_is_gone_and_restarted_when_it_runs_again() -> None:
    for action, gone in (("broker-kill", "obeyed"), ("broker-restart", "sent")):
        picture = picture_of(broker("running", START, 0))
        picture.observe(seen.CommandSeen(ASKED, "c1", "Kafka", action, "sent"))
        assert state(picture) == "sent"
        picture.observe(broker("restarting", THEN, 1))
        assert state(picture) == gone
        picture.observe(broker("running", THEN + SECOND, 1))
        assert state(picture) == "obeyed"


def test_the_line_of_direct_calls_is_on_when_all_of_it_runs() -> None:
    line = {
        name: seen.DeclaredService((), (), None, (f"{name}-1",), on_request=True, twin_of="quality")
        for name in ("one", "two")
    }
    picture = picture_of(declaration(**line))
    for name in line:
        picture.observe(process("stopped", service=name))
    picture.observe(seen.CommandSeen(ASKED, "c1", "The line", "twin-start", "sent"))
    picture.observe(process("running", THEN, service="one"))
    assert state(picture) == "sent"
    picture.observe(process("running", THEN, service="two"))
    assert state(picture) == "obeyed"


def test_what_nobody_sees_done_is_told_as_that_and_may_still_be_seen() -> None:
    picture = asked("start")
    picture.observe(process("failed", THEN))
    picture.tick(ASKED + 59 * SECOND)
    assert state(picture) == "sent"
    picture.tick(ASKED + 61 * SECOND)
    found = picture.shown().commands["c1"]
    assert (found["state"], found["reason"]) == ("unanswered", "nobody has seen it done in 60 s")
    picture.observe(process("running", ASKED + 62 * SECOND))
    assert state(picture) == "obeyed"
