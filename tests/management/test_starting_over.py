"""What a person reads where a start over cannot be. The whole of it is in tests/kafka."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from dashboard import clock
from dashboard.cluster.connection import Connection
from dashboard.control.wishes import Wishes
from dashboard.management import starting_over
from dashboard.management.starting_over import StartingOver
from dashboard.picture.observations import ProcessSeen
from dashboard.picture.picture import Picture
from dashboard.pipeline import Pipeline
from dashboard.places import Places
from dashboard.supervisor.refusal import SupervisorRefusal
from dashboard.supervisor.supervisor import Supervisor
from tests.conftest import now_ms
from tests.supervisor.running import Running
from tests.waiting import until

NOBODY = Connection("127.0.0.1:1")
HOUR = 3_600_000


@pytest.fixture
def without_a_cluster(monkeypatch: pytest.MonkeyPatch) -> None:
    """There is none whose topics and groups could be made anew, and no service starts again."""
    monkeypatch.setattr(starting_over, "remake", lambda *_: None)
    monkeypatch.setattr(starting_over, "forget_groups", lambda *_: None)

    def begin_anew(self: Supervisor) -> None:
        raise SupervisorRefusal("More is asked of the services than they can do at once.")

    monkeypatch.setattr(Supervisor, "begin_anew", begin_anew)


def starting_over_of(
    run: Running,
    pipeline: Pipeline,
    picture: Callable[[], Picture],
    look: Callable[[], None] = lambda: None,
) -> StartingOver:
    return StartingOver(
        pipeline,
        run.supervisor,
        Wishes(NOBODY),
        cluster=NOBODY,
        specs={},
        keeper=None,
        places=Places(),
        picture=picture,
        look=look,
        known=list,
    )


@pytest.mark.usefixtures("without_a_cluster")
def test_over_a_system_clock_that_was_set_the_fresh_picture_begins_in_steady_time(
    pipeline: Pipeline, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Set forward: what was stamped by it would be from the future, and all would look silent."""
    monkeypatch.setattr(clock, "_began", clock.share() - HOUR)
    fresh = Picture(started_at=clock.steady(), can_act=True, owns_processes=True)
    run = Running(tmp_path, {"reader": "steady.py"})
    run.supervisor.start()
    try:
        over = starting_over_of(run, pipeline, lambda: fresh)
        assert over.begin("start-1")
        until(lambda: "start-1" in pipeline.view().commands, "it is told what came of it")
        over.stop()
    finally:
        run.supervisor.stop()
    assert pipeline._picture is fresh
    assert fresh._known.now <= clock.steady()


@pytest.mark.usefixtures("without_a_cluster")
def test_services_that_cannot_be_started_again_are_told_in_the_supervisors_own_words(
    pipeline: Pipeline,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    looked: list[bool] = []
    run = Running(tmp_path, {"reader": "steady.py"})
    run.supervisor.start()
    try:
        over = starting_over_of(
            run,
            pipeline,
            lambda: Picture(started_at=now_ms(), can_act=True, owns_processes=True),
            lambda: looked.append(True),
        )
        assert over.begin("start-1")
        until(lambda: "start-1" in pipeline.view().commands, "it is told what came of it")
        until(lambda: looked, "the page looks on")
        over.stop()
    finally:
        run.supervisor.stop()
    view = pipeline.view()
    command = view.commands["start-1"]
    told = (
        "More is asked of the services than they can do at once. "
        "The services are stopped; press Start over again."
    )
    assert (command["state"], command["reason"]) == ("rejected", told)
    assert view.cluster["start_over_failed"] == told, "it stays to be read"
    warnings = [one.getMessage() for one in caplog.records if one.levelname == "WARNING"]
    assert f"Not started over: {told}" in warnings
    started = ProcessSeen(now_ms(), "reader", "reader-1", "running", 7, now_ms())
    pipeline.observe(started)
    until(
        lambda: pipeline.view().cluster["start_over_failed"] is None,
        "what is started again by other means is not called stopped",
    )
