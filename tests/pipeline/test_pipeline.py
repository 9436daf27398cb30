"""The one loop: what is observed comes out as frames, and as the view that everyone else reads."""

from __future__ import annotations

import threading

import pytest

from dashboard.cluster.connection import Connection
from dashboard.frames import codec
from dashboard.picture.observations import (
    EventsSeen,
    SamplingSeen,
)
from dashboard.picture.picture import Picture
from dashboard.pipeline import Pipeline
from dashboard.rhythm import (
    FRAME_SECONDS,
    FRAME_SECONDS_FOR_MANY,
    MANY_VIEWERS,
    frame_seconds,
    in_step,
)
from dashboard.tap.topic_filter import TopicFilter
from tests.conftest import now_ms
from tests.pipeline.audience import Audience, event, standing_still, topics
from tests.waiting import until


def test_keyframe_and_deltas_together_are_the_view(pipeline: Pipeline, audience: Audience) -> None:
    audience.ask()
    until(audience.keyframes, "a keyframe")
    for round_ in range(5):
        pipeline.observe(topics("t", *(f"t{number}" for number in range(round_))))
        pipeline.observe(EventsSeen(now_ms(), tuple(event(10 * round_ + n) for n in range(7))))
        until(lambda: len(pipeline.view().topics) == round_ + 1, "the topics are shown")  # noqa: B023
    until(lambda: len(pipeline.view().events) == 35, "the events are shown")
    pipeline.stop()
    key_at = next(n for n, frame in enumerate(audience.posted) if frame.key is not None)
    state = codec.apply(None, audience.keyframes()[0])
    for frame in audience.posted[key_at + 1 :]:
        assert frame.delta is not None
        state = codec.apply(state, codec.decode(frame.delta))
    view = pipeline.view()
    assert state["topics"] == view.topics
    assert state["edges"] == view.edges
    assert state["events"] == list(view.events)
    assert state["cluster"] == view.cluster


def test_frames_are_numbered_without_a_gap(pipeline: Pipeline, audience: Audience) -> None:
    for number in range(10):
        pipeline.observe(topics("t", f"t{number}"))
        until(lambda: f"t:t{number}" in pipeline.view().topics, "the topic is shown")  # noqa: B023
    until(lambda: len(audience.deltas()) >= 10, "a frame for each")
    numbers = [delta["seq"] for delta in audience.deltas()]
    assert numbers == list(range(numbers[0], numbers[0] + len(numbers)))


def test_a_keyframe_is_cut_when_one_is_wanted_although_nothing_changed(
    pipeline: Pipeline, audience: Audience
) -> None:
    assert audience.keyframes() == []
    for count in (1, 2, 3):
        audience.ask()
        until(lambda: len(audience.keyframes()) == count, "a keyframe for each time it was wanted")  # noqa: B023
    assert {key["epoch"] for key in audience.keyframes()} == {audience.keyframes()[0]["epoch"]}


def test_while_nothing_changes_there_is_a_heartbeat(pipeline: Pipeline, audience: Audience) -> None:
    beat = until(
        lambda: [delta for delta in audience.deltas() if set(delta) == {"t", "seq", "sent_at"}],
        "a delta with nothing in it",
    )
    assert beat[0]["t"] == "delta"


def test_without_anyone_who_looks_nothing_is_encoded_but_the_view_goes_on(
    pipeline: Pipeline, audience: Audience
) -> None:
    audience.seats = 0
    before = len(audience.posted)
    pipeline.observe(topics("unseen"))
    until(lambda: "t:unseen" in pipeline.view().topics, "the view has the topic")
    assert all(frame.delta is None or b"unseen" not in frame.delta for frame in audience.posted)
    assert len(audience.posted) <= before + 1  # one may have been on its way
    audience.seats = 1
    audience.ask()
    until(
        lambda: audience.keyframes() and "t:unseen" in audience.keyframes()[-1]["topics"],
        "a keyframe",
    )


def test_above_fifty_viewers_frames_come_half_as_often() -> None:
    assert frame_seconds(MANY_VIEWERS) == FRAME_SECONDS
    assert frame_seconds(MANY_VIEWERS + 1) == FRAME_SECONDS_FOR_MANY


def test_what_comes_at_once_goes_into_one_frame(
    pipeline: Pipeline, audience: Audience, monkeypatch: pytest.MonkeyPatch
) -> None:
    until(audience.deltas, "the loop runs")
    with standing_still(pipeline, monkeypatch):
        for offset in range(50):
            pipeline.observe(EventsSeen(now_ms(), (event(offset),)))

    def carrying() -> list[int]:
        return [len(delta["events"]) for delta in audience.deltas() if delta.get("events")]

    until(lambda: sum(carrying()) == 50, "all fifty")
    assert carrying() == [50]


