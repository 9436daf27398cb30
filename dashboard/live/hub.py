"""Who is watching: the hub hands every frame to every socket, and none to one that is too slow.

Frames lie once in a short ring that all sockets share; a socket is only a place in it. So a slow
viewer never has a queue of its own and never delays another: when it answers too little it gets
nothing, and once it has answered, a keyframe.

Everything here runs on the event loop, except `post`, `key_wanted`, `watchers` and `stalled`.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

logger = logging.getLogger(__name__)

MAX_VIEWERS = 1000
"""Sockets at once; measured with 200 viewers at 84 ms (p99) in the server's own process."""
MAX_UNACKNOWLEDGED = 60
"""Frames a socket may leave unanswered: three seconds at full pace."""
ACK_EVERY = 10
"""The page answers every tenth frame, so a socket that is this close has kept up."""
MAX_POSTED = MAX_UNACKNOWLEDGED
"""Frames on their way from the picture's thread to the event loop."""
MAX_RING_CHARACTERS = 16_000_000
"""Of the newest frames, kept once for all sockets; one of two thousand groups has 1.3 million."""
MAX_ANSWERS_AHEAD = MAX_UNACKNOWLEDGED
"""A page answers a frame once at most; so many answers more than frames are let pass."""


@dataclass(frozen=True, slots=True)
class CutFrame:
    """One frame, encoded once. A keyframe of the same `seq` stands after its delta."""

    seq: int
    delta: bytes | None
    """None: nothing changed, and the keyframe was cut for a new viewer alone."""
    key: bytes | None
    anew: bool = False
    """Another picture begins: it follows nothing, and every socket needs the keyframe."""


class Full(Exception):
    """As many sockets as allowed are open."""


class Viewer:
    """One socket's place in the ring. Made by `Hub.join`."""

    def __init__(self, send: Callable[[str], Awaitable[None]]) -> None:
        self._send = send
        self._unacknowledged: deque[int] = deque(maxlen=MAX_UNACKNOWLEDGED)
        self._answers_ahead = 0
        self.sent_seq = -1
        self.wants_key = True
        self.key: tuple[int, str] | None = None
        """The keyframe it gets next; a newer one takes the place of an older."""
        self.news = asyncio.Event()
        self.task: asyncio.Task[None] | None = None

    @property
    def stalled(self) -> bool:
        """It answered too little, and gets nothing until it does."""
        return len(self._unacknowledged) >= MAX_UNACKNOWLEDGED

    @property
    def floods(self) -> bool:
        """It answers more often than it was sent anything."""
        return self._answers_ahead > MAX_ANSWERS_AHEAD

    async def send(self, seq: int, text: str) -> None:
        self.sent_seq = seq
        self._unacknowledged.append(seq)
        self._answers_ahead = max(0, self._answers_ahead - 1)
        await self._send(text)

    def ack(self, seq: int) -> None:
        """The page has taken all frames up to this one. A number never sent changes nothing."""
        self._answers_ahead += 1
        if seq > self.sent_seq or not self._unacknowledged or seq < self._unacknowledged[0]:
            return
        was_stalled = self.stalled
        if was_stalled and self.sent_seq - seq >= ACK_EVERY:
            return  # still far behind: what it would get now, it would get late
        while self._unacknowledged and self._unacknowledged[0] <= seq:
            self._unacknowledged.popleft()
        self.wants_key = self.wants_key or was_stalled


