"""How fast a server of the tests cuts frames: never faster than those who answer take them.

A page that behaves is given no frame late by a real pipeline, for that cuts a few hundred bytes at
a time. Frames of a megabyte on a machine that has much else to do are another thing: there it is
the test that has to wait, or it would see gaps that no page of ours ever gets.
"""

from __future__ import annotations

import threading
from weakref import WeakKeyDictionary

from dashboard.live.hub import Hub, Viewer

MOST_UNANSWERED = 8
"""Cut, whether sent yet or not: the hub keeps no more than a dozen of the largest frames."""
LOOK_AGAIN_SECONDS = 0.05


class Pace:
    """Beside a hub; `turn` is waited for before each frame."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._take_answer = hub.ack
        self._answered_to: WeakKeyDictionary[Viewer, int] = WeakKeyDictionary()
        self._news = threading.Event()
        self._waits_for_somebody = False
        hub.ack = self._answered  # type: ignore[method-assign]

    def wait_for_somebody(self) -> None:
        """Only keyframes until the next answer: from its first frame on, somebody misses none."""
        self._waits_for_somebody = True

    def turn(self, stop: threading.Event, cut: int) -> bool:
        """Waits until a delta may be cut after the one of that number; False when only a keyframe
        may, for one is wanted."""
        while not stop.is_set():
            if self._waits_for_somebody:
                if self._hub.key_wanted.is_set():
                    return False
            elif all(cut - answered <= MOST_UNANSWERED for answered in self._answers()):
                break
            self._news.wait(LOOK_AGAIN_SECONDS)
            self._news.clear()
        return True

    def _answers(self) -> list[int]:
        """Of those who are there and answer, up to which frame."""
        there = self._hub._viewers
        return [seq for viewer, seq in self._answered_to.copy().items() if viewer in there]

    def _answered(self, viewer: Viewer, seq: int) -> None:
        self._take_answer(viewer, seq)
        self._answered_to[viewer] = max(seq, self._answered_to.get(viewer, 0))
        self._waits_for_somebody = False
        self._news.set()
