"""How fast a server of the tests cuts frames: never faster than those who answer take them.

A page that behaves is given no frame late by a real pipeline, for that cuts a few hundred bytes at
a time. Frames of a megabyte on a machine that has much else to do are another thing: there it is
the test that has to wait, or it would see gaps that no page of ours ever gets.
"""

from __future__ import annotations

import threading
from weakref import WeakSet

from dashboard.live.hub import Hub, Viewer

MOST_UNANSWERED = 8
"""Sent, or cut and not sent yet: the hub keeps no more than a dozen of the largest frames."""
LOOK_AGAIN_SECONDS = 0.05


class Pace:
    """Beside a hub; `turn` is waited for before each frame."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._take_answer = hub.ack
        self._answering: WeakSet[Viewer] = WeakSet()
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
            late = any(behind(one, cut) > MOST_UNANSWERED for one in self._who_answers())
            if not self._waits_for_somebody and not late:
                break
            if self._hub.key_wanted.is_set():
                return False
            self._news.wait(LOOK_AGAIN_SECONDS)
            self._news.clear()
        return True

    def _who_answers(self) -> list[Viewer]:
        return [viewer for viewer in tuple(self._hub._viewers) if viewer in self._answering]

    def _answered(self, viewer: Viewer, seq: int) -> None:
        self._take_answer(viewer, seq)
        self._answering.add(viewer)
        self._waits_for_somebody = False
        self._news.set()


def behind(viewer: Viewer, cut: int) -> int:
    """How many frames it has not answered, also those that the hub has yet to send."""
    return len(viewer._unacknowledged) + cut - viewer.sent_seq
