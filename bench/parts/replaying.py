"""Observations of the parts line, second after second, as reader and surveyor would tell them.

Made by rule and not by chance, so that every replay is the same: 8 parts a second, a status of each
instance each second, a survey four times a second; once a minute quality is paused for 10 s and
catches up, so that commands, reports and all the rest that is kept comes to its limits.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

from bench.parts import usage
from bench.parts.children import Parent
from dashboard.frames import codec
from dashboard.frames.cutter import FrameCutter
from dashboard.picture import observations as seen
from dashboard.picture.picture import Picture

START_AT = 1_764_000_000_000
STEP_MS = 125
"""One part a step."""
SURVEY_EVERY_STEPS = 2
STEPS_A_SECOND = 8
PAUSE_EVERY_SECONDS = 60
PAUSE_SECONDS = 10
CATCH_UP = 4
"""Parts that a service handles in one step while it is behind."""
SCANNED = "parts.scanned"
PARTITIONS = 3
WRITES = {"quality": "parts.graded", "inventory": "stock.changed", "shipping": "labels.printed"}


@dataclass
class Line:
    """The state of the line that is played."""

    step: int = 0
    scanned: int = 0
    handled: dict[str, int] = field(default_factory=lambda: dict.fromkeys(WRITES, 0))
    paused: bool = False
    wish: int = 0
    pids: dict[str, int] = field(default_factory=dict)
    """Of services that are not as they were in the beginning."""
    starts: dict[seen.Partition, int] = field(default_factory=dict)
    """Of logs that retention has cut."""
    shift: dict[str, int] = field(default_factory=dict)
    """By how much the offsets of a service's topic are ahead of what it has handled."""
    down: bool = False
    """Quality's process has ended."""

    @property
    def at(self) -> int:
        return START_AT + self.step * STEP_MS

    def beginning(self) -> Iterator[seen.Observation]:
        services = {"scanner": seen.DeclaredService((), (SCANNED,), None, ("scanner-1",))}
        for name, topic in WRITES.items():
            services[name] = seen.DeclaredService((SCANNED,), (topic,), name, (f"{name}-1",))
        topics = (SCANNED, *WRITES.values())
        yield seen.DeclarationSeen(self.at, "Parts line", SCANNED, "parts", topics, services)
        yield seen.ClusterSeen(self.at, True, "127.0.0.1:9092", 1, "4.3")
        yield seen.TopicsSeen(self.at, self._facts())
        workers: tuple[Literal["reader", "surveyor"], ...] = ("reader", "surveyor")
        for worker in workers:
            yield seen.WorkerSeen(self.at, worker, ok=True)

    def _facts(self) -> dict[str, seen.TopicFacts]:
        counts = {SCANNED: PARTITIONS} | dict.fromkeys(WRITES.values(), 1)
        return {name: seen.TopicFacts(f"id-{name}", many) for name, many in counts.items()}

    def next_step(self) -> Iterator[seen.Observation]:
        self.step += 1
        yield from self._wishes()
        yield seen.EventsSeen(self.at, tuple(self._events()))
        if self.step % STEPS_A_SECOND == 0:
            yield from self._statuses()
        if self.step % SURVEY_EVERY_STEPS == 0:
            yield self._survey()

    def _wishes(self) -> Iterator[seen.Observation]:
        minute, into = divmod(self.step, PAUSE_EVERY_SECONDS * STEPS_A_SECOND)
        if not minute or into not in (0, PAUSE_SECONDS * STEPS_A_SECOND):
            return
        self.paused = into == 0
        self.wish += 1
        action = "pause" if self.paused else "resume"
        mode: Literal["paused", "running"] = "paused" if self.paused else "running"
        yield seen.CommandSeen(self.at, f"w{self.wish}", "quality", action, "sent")
        yield seen.WishSeen(self.at, "quality", f"w{self.wish}", mode)
        yield self._status("quality")

    def _events(self) -> Iterator[seen.Event]:
        self.scanned += 1
        yield self._event("scanner", SCANNED, self.scanned - 1, cause=None)
        for name, topic in WRITES.items():
            if name == "quality" and (self.paused or self.down):
                continue
            upto = min(self.scanned, self.handled[name] + CATCH_UP)
            for number in range(self.handled[name], upto):
                yield self._event(name, topic, number, cause=f"scanner-{number}")
            self.handled[name] = upto

    def _event(self, source: str, topic: str, number: int, cause: str | None) -> seen.Event:
        partition, offset = (number % PARTITIONS, number // PARTITIONS)
        if topic != SCANNED:
            partition, offset = 0, number + self.shift.get(topic, 0)
        return seen.Event(
            topic=topic,
            partition=partition,
            offset=offset,
            key=f"Bolt M6 #{number}",
            id=f"{source}-{number}",
            source=source,
            type=topic,
            event_at=self.at,
            seen_at=self.at,
            trace=f"{number:032x}",
            cause=cause,
            size=120,
            live=True,
            note=None,
        )

    def _statuses(self) -> Iterator[seen.Observation]:
        for name in ("scanner", *WRITES):
            if not (name == "quality" and self.down):
                yield self._status(name)

    def _status(self, name: str) -> seen.StatusSeen:
        reads = name in WRITES
        paused = self.paused and name == "quality"
        told: dict[str, Any] = {
            "phase": "paused" if paused else "running",
            "want": f"w{self.wish}" if self.wish and name == "quality" else None,
            "outcome": "done" if self.wish and name == "quality" else None,
            "groups": (seen.StatusGroup(name, f"{name}-member", (SCANNED,)),) if reads else (),
            "writes": (WRITES[name],) if reads else (SCANNED,),
            "facts": {"handled": self.handled.get(name, self.scanned)},
        }
        return seen.StatusSeen(
            at=self.at,
            service=name,
            instance=f"{name}-1",
            reason=None,
            acked={},
            handling_for_seconds=None,
            failed=0,
            pid=self.pids.get(name, 100),
            host="here",
            assigned=True if reads else None,
            ms_per_event=0,
            **told,
        )

    def _survey(self) -> seen.SurveySeen:
        ends: dict[seen.Partition, int | None] = dict(_split(SCANNED, self.scanned))
        for name, topic in WRITES.items():
            ends[topic, 0] = self.handled[name] + self.shift.get(topic, 0)
        return seen.SurveySeen(
            at=self.at,
            took_seconds=0.01,
            every_seconds=0.25,
            groups=tuple(self._group(name) for name in WRITES),
            starts=dict.fromkeys(ends, 0) | self.starts,
            ends=ends,
        )

    def _group(self, name: str) -> seen.GroupFacts:
        commits = _split(SCANNED, self.handled[name])
        member = seen.Member(f"{name}-member", name, "here", tuple(commits))
        return seen.GroupFacts(
            group=name,
            state="reading",
            protocol="consumer",
            members=(member,),
            committed={one: seen.Commit(offset) for one, offset in commits.items()},
            ledger={
                one: seen.LedgerSeen(1, 0, offset, 0, 0, 0, 0) for one, offset in commits.items()
            },
        )


def _split(topic: str, many: int) -> dict[seen.Partition, int]:
    """So many events, dealt to the partitions one after the other."""
    return {(topic, one): (many - one + PARTITIONS - 1) // PARTITIONS for one in range(PARTITIONS)}


def replay(parent: Parent, before: int, seconds: int, looks: int) -> None:
    """The work of a child: the line through picture, frames and codec, as fast as that goes.

    Plays `before` seconds, then `seconds`; tells after the first and then `looks` times, evenly:
    bytes of memory, and CPU seconds since the last.
    """
    line = Line()
    picture = Picture(started_at=line.at, can_act=True, owns_processes=True)
    cutter = FrameCutter("replayed")
    for observation in line.beginning():
        picture.observe(observation)
    spent = time.process_time()
    for many in (before, *[seconds // looks] * looks):
        _play(line, picture, cutter, many)
        now = time.process_time()
        parent.tell((usage.of_this_process().memory_bytes, now - spent))
        spent = now


def _play(line: Line, picture: Picture, cutter: FrameCutter, seconds: int) -> None:
    for _ in range(seconds * STEPS_A_SECOND):
        for observation in line.next_step():
            picture.observe(observation)
        picture.tick(line.at)
        frame = cutter.delta(picture.shown(), line.at)
        if frame is not None:
            codec.encode(frame)
