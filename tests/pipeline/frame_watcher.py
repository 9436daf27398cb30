"""A page in place of a browser: takes each frame, and finds in it only what a page can hold."""

from __future__ import annotations

import json
from typing import Any

from dashboard.frames import codec
from dashboard.frames.cutter import FrameCutter
from dashboard.picture.picture import Picture
from dashboard.picture.text import MAX_TEXT

SAFE_INTEGER = 2**53
LARGEST_FRAME = 2_000_000
"""Bytes: 60 events on the tape and 500 services with long names are less."""


class Watcher:
    """A page that decodes every frame, and finds in each only what a page can hold."""

    def __init__(self, picture: Picture, at: int) -> None:
        self.picture = picture
        self.cutter = FrameCutter("epoch")
        self.state = self.decoded(codec.encode(self.cutter.key(picture.shown(), at)), None)

    def look(self, at: int) -> None:
        delta = self.cutter.delta(self.picture.shown(), at) or self.cutter.heartbeat(at)
        self.state = self.decoded(codec.encode(delta), self.state)

    def decoded(self, data: bytes, state: codec.State | None) -> codec.State:
        assert len(data) <= LARGEST_FRAME
        assert b"NaN" not in data or json.loads(data, parse_constant=refused)
        frame = codec.decode(data)
        only_holds_what_a_page_can(frame)
        return codec.apply(state, frame)

    def fresh(self) -> codec.State:
        frame = codec.encode(self.cutter.key(self.picture.shown(), self.state["sent_at"]))
        return codec.apply(None, codec.decode(frame))


def refused(name: str) -> None:
    raise AssertionError(f"{name} is no number in JSON")


def only_holds_what_a_page_can(thing: Any, depth: int = 0) -> None:
    assert depth < 12
    if isinstance(thing, dict):
        for name, value in thing.items():
            assert len(name) <= 20 * MAX_TEXT
            only_holds_what_a_page_can(value, depth + 1)
    elif isinstance(thing, list):
        for one in thing:
            only_holds_what_a_page_can(one, depth + 1)
    elif isinstance(thing, str):
        assert len(thing) <= 20 * MAX_TEXT
    elif isinstance(thing, int | float):
        assert -SAFE_INTEGER <= thing <= SAFE_INTEGER
