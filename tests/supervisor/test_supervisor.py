"""The supervisor with real processes, which behave and misbehave as told."""

from __future__ import annotations

import json
import os
import signal
from pathlib import Path

import pytest

from dashboard.picture.observations import (
    DeclarationSeen,
)
from dashboard.supervisor.log import LOG_BYTES
from dashboard.supervisor.patience import Patience
from tests.supervisor.running import is_gone, running
from tests.waiting import until


def test_the_declaration_comes_first_and_then_every_start(tmp_path: Path) -> None:
    with running(tmp_path, {"a": "steady.py", "b": "steady.py"}) as run:
        run.wait_for("a-1", "running")
        run.wait_for("b-1", "running")
        declaration = run.seen[0]
        assert isinstance(declaration, DeclarationSeen)
        assert declaration.title == "Test line"
        assert declaration.services["a"].instances == ("a-1",)
        assert run.phases("a-1") == ["starting", "running"]
        assert run.now("a-1").pid is not None


def test_a_program_finds_itself_as_if_run_by_hand(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KAFKA_SASL_PASSWORD", "hunter2")
    with running(tmp_path, {"a": "looks_around.py"}, Patience(exits_to_fail=1)) as run:
        run.wait_for("a-1", "failed")
        seen = json.loads(next(line for line in run.log("a-1").splitlines() if line[0] == "{"))
    program = (tmp_path / "scenario" / "looks_around.py").resolve()
    assert seen["arguments"] == [str(program)]
    assert (seen["name"], seen["neighbour"]) == ("__main__", "found")
    assert (seen["kafka"], seen["instance"]) == ("127.0.0.1:1", "a-1")
    assert (seen["given"], seen["lifeline"]) == ("by the test", None)
    assert seen["password"] is None, "the password of another cluster is none of its business"
    assert seen["own_group"]
    # Each start of each process would pay for what stands here.
    ours = {module for module in seen["modules"] if module.startswith("dashboard.")}
    own = {"dashboard.supervisor", "dashboard.supervisor.child", "dashboard.supervisor.yielding"}
    assert ours <= own
    assert not {"django", "confluent_kafka", "asyncio"} & set(seen["modules"])


def test_stop_ends_all_in_order(tmp_path: Path) -> None:
    with running(tmp_path, {"a": "orderly.py", "b": "orderly.py"}) as run:
        run.wait_until_ready("a-1")
        run.wait_until_ready("b-1")
        run.supervisor.stop()
        for instance in ("a-1", "b-1"):
            assert run.phases(instance) == ["starting", "running", "stopped"]
            assert run.now(instance).reason is None
            assert "goodbye" in run.log(instance)
        run.supervisor.stop()


def test_what_ignores_being_asked_is_killed(tmp_path: Path) -> None:
    patience = Patience(stop_seconds=0.3)
    with running(tmp_path, {"a": "stubborn.py"}, patience) as run:
        run.wait_until_ready("a-1")
        run.supervisor.stop()
        assert run.now("a-1").phase == "stopped"
        assert run.now("a-1").reason == "did not end within 0.3 s of being asked, and was killed"
        assert "ended by SIGKILL" in run.log("a-1")


def test_a_service_is_stopped_and_started_again(tmp_path: Path) -> None:
    with running(tmp_path, {"a": "orderly.py", "b": "steady.py"}) as run:
        run.wait_until_ready("a-1")
        first = run.wait_for("a-1", "running").pid
        run.supervisor.stop_service("a")
        assert run.wait_for("a-1", "stopped").pid is None
        run.supervisor.stop_service("a")
        run.supervisor.start_service("a")
        run.wait_for("a-1", "running")
        run.wait_until_ready("a-1", times=2)
        run.supervisor.start_service("a")
        assert run.now("a-1").pid != first
        assert run.phases("a-1") == [
            *("starting", "running", "stopped"),
            *("starting", "running"),
        ]
        assert run.phases("b-1") == ["starting", "running"]


def test_the_instances_of_a_service_have_names_that_stay_and_lives_of_their_own(
    tmp_path: Path,
) -> None:
    with running(tmp_path, {"a": "steady.py"}, instances=3) as run:
        for instance in ("a-1", "a-2", "a-3"):
            run.wait_until_ready(instance)
        second = run.wait_for("a-2", "running").pid
        assert second is not None
        os.kill(second, signal.SIGKILL)
        run.wait_until_ready("a-2", times=2)
        assert run.phases("a-1") == run.phases("a-3") == ["starting", "running"]
        run.supervisor.stop_service("a")
        for instance in ("a-1", "a-2", "a-3"):
            run.wait_for(instance, "stopped")


def test_a_killed_process_is_started_again(tmp_path: Path) -> None:
    with running(tmp_path, {"a": "steady.py"}) as run:
        run.wait_until_ready("a-1")
        first = run.wait_for("a-1", "running").pid
        assert first is not None
        os.kill(first, signal.SIGKILL)
        run.wait_for("a-1", "running", lambda seen: seen.pid != first)
        run.wait_until_ready("a-1", times=2)
        restarting = run.history("a-1")[2]
        assert (restarting.phase, restarting.reason) == ("restarting", "ended by SIGKILL")
        assert (restarting.pid, restarting.attempts) == (None, 1)
        assert restarting.restart_at == restarting.since_at + 10
        assert run.now("a-1").attempts == 1


def test_a_process_that_gives_up_again_and_again_has_failed_and_start_revives_it(
    tmp_path: Path,
) -> None:
    with running(tmp_path, {"a": "gives_up.py"}) as run:
        failed = run.wait_for("a-1", "failed")
        assert failed.attempts == 5
        assert failed.reason == "exit code 1: ValueError: there is no part 7"
        assert run.phases("a-1") == [
            "starting",
            *["running", "restarting"] * 4,
            "running",
            "failed",
        ]
        repaired = tmp_path / "scenario" / "gives_up.py"
        repaired.write_text("import threading\nthreading.Event().wait()\n")
        run.supervisor.start_service("a")
        assert run.wait_for("a-1", "running").attempts == 0


def test_health_forgets_the_exits(tmp_path: Path) -> None:
    patience = Patience(first_wait_seconds=0.01, healthy_seconds=0.05)
    with running(tmp_path, {"a": "steady.py"}, patience) as run:
        run.wait_until_ready("a-1")
        pid = run.wait_for("a-1", "running").pid
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
        healthy = run.wait_for("a-1", "running", lambda seen: seen.pid != pid and not seen.attempts)
        before = run.history("a-1")[-2]
        assert (before.attempts, before.since_at) == (1, healthy.since_at)


def test_a_crash_on_request_is_down_as_long_as_asked(tmp_path: Path) -> None:
    with running(tmp_path, {"a": "steady.py"}) as run:
        run.wait_until_ready("a-1")
        run.supervisor.crash_service("a", down_seconds=0.2)
        run.wait_for("a-1", "running", lambda seen: "crashed" in run.phases("a-1"))
        assert run.phases("a-1") == ["starting", "running", "crashed", "running"]
        crashed = run.history("a-1")[2]
        assert crashed.restart_at == crashed.since_at + 200
        assert run.now("a-1").attempts == 0


def test_a_frozen_process_thaws_and_is_the_same(tmp_path: Path) -> None:
    with running(tmp_path, {"a": "steady.py"}) as run:
        run.wait_until_ready("a-1")
        run.supervisor.freeze_service("a")
        frozen = run.wait_for("a-1", "frozen")
        run.supervisor.thaw_service("a")
        assert run.wait_for("a-1", "running").pid == frozen.pid


def test_a_process_frozen_by_another_hand_is_seen_and_start_thaws_it(tmp_path: Path) -> None:
    with running(tmp_path, {"a": "steady.py"}) as run:
        run.wait_until_ready("a-1")
        pid = run.wait_for("a-1", "running").pid
        assert pid is not None
        os.kill(pid, signal.SIGSTOP)
        run.wait_for("a-1", "frozen")
        run.supervisor.start_service("a")
        assert run.wait_for("a-1", "running").pid == pid


def test_a_frozen_process_still_stops_in_order(tmp_path: Path) -> None:
    with running(tmp_path, {"a": "orderly.py"}) as run:
        run.wait_until_ready("a-1")
        run.supervisor.freeze_service("a")
        run.wait_for("a-1", "frozen")
        run.supervisor.stop_service("a")
        run.wait_for("a-1", "stopped")
        assert "goodbye" in run.log("a-1")


def test_a_flood_of_output_neither_blocks_nor_fills_the_disk(tmp_path: Path) -> None:
    with running(tmp_path, {"a": "floods.py"}) as run:
        run.wait_until_ready("a-1")
        sizes = [file.stat().st_size for file in (tmp_path / "logs").iterdir()]
        assert len(sizes) == 2
        assert sum(sizes) <= 2 * LOG_BYTES


def test_what_a_process_started_goes_with_it(tmp_path: Path) -> None:
    with running(tmp_path, {"a": "leaves_a_helper.py"}, Patience(exits_to_fail=1)) as run:
        failed = run.wait_for("a-1", "failed")
        assert failed.reason == "exit code 7"
        until(lambda: is_gone(tmp_path / "helper"), "the helper has ended")
