"""The law of frames: a keyframe and the deltas after it are a fresh keyframe."""

from __future__ import annotations

from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from dashboard.frames import codec
from dashboard.frames.cutter import FrameCutter
from dashboard.picture import observations as seen
from dashboard.picture.picture import STATES_EVERY_SECONDS, Picture
from dashboard.picture.shown import MAPS
from tests.picture.sequences import in_time
from tests.picture.sights import START
from tests.picture.strategies import Step, steps


def without_time(state: codec.State) -> dict[str, Any]:
    return {key: value for key, value in state.items() if key != "sent_at"}


@settings(max_examples=200, deadline=None)
@given(
    sequence=steps,
    joins=st.sets(st.integers(0, 39)),
    beats=st.sets(st.integers(0, 39)),
    by_calls=st.booleans(),
)
def test_keyframe_and_deltas_are_a_fresh_keyframe(
    sequence: list[Step], joins: set[int], beats: set[int], by_calls: bool
) -> None:
    """Sockets join after any frame, heartbeats come between, and all hold the same picture."""
    picture = Picture(started_at=START)
    cutter = FrameCutter("epoch")
    held = [codec.apply(None, over_the_wire(cutter.key(picture.shown(), START)))]
    for step, (now, observation) in enumerate(in_time(sequence, by_calls=by_calls)):
        if observation is not None:
            picture.observe(observation)
        picture.tick(now)
        frame = cutter.delta(picture.shown(), now)
        if frame is None and step in beats:
            frame = cutter.heartbeat(now)
        if frame is not None:
            sent = over_the_wire(frame)
            held = [codec.apply(state, sent) for state in held]
        fresh = codec.apply(None, over_the_wire(cutter.key(picture.shown(), now)))
        for state in held:
            assert without_time(state) == without_time(fresh)
        if step in joins:
            held.append(fresh)


@settings(max_examples=100, deadline=None)
@given(sequence=steps)
def test_an_entity_that_did_not_change_is_the_same_object(sequence: list[Step]) -> None:
    picture = Picture(started_at=START)
    before = picture.shown()
    for now, observation in in_time(sequence):
        if observation is not None:
            picture.observe(observation)
        picture.tick(now)
        after = picture.shown()
        for name in MAPS:
            old, new = getattr(before, name), getattr(after, name)
            for key in old.keys() & new.keys():
                assert old[key] is new[key] or old[key] != new[key]
            assert old is new or old != new
        before = after


IN_THE_TRAY = seen.DeclarationSeen(
    0,
    "A line",
    None,
    "parts",
    (),
    {"scanner": seen.DeclaredService((), (), "quality", (), on_request=True)},
)
"""Its group is there, left by an earlier run, and is not shown before it is asked for."""


@settings(max_examples=100, deadline=None)
@given(sequence=steps, by_calls=st.booleans())
@example(sequence=[(0, IN_THE_TRAY)], by_calls=False)
def test_the_same_sights_give_the_same_picture_however_often_it_is_shown(
    sequence: list[Step], by_calls: bool
) -> None:
    """What is built bit by bit, frame by frame, is what is built at once at the end."""
    often, once = Picture(started_at=START), Picture(started_at=START)
    for now, observation in in_time(sequence, by_calls=by_calls):
        for picture in (often, once):
            if observation is not None:
                picture.observe(observation)
            picture.tick(now)
        often.shown()
    # How the two lines compare is looked at as often as states are.
    for picture in (often, once):
        picture.tick(now + int(STATES_EVERY_SECONDS * 1000))
    left, right = often.shown(), once.shown()
    for name in (*MAPS, "ledger", "events"):
        assert getattr(left, name) == getattr(right, name)


def over_the_wire(frame: dict[str, Any]) -> dict[str, Any]:
    return codec.decode(codec.encode(frame))
