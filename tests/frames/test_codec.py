from __future__ import annotations

import json

import pytest

from dashboard.frames import codec
from tests.frames.sequences import FrameSequence, sequences
from tests.picture.sights import Line

SEQUENCES = sequences()


@pytest.mark.parametrize("sequence", SEQUENCES, ids=lambda sequence: sequence.name)
def test_every_story_ends_in_the_expected_state(sequence: FrameSequence) -> None:
    state = None
    for frame in sequence.frames:
        state = codec.apply(state, frame)
    assert state is not None
    assert state["seq"] == len(sequence.frames) - 1
    assert {**state, "sent_at": 0} == {**sequence.expected, "sent_at": 0}


@pytest.mark.parametrize("sequence", SEQUENCES, ids=lambda sequence: sequence.name)
def test_a_story_is_the_same_in_every_run(sequence: FrameSequence) -> None:
    assert sequence in sequences()


def test_bytes_are_compact_json_in_utf_8() -> None:
    data = codec.encode({"t": "delta", "seq": 1, "sent_at": 2, "events": [{"key": "é"}]})
    assert data == '{"t":"delta","seq":1,"sent_at":2,"events":[{"key":"é"}]}'.encode()


def test_a_lone_surrogate_breaks_nobodys_frame() -> None:
    data = codec.encode({"t": "delta", "key": "\udc80"})
    assert json.loads(data)["key"] == "?"


@pytest.mark.parametrize("data", [b"[]", b"{}", b'{"t":"other"}'])
def test_what_is_no_frame_is_refused(data: bytes) -> None:
    with pytest.raises(codec.FrameError):
        codec.decode(data)


def test_what_is_not_a_number_in_json_is_refused() -> None:
    with pytest.raises(ValueError, match="JSON"):
        codec.encode({"t": "delta", "rate": float("nan")})


def test_a_delta_before_any_keyframe_is_refused() -> None:
    with pytest.raises(codec.FrameError, match="before any keyframe"):
        codec.apply(None, {"t": "delta", "seq": 1, "sent_at": 0})


@pytest.mark.parametrize("seq", [3, 4, 6])
def test_a_delta_that_does_not_follow_is_refused(seq: int) -> None:
    with pytest.raises(codec.FrameError, match="does not follow"):
        codec.apply({"seq": 4, "sent_at": 0}, {"t": "delta", "seq": seq, "sent_at": 0})


def test_the_state_before_is_not_changed() -> None:
    before = codec.apply(None, SEQUENCES[1].frames[0])
    copy = json.loads(json.dumps(before))
    codec.apply(before, SEQUENCES[1].frames[1])
    assert before == copy


def test_deletions_come_before_sets_and_entities_are_replaced_whole() -> None:
    state = {"seq": 0, "sent_at": 0, "topics": {"t:a": {"topic_id": "1", "end": 9}}, "events": []}
    delta = {
        "t": "delta",
        "seq": 1,
        "sent_at": 1,
        "del": {"topics": ["t:a"]},
        "set": {"topics": {"t:a": {"topic_id": "2"}}},
    }
    assert codec.apply(state, delta)["topics"] == {"t:a": {"topic_id": "2"}}


def test_maps_that_a_newer_server_may_send_are_left_alone() -> None:
    state = {"seq": 0, "sent_at": 0, "topics": {}}
    delta = {"t": "delta", "seq": 1, "sent_at": 1, "set": {"new": {"a": 1}}, "del": {"new": ["b"]}}
    assert codec.apply(state, delta)["topics"] == {}


def test_nothing_in_a_frame_is_beyond_json() -> None:
    line = Line()
    line.seconds(3)
    shown = line.shown()
    for part in (shown.cluster, shown.ledger, dict(shown.services), dict(shown.edges)):
        assert json.loads(json.dumps(part, allow_nan=False)) == part
