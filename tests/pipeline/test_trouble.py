"""What goes wrong with the picture is told, and is over when it is over."""

from __future__ import annotations

import re

import pytest

from dashboard.picture.observations import (
    BrokerSeen,
    ClusterSeen,
    SurveySeen,
    WorkerSeen,
)
from dashboard.pipeline import Pipeline
from tests.conftest import now_ms
from tests.pipeline.audience import Audience, standing_still, topics
from tests.waiting import until


def test_an_observation_that_breaks_the_picture_does_not_end_it(
    pipeline: Pipeline, caplog: pytest.LogCaptureFixture
) -> None:
    pipeline.observe("not an observation at all")  # type: ignore[arg-type]
    pipeline.observe(topics("after"))
    until(lambda: "t:after" in pipeline.view().topics, "the picture goes on")
    assert "goes on without an observation" in caplog.text


def test_a_bug_that_strikes_each_time_is_told_once_a_minute(
    pipeline: Pipeline, caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(50):
        pipeline.observe("not an observation at all")  # type: ignore[arg-type]
    until(lambda: pipeline.figures().observation_failures == 50, "all are counted")
    assert caplog.text.count("goes on without an observation") == 1


def test_trouble_is_told_until_the_picture_is_live(pipeline: Pipeline) -> None:
    assert pipeline.trouble() == "Kafka is not there yet."
    pipeline.observe(ClusterSeen(now_ms(), reachable=False, bootstrap="b", reason="No answer."))
    until(lambda: pipeline.trouble() == "No answer.", "the reason of the cluster")
    pipeline.observe(ClusterSeen(now_ms(), reachable=True, bootstrap="b"))
    for worker in ("reader", "surveyor"):
        pipeline.observe(WorkerSeen(now_ms(), worker, ok=True))
    until(lambda: pipeline.trouble() is None, "no trouble")
    pipeline.observe(WorkerSeen(now_ms(), "reader", ok=False, reason="It failed."))
    until(
        lambda: pipeline.trouble() == "The reader does not work. It failed.", "the reader's reason"
    )
    pipeline.observe(WorkerSeen(now_ms(), "reader", ok=True))
    pipeline.observe(WorkerSeen(now_ms(), "supervisor", ok=False, reason="It failed."))
    until(
        lambda: pipeline.trouble() == "The supervisor does not work. It failed.",
        "the supervisor's reason",
    )
    pipeline.stop()
    assert pipeline.trouble() == "The picture's loop has ended."


def test_a_picture_that_stands_still_and_a_survey_that_is_old_are_trouble(
    pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    pipeline.observe(ClusterSeen(now_ms(), reachable=True, bootstrap="b"))
    for worker in ("reader", "surveyor"):
        pipeline.observe(WorkerSeen(now_ms(), worker, ok=True))
    pipeline.observe(SurveySeen(now_ms(), 0.1, 1.0, (), {}, {}))
    until(lambda: pipeline.figures().survey_age_seconds is not None, "the survey")
    until(lambda: pipeline.trouble() is None, "no trouble")
    monkeypatch.setattr("dashboard.trouble.OLD_SURVEY_SECONDS", -1.0)
    old = re.compile(r"The newest survey is \d+ s old, and so is every lag\.")
    assert old.fullmatch(pipeline.trouble() or "")
    monkeypatch.setattr("dashboard.trouble.STANDSTILL_SECONDS", 1.5)
    with standing_still(pipeline, monkeypatch):
        until(lambda: "has stood still" in (pipeline.trouble() or ""), "it is told")
    until(lambda: old.fullmatch(pipeline.trouble() or ""), "it goes on")
    logged = re.compile(r"The picture stood still for \d+ s and goes on\.")
    until(lambda: logged.search(caplog.text), "the log has it")


def test_a_kafka_of_our_own_that_is_away_is_trouble_with_its_own_reason(
    pipeline: Pipeline,
) -> None:
    away = "No answer from Kafka at b: no broker can be reached."
    why = "Kafka ended (the disk is full, make room in /some/folder) and is started again."
    pipeline.observe(ClusterSeen(now_ms(), reachable=False, bootstrap="b", reason=away))
    until(lambda: pipeline.trouble() == away, "the reason of those who ask")
    pipeline.observe(BrokerSeen(now_ms(), phase="restarting", restarts=1, reason=why))
    until(lambda: pipeline.trouble() == why, "the reason of Kafka itself")


def test_a_loop_that_cuts_no_frames_is_trouble_until_it_does_again(
    pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    pipeline.observe(ClusterSeen(now_ms(), reachable=True, bootstrap="b"))
    for worker in ("reader", "surveyor"):
        pipeline.observe(WorkerSeen(now_ms(), worker, ok=True))
    until(lambda: pipeline.trouble() is None, "no trouble")
    with monkeypatch.context() as broken:
        broken.setattr("dashboard.frames.codec.encode", lambda frame: frame["no such part"])
        until(lambda: "No frame could be cut" in (pipeline.trouble() or ""), "it is told")
    until(lambda: pipeline.trouble() is None, "it is over")


@pytest.mark.parametrize("failure", [RuntimeError, SystemExit])
@pytest.mark.parametrize(
    "where", ["dashboard.pipeline.Pipeline._step", "dashboard.pipeline.in_step"]
)
def test_whatever_the_loop_fails_with_it_is_told_and_goes_on(
    pipeline: Pipeline,
    audience: Audience,
    monkeypatch: pytest.MonkeyPatch,
    failure: type[BaseException],
    where: str,
) -> None:
    until(audience.deltas, "the loop runs")

    def fail(*args: object, **more: object) -> None:
        raise failure("a bug in the loop")

    with monkeypatch.context() as broken:
        broken.setattr(where, fail)
        pipeline.observe(topics("a"))
        until(lambda: "No frame could be cut" in (pipeline.trouble() or ""), "it is told")
    pipeline.observe(topics("b"))
    until(lambda: "t:b" in pipeline.view().topics, "it goes on")
    assert pipeline.figures().frame_failures >= 1
