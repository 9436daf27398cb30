"""Who looks at a pipeline in its tests, what it is told, and how it is held in its turn."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from dashboard.frames import codec
from dashboard.live.hub import CutFrame, Hub
from dashboard.picture.observations import Event, TopicFacts, TopicsSeen
from dashboard.pipeline import Pipeline
from tests.conftest import now_ms
from tests.waiting import PATIENCE_SECONDS


class Audience(Hub):
    """A hub that keeps what it is handed, as a socket that sees everything would."""

    def __init__(self, watchers: int = 1) -> None:
        super().__init__()
        self.seats = watchers
        self.posted: list[CutFrame] = []

    @property
    def watchers(self) -> int:
        return self.seats

    def post(self, frame: CutFrame) -> None:
        if frame.key is not None:
            self.key_wanted.clear()
        self.posted.append(frame)

    def ask(self) -> None:
        self.key_wanted.set()
        self.on_key_wanted()

    def keyframes(self) -> list[dict[str, Any]]:
        return [codec.decode(frame.key) for frame in self.posted if frame.key is not None]

    def deltas(self) -> list[dict[str, Any]]:
        return [codec.decode(frame.delta) for frame in self.posted if frame.delta is not None]


def topics(*names: str) -> TopicsSeen:
    return TopicsSeen(now_ms(), {name: TopicFacts(f"id of {name}", 1) for name in names})


def event(offset: int) -> Event:
    at = now_ms()
    return Event("t", 0, offset, "k", None, None, None, at, at, None, None, 9, True, None)


@contextmanager
def standing_still(pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The loop stands in the middle of a turn, so that all that comes meanwhile comes at once."""
    held, goes_on = threading.Event(), threading.Event()
    tick = pipeline._picture.tick

    def hold(now: int) -> None:
        held.set()
        goes_on.wait(PATIENCE_SECONDS)
        tick(now)

    with monkeypatch.context() as stuck:
        stuck.setattr(pipeline._picture, "tick", hold)
        assert held.wait(PATIENCE_SECONDS)
        try:
            yield
        finally:
            goes_on.set()