class Hub:
    """The sockets that are open, and the newest frames."""

    def __init__(self) -> None:
        self._viewers: set[Viewer] = set()
        self._ring: deque[tuple[int, str]] = deque()
        self._ring_characters = 0
        self._loop: asyncio.AbstractEventLoop | None = None
        self._posted = 0
        self._posting = threading.Lock()
        self.key_wanted = threading.Event()
        """Set while a viewer waits for a keyframe; the one who cuts frames looks here."""
        self.on_key_wanted: Callable[[], None] = lambda: None
        """Called when `key_wanted` gets set, to wake the one who cuts frames."""
        self.refused = 0
        """Sockets that were one too many, since the start."""
        self.sent_frames = 0
        self.sent_bytes = 0
        """Of frames handed to sockets, counted anew for each socket, before any compression."""

    @property
    def watchers(self) -> int:
        return len(self._viewers)

    @property
    def stalled(self) -> int:
        """Watchers that answer too little, and get nothing until they do."""
        return sum(viewer.stalled for viewer in tuple(self._viewers))

    def join(self, send: Callable[[str], Awaitable[None]]) -> Viewer:
        """Let a socket watch; it gets a keyframe first. Raises Full at MAX_VIEWERS."""
        if len(self._viewers) >= MAX_VIEWERS:
            self.refused += 1
            raise Full
        self._loop = asyncio.get_running_loop()
        viewer = Viewer(send)
        self._viewers.add(viewer)
        viewer.task = self._loop.create_task(self._feed(viewer))
        self._want_key()
        return viewer

    def leave(self, viewer: Viewer) -> None:
        self._viewers.discard(viewer)
        if viewer.task is not None:
            viewer.task.cancel()

    def ack(self, viewer: Viewer, seq: int) -> None:
        viewer.ack(seq)
        if viewer.wants_key and not viewer.stalled:
            self._want_key()

    def post(self, frame: CutFrame) -> None:
        """Hand a frame to the event loop, from any thread. Without viewers it is dropped."""
        loop = self._loop
        if loop is None or not self._viewers:
            return
        with self._posting:
            if self._posted >= MAX_POSTED:
                return  # the loop is stuck; the gap will give its sockets a keyframe
            self._posted += 1
        try:
            loop.call_soon_threadsafe(self._arrived, frame)
        except RuntimeError:  # the loop is closed: the server has stopped
            self._forget_post()

    def _arrived(self, frame: CutFrame) -> None:
        self._forget_post()
        self.take(frame)

    def _forget_post(self) -> None:
        with self._posting:
            self._posted -= 1

    def take(self, frame: CutFrame) -> None:
        """Put a frame where all sockets find it, and tell them."""
        if frame.anew:
            self._empty_ring()
            for viewer in self._viewers:
                viewer.wants_key = True
        if frame.delta is not None:
            self._keep(frame.seq, frame.delta)
        if frame.key is not None:
            self._give_key(frame.seq, frame.key.decode())
        for viewer in self._viewers:
            viewer.news.set()

    def _keep(self, seq: int, delta: bytes) -> None:
        if self._ring and self._ring[-1][0] != seq - 1:
            self._empty_ring()
        text = delta.decode()
        self._ring.append((seq, text))
        self._ring_characters += len(text)
        while len(self._ring) > MAX_UNACKNOWLEDGED or (
            self._ring_characters > MAX_RING_CHARACTERS and len(self._ring) > 1
        ):
            self._ring_characters -= len(self._ring.popleft()[1])

    def _empty_ring(self) -> None:
        self._ring.clear()
        self._ring_characters = 0

    def _give_key(self, seq: int, text: str) -> None:
        self.key_wanted.clear()
        for viewer in self._viewers:
            if viewer.wants_key:
                viewer.key = (seq, text)

    def _want_key(self) -> None:
        self.key_wanted.set()
        self.on_key_wanted()

    async def _feed(self, viewer: Viewer) -> None:
        """Send a socket what it has not had, one frame at a time, until it leaves."""
        try:
            while True:
                await viewer.news.wait()
                viewer.news.clear()
                while (frame := self._next(viewer)) is not None:
                    await viewer.send(*frame)
                    self.sent_frames += 1
                    self.sent_bytes += _bytes_of(frame[1])
        except OSError as error:  # the other end is gone; its disconnect is on the way
            logger.debug("A socket ended while it was sent a frame: %s", error)
            self._viewers.discard(viewer)
        except Exception:
            logger.exception("A frame could not be sent, and its page gets no more of them")
            self._viewers.discard(viewer)

    def _next(self, viewer: Viewer) -> tuple[int, str] | None:
        if viewer.stalled:
            viewer.key = None
            return None
        if viewer.key is not None:
            key, viewer.key = viewer.key, None
            viewer.wants_key = False
            return key
        if viewer.wants_key or not self._ring:
            return None
        place = viewer.sent_seq + 1 - self._ring[0][0]
        if place >= len(self._ring):
            return None
        if place < 0:
            viewer.wants_key = True
            self._want_key()
            return None
        return self._ring[place]


def _bytes_of(text: str) -> int:
    """As it travels; nearly every frame is ASCII, which Python knows without looking."""
    return len(text) if text.isascii() else len(text.encode())
