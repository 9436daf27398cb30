"""How many instances: scaled up and down, kept over restarts, and put right."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from dashboard.picture.observations import DeclarationSeen, ProcessSeen
from dashboard.supervisor.patience import Patience
from dashboard.supervisor.refusal import SupervisorRefusal
from tests.supervisor.running import Running, running
from tests.waiting import until


def wait_declared(run: Running, service: str, *instances: str) -> None:
    until(lambda: run.declared(service) == instances, f"{instances} are declared")


def test_scaling_up_starts_instances_and_scaling_down_ends_the_highest_in_order(
    tmp_path: Path,
) -> None:
    with running(tmp_path, {"a": "orderly.py"}) as run:
        run.wait_until_ready("a-1")
        run.supervisor.scale_service("a", 3)
        wait_declared(run, "a", "a-1", "a-2", "a-3")
        for instance in ("a-2", "a-3"):
            run.wait_until_ready(instance)
        run.supervisor.scale_service("a", 1)
        wait_declared(run, "a", "a-1")
        for instance in ("a-2", "a-3"):
            run.wait_for(instance, "stopped")
            assert run.phases(instance) == ["starting", "running", "stopped"]
            assert "goodbye" in run.log(instance)
        assert run.phases("a-1") == ["starting", "running"]


def test_a_restart_keeps_the_scale(tmp_path: Path) -> None:
    with running(tmp_path, {"a": "steady.py"}) as run:
        run.wait_until_ready("a-1")
        run.supervisor.scale_service("a", 2)
        run.wait_until_ready("a-2")
        run.supervisor.stop_service("a")
        for instance in ("a-1", "a-2"):
            run.wait_for(instance, "stopped")
        assert run.declared("a") == ("a-1", "a-2")
        run.supervisor.start_service("a")
        for instance in ("a-1", "a-2"):
            run.wait_until_ready(instance, times=2)


def test_what_is_scaled_down_and_up_again_at_once_starts_anew(tmp_path: Path) -> None:
    with running(tmp_path, {"a": "orderly.py"}, instances=2) as run:
        run.wait_until_ready("a-2")
        run.supervisor.scale_service("a", 1)
        run.supervisor.scale_service("a", 2)
        run.wait_until_ready("a-2", times=2)
        assert run.declared("a") == ("a-1", "a-2")


def test_when_those_that_are_too_many_end_out_of_order_no_name_is_there_twice(
    tmp_path: Path,
) -> None:
    patience = Patience(stop_seconds=60, leave_seconds=1)
    with running(tmp_path, {"a": "stubborn.py"}, patience, instances=3) as run:
        for instance in ("a-1", "a-2", "a-3"):
            run.wait_until_ready(instance)
        run.supervisor.scale_service("a", 1)
        wait_declared(run, "a", "a-1")
        pid = run.now("a-2").pid
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
        run.wait_for("a-2", "stopped")
        run.supervisor.scale_service("a", 3)
        wait_declared(run, "a", "a-1", "a-2", "a-3")
        run.wait_until_ready("a-2", times=2)
        assert run.phases("a-3") == ["starting", "running"]
        run.supervisor.scale_service("a", 2)
        wait_declared(run, "a", "a-1", "a-2")
        run.supervisor.crash_service("a", down_seconds=60)
        for instance in ("a-1", "a-2"):
            run.wait_for(instance, "crashed")
        run.supervisor.quiet(0)
        assert run.phases("a-3") == ["starting", "running", "stopped"]


def test_one_that_is_down_and_scaled_away_does_not_come_back(tmp_path: Path) -> None:
    with running(tmp_path, {"a": "steady.py"}, instances=2) as run:
        run.wait_until_ready("a-2")
        run.supervisor.crash_service("a", down_seconds=60, only="a-2")
        run.wait_for("a-2", "crashed")
        assert run.now("a-1").phase == "running"
        run.supervisor.scale_service("a", 1)
        wait_declared(run, "a", "a-1")
        run.supervisor.start_service("a")
        run.supervisor.scale_service("a", 2)
        run.wait_until_ready("a-2", times=2)


def test_what_was_scaled_away_and_still_ends_cannot_be_crashed_back(tmp_path: Path) -> None:
    patience = Patience(stop_seconds=60, leave_seconds=1)
    with running(tmp_path, {"a": "stubborn.py"}, patience, instances=2) as run:
        run.wait_until_ready("a-1")
        run.wait_until_ready("a-2")
        run.supervisor.scale_service("a", 1)
        wait_declared(run, "a", "a-1")
        with pytest.raises(SupervisorRefusal, match="has no instance a-2"):
            run.supervisor.crash_service("a", only="a-2")
        run.supervisor.crash_service("a", down_seconds=60)
        run.wait_for("a-1", "crashed")
        assert run.now("a-2").phase == "running"
        run.supervisor.quiet(0)
        assert run.phases("a-2")[-1] == "stopped"


def test_put_right_brings_back_the_number_that_was_declared_all_of_them_running(
    tmp_path: Path,
) -> None:
    patience = Patience(stop_seconds=0.5)
    with running(tmp_path, {"a": "steady.py"}, patience, instances=2) as run:
        run.wait_until_ready("a-2")
        assert run.supervisor.right_service("a") == ()
        run.supervisor.freeze_service("a", only="a-1")
        run.wait_for("a-1", "frozen")
        run.supervisor.crash_service("a", down_seconds=60, only="a-2")
        run.wait_for("a-2", "crashed")
        run.supervisor.scale_service("a", 3)
        run.wait_until_ready("a-3")
        assert run.supervisor.right_service("a") == ("Started", "Thawed", "Scaled back")
        wait_declared(run, "a", "a-1", "a-2")
        run.wait_for("a-1", "running")
        run.wait_until_ready("a-2", times=2)
        run.supervisor.scale_service("a", 1)
        run.wait_for("a-2", "stopped")
        assert run.supervisor.right_service("a") == ("Scaled back",)
        run.wait_until_ready("a-2", times=3)


def test_what_starts_on_request_waits_for_it_and_is_put_right_only_after_it(
    tmp_path: Path,
) -> None:
    with running(tmp_path, {"a": "steady.py", "b": "steady.py"}, on_request={"b"}) as run:
        run.wait_until_ready("a-1")
        assert run.wait_for("b-1", "stopped").pid is None
        assert run.supervisor.right_service("b") == ()
        assert run.phases("b-1") == ["stopped"]
        run.supervisor.start_service("b")
        run.wait_until_ready("b-1")
        run.supervisor.crash_service("b", down_seconds=60)
        run.wait_for("b-1", "crashed")
        assert run.supervisor.right_service("b") == ("Started",)
        run.wait_until_ready("b-1", times=2)
        run.supervisor.stop_service("b")
        run.wait_for("b-1", "stopped")
        assert run.supervisor.right_service("b") == ()


def test_what_cannot_be_scaled_is_refused_with_a_sentence(tmp_path: Path) -> None:
    with running(tmp_path, {"a": "steady.py", "source": "steady.py"}) as run:
        run.wait_until_ready("a-1")
        run.wait_until_ready("source-1")
        with pytest.raises(SupervisorRefusal, match="reads nothing"):
            run.supervisor.scale_service("source", 2)
        for count in (0, 7):
            with pytest.raises(SupervisorRefusal, match="1 to 6 instances"):
                run.supervisor.scale_service("a", count)
        with pytest.raises(SupervisorRefusal, match="has no instance a-2"):
            run.supervisor.freeze_service("a", only="a-2")
        run.supervisor.stop_service("a")
        run.wait_for("a-1", "stopped")
        with pytest.raises(SupervisorRefusal, match="start it first"):
            run.supervisor.scale_service("a", 2)


def test_all_is_quiet_and_then_begins_anew_as_the_scenario_has_it(tmp_path: Path) -> None:
    """Declared and told again, for whoever listens now has heard nothing of before."""
    programs = {"a": "orderly.py", "b": "stubborn.py", "c": "steady.py"}
    with running(tmp_path, programs, Patience(stop_seconds=0.3), on_request={"c"}) as run:
        run.wait_until_ready("a-1")
        run.wait_until_ready("b-1")
        run.supervisor.scale_service("a", 2)
        run.supervisor.start_service("c")
        run.wait_until_ready("c-1")
        run.supervisor.crash_service("c", down_seconds=60)
        run.supervisor.quiet(0.3)
        for instance in ("a-1", "a-2", "b-1", "c-1"):
            assert run.now(instance).phase == "stopped"
        run.supervisor.quiet(0.3)

        before = len(run.seen)
        assert run.supervisor.declared_at_first().services["a"].instances == ("a-1",)
        run.supervisor.begin_anew()
        run.wait_until_ready("a-1", times=2)
        run.wait_until_ready("b-1", times=2)
        anew = run.seen[before:]
        assert isinstance(anew[0], DeclarationSeen)
        assert anew[0].services["a"].instances == ("a-1",)
        told = [(one.instance, one.phase) for one in anew if isinstance(one, ProcessSeen)]
        assert [one for one in told if one[0] == "a-1"][:2] == [
            ("a-1", "stopped"),
            ("a-1", "starting"),
        ]
        assert [one for one in told if one[0] == "c-1"] == [("c-1", "stopped")]
        assert "a-2" not in [instance for instance, _ in told]
