"""The parts line over days, at its own rate, with all that happens to such a line every hour.

Every part is told, with its status and survey each second. What would be looked at more often in
between is looked at once a second, so that three days pass in minutes.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

from bench.parts import usage
from bench.parts.children import Parent
from bench.parts.replaying import SCANNED, STEPS_A_SECOND, WRITES, Line
from dashboard.frames import codec
from dashboard.frames.cutter import FrameCutter
from dashboard.picture import observations as seen
from dashboard.picture.picture import Picture

HOUR_SECONDS = 3_600
ANEW_EVERY_HOURS = 6
AGAIN = 3
"""Parts that quality had written and not committed when it was killed: it writes them again."""
KEPT = 5_000
"""Events that retention leaves in each log."""
CLOCK_BACK_MS = -3_600_000
GRADED = WRITES["quality"]
LABELS = WRITES["shipping"]


@dataclass
class TroubledLine(Line):
    """`next_second` in place of `next_step`."""

    second: int = 0
    away: bool = False
    """Kafka does not answer."""
    ahead: int = 0
    """How far the system's clock is from where it would be, had nobody set it; ms."""
    stranger: str | None = None
    """A group of nobody known, that came this hour."""
    others: dict[str, int] = field(default_factory=dict)
    """Topics that others made this hour -> events in them."""
    anew: int = 0
    """How often the topic of labels was made anew."""

    def next_second(self) -> Iterator[seen.Observation]:
        self.second += 1
        yield from self._trouble()
        events = list[seen.Event]()
        for _ in range(STEPS_A_SECOND):
            self.step += 1
            yield from self._wishes()
            events.extend(self._events())
        yield seen.EventsSeen(self.at, tuple(events))
        yield from self._statuses()
        if not self.away:
            yield self._survey()

    def _trouble(self) -> Iterator[seen.Observation]:
        happens: dict[int, Callable[[], Iterator[seen.Observation]]] = {
            300: self._a_group_comes,
            600: self._others_begin,
            900: self._the_group_goes,
            1_200: self._others_are_gone,
            1_530: self._quality_is_killed,
            1_540: self._quality_runs_again,
            2_100: self._kafka_is_away,
            2_110: self._kafka_is_back,
            2_700: self._the_clock_is_set,
            3_000: self._retention_cuts,
            3_300: self._a_topic_is_made_anew,
        }
        now = happens.get(self.second % HOUR_SECONDS)
        if now is not None:
            yield from now()

    @property
    def hour(self) -> int:
        return self.second // HOUR_SECONDS

    def _a_group_comes(self) -> Iterator[seen.Observation]:
        self.stranger = f"reader-{self.hour}"
        yield from ()

    def _the_group_goes(self) -> Iterator[seen.Observation]:
        self.stranger = None
        yield from ()

    def _others_begin(self) -> Iterator[seen.Observation]:
        topic, source = f"orders-{self.hour}", f"shop-{self.hour}"
        self.others[topic] = STEPS_A_SECOND
        yield self._topics()
        events = (self._event(source, topic, n, cause="order") for n in range(STEPS_A_SECOND))
        yield seen.EventsSeen(self.at, tuple(events))

    def _others_are_gone(self) -> Iterator[seen.Observation]:
        self.others.clear()
        yield self._topics()

    def _quality_is_killed(self) -> Iterator[seen.Observation]:
        self.down = True
        yield self.process("quality", "crashed")

    def _quality_runs_again(self) -> Iterator[seen.Observation]:
        self.down = False
        self.pids["quality"] = 1_000 + self.hour
        yield self.process("quality", "running")
        self.shift[GRADED] = self.shift.get(GRADED, 0) + AGAIN
        first = self.handled["quality"] - AGAIN
        again = (
            self._event("quality", GRADED, number, cause=f"scanner-{number}")
            for number in range(first, first + AGAIN)
        )
        yield seen.EventsSeen(self.at, tuple(again))

    def process(self, service: str, phase: seen.ProcessPhase) -> seen.ProcessSeen:
        pid = None if phase == "crashed" else self.pids.get(service, 100)
        return seen.ProcessSeen(self.at, service, f"{service}-1", phase, pid, self.at)

    def _kafka_is_away(self) -> Iterator[seen.Observation]:
        self.away = True
        yield seen.ClusterSeen(self.at, False, "127.0.0.1:9092", reason="no answer")

    def _kafka_is_back(self) -> Iterator[seen.Observation]:
        self.away = False
        yield seen.ClusterSeen(self.at, True, "127.0.0.1:9092", 1, "4.3")

    def _the_clock_is_set(self) -> Iterator[seen.Observation]:
        self.ahead = 0 if self.ahead else CLOCK_BACK_MS
        yield from ()

    def _retention_cuts(self) -> Iterator[seen.Observation]:
        for one, end in self._survey().ends.items():
            self.starts[one] = max(self.starts.get(one, 0), (end or 0) - KEPT)
        yield from ()

    def _a_topic_is_made_anew(self) -> Iterator[seen.Observation]:
        if self.hour % ANEW_EVERY_HOURS == ANEW_EVERY_HOURS - 1:
            self.anew += 1
            self.shift[LABELS] = -self.handled["shipping"]
            self.starts.pop((LABELS, 0), None)
            yield self._topics()

    def _topics(self) -> seen.TopicsSeen:
        facts = self._facts()
        if self.anew:
            facts[LABELS] = seen.TopicFacts(f"id-{LABELS}-{self.anew}", 1)
        for topic in self.others:
            facts[topic] = seen.TopicFacts(f"id-{topic}", 1)
        return seen.TopicsSeen(self.at, facts)

    def _survey(self) -> seen.SurveySeen:
        survey = super()._survey()
        ends = dict(survey.ends) | {(topic, 0): end for topic, end in self.others.items()}
        groups = survey.groups
        if self.stranger is not None:
            commits = {(SCANNED, 0): seen.Commit(ends[SCANNED, 0] or 0)}
            groups += (seen.GroupFacts(self.stranger, "no members", None, (), commits),)
        starts = dict.fromkeys(ends, 0) | self.starts
        return replace(survey, groups=groups, starts=starts, ends=ends)