def test_what_the_queue_dropped_is_shown(
    pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    pipeline.observe(SamplingSeen(now_ms(), frozenset({"flood"}), 0))
    monkeypatch.setattr("dashboard.intake.MAX_EVENTS", 0)
    pipeline.observe(EventsSeen(now_ms(), (event(0), event(1))))
    pipeline.observe(topics("flood"))
    until(lambda: pipeline.view().cluster["dropped"] == 2, "two dropped events are counted")
    assert pipeline.view().cluster["sampled"] == ["flood"]


def test_it_can_be_stopped_twice_and_leaves_no_thread(audience: Audience) -> None:
    pipeline = Pipeline(audience, Picture(started_at=now_ms()))
    pipeline.start()
    pipeline.stop()
    pipeline.stop()
    assert not [thread for thread in threading.enumerate() if thread is pipeline._thread]
    pipeline.observe(topics("late"))


def test_a_frame_that_is_a_little_late_does_not_put_off_those_after_it() -> None:
    due = 100.0
    for _ in range(10):
        due = in_step(due, now=due + 0.004, every=0.1) + 0.1
    assert due == pytest.approx(101.0)


def test_after_quiet_the_steps_begin_anew() -> None:
    assert in_step(due=100.1, now=130.0, every=0.1) == 130.0


def test_another_picture_begins_with_a_keyframe_for_all_and_nothing_of_before() -> None:
    audience = Audience()
    kept = {"r1": {"id": "r1", "began_at": 1, "state": "recovered"}}
    pipeline = Pipeline(audience, Picture(started_at=now_ms()), kept)
    pipeline.start()
    try:
        audience.ask()
        until(audience.keyframes, "a keyframe")
        pipeline.observe(topics("t"))
        pipeline.observe(SamplingSeen(now_ms(), frozenset(), dropped=7))
        until(lambda: pipeline.view().cluster["dropped"] == 7, "it is in the picture")
        until(lambda: pipeline.view().topics, "it is in the picture")
        before = audience.keyframes()[-1]
        pipeline.begin_anew(Picture(started_at=now_ms()))
        assert (pipeline.view().topics, pipeline.view().reports) == ({}, {})
        first = until(
            lambda: next((frame for frame in audience.posted if frame.anew), None), "its frame"
        )
        assert first.key is not None
        key = codec.decode(first.key)
        assert key["epoch"] != before["epoch"]
        assert key["seq"] > before["seq"]
        assert (key["topics"], key["reports"], key["cluster"]["dropped"]) == ({}, {}, 0)
        pipeline.observe(topics("u"))
        until(lambda: "t:u" in pipeline.view().topics, "it goes on from there")
        assert "t:t" not in pipeline.view().topics
        numbers = [delta["seq"] for delta in audience.deltas()]
        assert numbers == list(range(numbers[0], numbers[0] + len(numbers)))
    finally:
        pipeline.stop()


def test_without_its_loop_no_other_picture_can_begin(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dashboard.pipeline.STOP_SECONDS", 0.05)
    with pytest.raises(RuntimeError, match="does not answer"):
        Pipeline(Audience(), Picture(started_at=now_ms())).begin_anew(Picture(started_at=now_ms()))


def test_a_picture_that_could_not_begin_in_time_does_not_begin_later(
    pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    pipeline.observe(topics("t"))
    until(lambda: "t:t" in pipeline.view().topics, "it is in the picture")
    with standing_still(pipeline, monkeypatch), monkeypatch.context() as hasty:
        hasty.setattr("dashboard.pipeline.STOP_SECONDS", 0.05)
        with pytest.raises(RuntimeError, match="does not answer"):
            pipeline.begin_anew(Picture(started_at=now_ms()))
    pipeline.observe(topics("t", "u"))
    until(lambda: "t:u" in pipeline.view().topics, "the loop goes on with what was told")
    pipeline.begin_anew(Picture(started_at=now_ms()))
    assert pipeline.view().topics == {}, "another try is not hindered"


def test_who_looks_again_looks_once(pipeline: Pipeline) -> None:
    """Also where nobody looked away in between, as when a start over fails at its end."""
    nowhere = Connection("127.0.0.1:9")

    def looking() -> list[threading.Thread]:
        return [one for one in threading.enumerate() if one.name in ("reader", "surveyor")]

    before = set(looking())
    pipeline.look_at(nowhere, TopicFilter())
    first = set(looking()) - before
    assert len(first) == 2
    pipeline.look_at(nowhere, TopicFilter())
    again = set(looking()) - before
    assert len(again) == 2
    assert not again & first
