"""Frames as bytes, and the reference decoder: what every reader of frames must do with them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from dashboard.picture.shown import MAPS
from dashboard.picture.tape import TAPE_LENGTH

State = dict[str, Any]
"""The picture as a reader of frames holds it: the keys of a keyframe without "t" and "v"."""

_WHOLE = ("cluster", "ledger")


class FrameError(Exception):
    """The frame does not follow the state: ask for a keyframe."""


def encode(frame: Mapping[str, Any]) -> bytes:
    """Compact JSON in UTF-8. What is not a number in JSON (NaN, infinity) is refused."""
    text = json.dumps(frame, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    # A lone surrogate from a foreign client must not break the frame for everyone.
    return text.encode("utf-8", errors="replace")


def decode(data: bytes) -> dict[str, Any]:
    frame = json.loads(data)
    if not isinstance(frame, dict) or frame.get("t") not in ("key", "delta"):
        raise FrameError("This is neither a keyframe nor a delta.")
    return frame


def apply(state: State | None, frame: Mapping[str, Any]) -> State:
    """The state after `frame`. Raises FrameError where a delta does not follow the state.

    Deletions come before sets; entities are replaced whole, never merged; events are appended and
    cut to the newest 60. Neither argument is changed.
    """
    if frame["t"] == "key":
        return {key: value for key, value in frame.items() if key not in ("t", "v")}
    if state is None:
        raise FrameError("A delta came before any keyframe.")
    if frame["seq"] != state["seq"] + 1:
        raise FrameError(f"Delta {frame['seq']} does not follow {state['seq']}.")
    after = dict(state)
    after["seq"], after["sent_at"] = frame["seq"], frame["sent_at"]
    for name, ids in frame.get("del", {}).items():
        if name not in MAPS:
            continue
        gone = set(ids)
        after[name] = {key: value for key, value in after[name].items() if key not in gone}
    for name, value in frame.get("set", {}).items():
        if name in _WHOLE:
            after[name] = value
        elif name in MAPS:
            after[name] = {**after[name], **value}
    if "events" in frame:
        after["events"] = [*after["events"], *frame["events"]][-TAPE_LENGTH:]
    return after
