"""How the stages are joined: reader and surveyor -> one queue -> one loop -> the hub.

The loop's thread is the only writer of the picture (invariant 5). Everyone else gets frames, or the
read-only `view()`.
"""

from __future__ import annotations

import logging
import threading
import time
import uuid
from collections.abc import Mapping
from dataclasses import replace

from dashboard import clock
from dashboard.chronicle import Chronicle
from dashboard.cluster.connection import Connection
from dashboard.figures import Counting, Figures
from dashboard.frames import codec
from dashboard.frames.cutter import Frame, FrameCutter
from dashboard.intake import Intake
from dashboard.live.hub import CutFrame, Hub
from dashboard.lookouts import Lookouts
from dashboard.passed_over import PassedOver
from dashboard.picture.observations import Observation
from dashboard.picture.picture import Picture
from dashboard.picture.section import Entity
from dashboard.picture.shown import Shown
from dashboard.rhythm import HEARTBEAT_SECONDS, frame_seconds, in_step
from dashboard.seldom import Seldom, times
from dashboard.tap.topic_filter import TopicFilter
from dashboard.trouble import Loop, is_standstill, trouble

STOP_SECONDS = 5.0
"""How long the loop may take to end, or to begin with another picture."""

logger = logging.getLogger(__name__)


class Pipeline:
    """Started by a command before the web server answers; `look_at` when Kafka is there."""

    def __init__(
        self, hub: Hub, picture: Picture, kept_reports: Mapping[str, Entity] | None = None
    ) -> None:
        """`kept_reports`: recovery reports of earlier runs, shown beside those of this one."""
        self._hub = hub
        self._kept = dict(kept_reports or {})
        self._reports: tuple[Mapping[str, Entity], Mapping[str, Entity]] = ({}, self._kept)
        self._picture = picture
        self._shown = self._with_kept(picture.shown())
        self._cutter = FrameCutter(uuid.uuid4().hex)
        self._intake = Intake()
        self._counting = Counting()
        self._chronicle = Chronicle()
        self._untaken = Seldom()
        self._uncut = Seldom()
        self.lookouts = Lookouts(self._intake.put)
        self._passed_over = PassedOver()
        self._wall = clock.Wall()
        self._cuts = True
        self._turned = time.monotonic()
        self._next: Picture | None = None
        self._exchanging = threading.Lock()
        """Held while `_next` is given, withdrawn, or put in the place of the picture."""
        self._begun = threading.Event()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="picture", daemon=True)

    @property
    def connection(self) -> Connection | None:
        """The cluster that is looked at; None until Kafka has started."""
        return self.lookouts.connection

    def start(self) -> None:
        self._hub.on_key_wanted = self._intake.nudge
        self._thread.start()

    def look_at(self, connection: Connection, topics: TopicFilter) -> None:
        """Start reader and surveyor on this cluster; those that looked before are ended."""
        self.lookouts.look_at(connection, topics)

    def look_away(self) -> None:
        """End reader and surveyor: before Kafka is stopped, for they would wait for its answers."""
        self.lookouts.look_away()

    def stop(self) -> None:
        """End all threads; the picture stays readable. Can be called more than once."""
        self._intake.close()
        self.look_away()
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(STOP_SECONDS)

    def observe(self, observation: Observation) -> None:
        """Tell the picture something that was just seen; its instants are the system's clock's.

        Not from the event loop: it may wait for room.
        """
        self._intake.put(clock.steadied(observation))

    def observe_steady(self, observation: Observation) -> None:
        """As `observe`, where the instants are in steady time already."""
        self._intake.put(observation)

    def begin_anew(self, picture: Picture) -> None:
        """Put this picture in the place of the one there is, of which nothing is kept.

        Returns when it is done. Whatever waits to be told is forgotten: look away before, and let
        nobody else observe. Raises RuntimeError when the loop does not answer in STOP_SECONDS; then
        the picture stays, also when the loop goes on later.
        """
        with self._exchanging:
            self._begun.clear()
            self._next = picture
        self._intake.nudge()
        if self._begun.wait(STOP_SECONDS):
            return
        with self._exchanging:
            self._next = None
            if self._begun.is_set():  # at the last moment
                return
        raise RuntimeError("The picture's loop does not answer.")

    def view(self) -> Shown:
        """The newest picture, for reading."""
        return self._shown

    def figures(self) -> Figures:
        """What has been counted so far; from any thread, and without waiting for anything."""
        counting, hub = self._counting, self._hub
        events, others = self._intake.waiting
        return Figures(
            queue_events=events,
            queue_others=others,
            dropped=self._intake.dropped,
            missed=counting.missed,
            events=counting.events,
            event_bytes=counting.event_bytes,
            deltas=counting.deltas,
            keyframes=counting.keyframes,
            frame_seconds=counting.frame_seconds.spread(),
            frame_failures=counting.frame_failures,
            observation_failures=counting.observation_failures,
            survey_seconds=counting.survey_seconds.spread(),
            survey_age_seconds=counting.survey_age_seconds,
            worker_restarts=counting.worker_restarts.copy(),
            surveyor_processes=self.lookouts.crashes,
            watchers=hub.watchers,
            watchers_stalled=hub.stalled,
            watchers_refused=hub.refused,
            sent_frames=hub.sent_frames,
            sent_bytes=hub.sent_bytes,
        )

    def trouble(self) -> str | None:
        """Why this is not a live picture, in a sentence; None while it is one."""
        still = time.monotonic() - self._turned
        loop = Loop(self._thread.is_alive(), still, cuts=self._cuts)
        return trouble(loop, self._shown.cluster, self._counting.survey_age_seconds)

    # ---- in the loop's thread

    def _run(self) -> None:
        """Ends when it is asked to, and whatever it fails with, not before."""
        while not self._stop.is_set():
            try:
                self._film()
            except BaseException:  # one that leaves would leave every page with its last frame
                self._cuts = False
                self._counting.frame_failures += 1
                if (count := self._uncut.due()) is not None:
                    logger.exception("No frame could be cut; tried each second%s", times(count))
                self._stop.wait(HEARTBEAT_SECONDS)
        for observation in self._intake.take():
            self._chronicle.take(observation)  # how things ended belongs in the log

    def _film(self) -> None:
        last_cut = last_sent = time.monotonic()
        while not self._stop.is_set():
            before, self._turned = self._turned, time.monotonic()
            if is_standstill(still := self._turned - before):
                logger.warning("The picture stood still for %.0f s and goes on.", still)
            self._intake.wait(last_sent + HEARTBEAT_SECONDS - time.monotonic())
            # After quiet at once, otherwise in step: what comes meanwhile goes into the same frame.
            every = frame_seconds(self._hub.watchers)
            self._stop.wait(last_cut + every - time.monotonic())
            now = time.monotonic()
            last_cut = in_step(last_cut + every, now, every)
            if self._step(heartbeat=now - last_sent >= HEARTBEAT_SECONDS):
                last_sent = now
            self._cuts = True

    def _with_kept(self, shown: Shown) -> Shown:
        """The reports of this run put over the kept ones; the same map while neither changed."""
        if not self._kept:
            return shown
        if self._reports[0] is not shown.reports:
            self._reports = (shown.reports, {**self._kept, **shown.reports})
        return replace(shown, reports=self._reports[1])

    def _step(self, *, heartbeat: bool) -> bool:
        """Tell the picture what waits, and hand on what that changed. Whether a frame went out."""
        began, (steady, now, was_set) = time.perf_counter(), self._wall.read()
        anew = self._exchange() or was_set
        self._picture.clock_was_set(self._wall.ahead)
        if was_set:
            # Whatever a page drew by the old time has no place in the new one.
            self._begin_epoch()
        for observation in self._intake.take():
            self._tell(self._passed_over.counted(observation, self._intake.dropped))
        if (more := self._passed_over.news(self._intake.dropped, steady)) is not None:
            self._tell(more)
        for seen in self.lookouts.look_after():
            self._tell(seen)
        self._picture.tick(steady)
        self._chronicle.surveyor_tells_nothing(self._picture.surveyor_tells_nothing)
        self._shown = self._with_kept(self._picture.shown())
        delta = self._cutter.delta(self._shown, now)
        if delta is None and heartbeat:
            delta = self._cutter.heartbeat(now)
        key_wanted = anew or self._hub.key_wanted.is_set()
        if delta is None and not key_wanted:
            return False
        self._hand_on(delta, now, key_wanted=key_wanted, anew=anew)
        self._counting.deltas += delta is not None
        self._counting.frame_seconds.take(time.perf_counter() - began)
        return delta is not None

    def _exchange(self) -> bool:
        """Begin with another picture, where one was given. Its first frame follows no other."""
        with self._exchanging:
            picture, self._next = self._next, None
            if picture is None:
                return False
            self._intake.take()
            self._picture = picture
            self._kept, self._reports = {}, ({}, {})
            self._begin_epoch()
            self._passed_over.begin_anew(self._intake.dropped)
            self._shown = self._picture.shown()
            self._begun.set()
            return True

    def _begin_epoch(self) -> None:
        self._cutter = FrameCutter(uuid.uuid4().hex, self._cutter.seq)

    def _hand_on(
        self, delta: Frame | None, now: int, *, key_wanted: bool, anew: bool = False
    ) -> None:
        """Encode once for all; without anyone who looks, not at all."""
        if self._hub.watchers == 0:
            return
        key = self._cutter.key(self._shown, now) if key_wanted else None
        self._counting.keyframes += key is not None
        self._hub.post(
            CutFrame(
                seq=self._cutter.seq,
                delta=None if delta is None else codec.encode(delta),
                key=None if key is None else codec.encode(key),
                anew=anew,
            )
        )

    def _tell(self, observation: Observation) -> None:
        """One observation that breaks the picture must not end it: it is logged, and left out."""
        try:
            self._counting.take(observation)
            self._chronicle.take(observation)
            self._picture.observe(observation)
        except Exception:
            self._counting.observation_failures += 1
            if (count := self._untaken.due()) is not None:
                logger.exception("The picture goes on without an observation%s", times(count))