def beginning(line: TroubledLine) -> Picture:
    """The picture of a demonstration that has just begun to run this line."""
    picture = Picture(started_at=line.at, can_act=True, owns_processes=True)
    for observation in line.beginning():
        picture.observe(observation)
    for service in ("scanner", *WRITES):
        picture.observe(line.process(service, "running"))
    return picture


def replay_days(parent: Parent, looks: int, seconds: int) -> None:
    """The work of a child: so many times so many seconds through picture, frames and codec.

    Tells once before, and after each time: (bytes of memory that no file is behind, CPU seconds
    since the last, parts made, handlings of them that the ledger does not know of, lost by it).
    """
    line = TroubledLine()
    picture = beginning(line)
    cutter = FrameCutter("replayed")
    parent.tell((usage.of_this_process().own_bytes, 0.0, 0, 0, 0))
    for _ in range(looks):
        began = time.process_time()
        cutter = _play(line, picture, cutter, seconds)
        spent = time.process_time() - began
        ledger = picture.shown().ledger
        missing = len(WRITES) * line.scanned - ledger["handled"] - ledger["waiting"]
        memory = usage.of_this_process().own_bytes
        parent.tell((memory, spent, line.scanned, missing, ledger["lost"]))


def _play(line: TroubledLine, picture: Picture, cutter: FrameCutter, seconds: int) -> FrameCutter:
    """The cutter that it ends with: when the clock is set, another epoch begins."""
    for second in range(seconds):
        ahead = line.ahead
        for observation in line.next_second():
            picture.observe(observation)
        picture.tick(line.at)
        if line.ahead != ahead:
            picture.clock_was_set(line.ahead)
            cutter = FrameCutter(f"replayed-{line.second}", cutter.seq)
        frame = cutter.delta(picture.shown(), line.at)
        if frame is not None:
            codec.encode(frame)
        if second % 60 == 0:  # as for somebody who opens the page
            codec.encode(cutter.key(picture.shown(), line.at))
    return cutter
