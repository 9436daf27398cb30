"""Short ways to say what was seen, and a small line of services that says it in order."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dashboard.picture import observations as seen
from dashboard.picture.picture import Picture
from dashboard.picture.shown import Shown

START = 1_763_870_000_000
"""Some instant; nothing depends on which."""
SECOND = 1_000


def event(topic: str = "parts", offset: int = 0, partition: int = 0, **more: Any) -> seen.Event:
    fields: dict[str, Any] = {
        "key": "k",
        "id": f"{topic}-{partition}-{offset}",
        "source": "scanner",
        "type": "made",
        "event_at": START,
        "seen_at": START,
        "trace": None,
        "cause": None,
        "size": 100,
        "live": True,
        "note": None,
    }
    return seen.Event(topic, partition, offset, **(fields | more))


def topics(at: int = START, **partitions: int) -> seen.TopicsSeen:
    return seen.TopicsSeen(
        at, {name: seen.TopicFacts(f"id-{name}", count) for name, count in partitions.items()}
    )


def group(
    name: str = "quality",
    committed: Mapping[seen.Partition, int] | None = None,
    *,
    state: seen.GroupState = "reading",
    members: tuple[str, ...] = ("m1",),
    ledger: Mapping[seen.Partition, seen.LedgerSeen] | None = None,
    reads: tuple[seen.Partition, ...] = (),
) -> seen.GroupFacts:
    commits = {key: seen.Commit(offset) for key, offset in (committed or {}).items()}
    return seen.GroupFacts(
        group=name,
        state=state,
        protocol="consumer",
        members=tuple(seen.Member(m, "client", "host", reads) for m in members),
        committed=commits,
        ledger=ledger or {},
    )


def survey(
    at: int,
    *groups: seen.GroupFacts,
    ends: Mapping[seen.Partition, int | None],
    starts: Mapping[seen.Partition, int | None] | None = None,
    took_seconds: float = 0.01,
) -> seen.SurveySeen:
    return seen.SurveySeen(
        at=at,
        took_seconds=took_seconds,
        every_seconds=0.25,
        groups=groups,
        starts=dict.fromkeys(ends, 0) if starts is None else starts,
        ends=ends,
    )


def status(at: int = START, service: str = "quality", **more: Any) -> seen.StatusSeen:
    fields: dict[str, Any] = {
        "instance": f"{service}-1",
        "phase": "running",
        "want": None,
        "outcome": None,
        "reason": None,
        "groups": (),
        "writes": (),
        "acked": {},
        "handling_for_seconds": None,
        "failed": 0,
        "facts": {},
        "pid": 100,
        "host": "here",
        "assigned": True,
        "ms_per_event": None,
    }
    return seen.StatusSeen(at=at, service=service, **(fields | more))


def reader_status(at: int = START, service: str = "quality", **more: Any) -> seen.StatusSeen:
    """The status of a service that reads "parts" in the group of its own name."""
    groups = (seen.StatusGroup(service, "m1", ("parts",)),)
    return status(at, service, **({"groups": groups} | more))


def process(
    at: int, phase: seen.ProcessPhase, service: str = "quality", **more: Any
) -> seen.ProcessSeen:
    fields: dict[str, Any] = {"instance": f"{service}-1", "pid": 100, "since_at": at}
    return seen.ProcessSeen(at=at, service=service, phase=phase, **(fields | more))


def wish(at: int, mode: Any = "paused", service: str = "quality", **more: Any) -> seen.WishSeen:
    return seen.WishSeen(at=at, service=service, mode=mode, **({"id": "w1"} | more))


def entry(done: int, **more: int) -> seen.LedgerSeen:
    fields = {"number": 1, "base": 0, "dead": 0, "skipped": 0, "gaps": 0, "lost": 0}
    return seen.LedgerSeen(done=done, **(fields | more))


def picture_of(*observations: seen.Observation, **settings: bool) -> Picture:
    picture = Picture(started_at=START, **settings)
    for observation in observations:
        picture.observe(observation)
    return picture


def shown_after(*observations: seen.Observation, **settings: bool) -> Shown:
    return picture_of(*observations, **settings).shown()


def counters(ledger: Mapping[str, Any]) -> tuple[Any, ...]:
    """What the ledger, or one row of it, has counted."""
    names = ("published", "handled", "skipped", "dead_lettered", "waiting", "lost")
    return tuple(ledger[name] for name in names)


class Line:
    """scanner -> "parts" (one partition) -> quality -> "graded": moved by hand, second by second.

    `done` is what quality has committed; the ledger says the same unless `handled` says otherwise.
    """

    def __init__(self, **settings: bool) -> None:
        self.picture = picture_of(topics(parts=1, graded=1), **settings)
        self.now = START
        self.made = 0
        self.done = 0
        self.handled: int | None = None
        self.graded = 0
        self.phase = "running"
        self.want: str | None = None
        self.pace: float | None = None
        """Milliseconds that quality takes for each event at least, as it says."""
        self.number = 1
        """The ledger's pass."""
        self.was: tuple[int, int] | None = None
        """Where the pass before ended, and what all before had handled, as the ledger says."""
        self.members: tuple[str, ...] = ("m1",)

    def survey(self) -> None:
        handled = self.done if self.handled is None else self.handled
        self.picture.observe(
            survey(
                self.now,
                group(
                    committed={("parts", 0): self.done},
                    ledger={("parts", 0): self._entry(handled)},
                    members=self.members,
                    state="reading" if self.members else "no members",
                ),
                ends={("parts", 0): self.made, ("graded", 0): self.graded},
            )
        )

    def _entry(self, handled: int) -> seen.LedgerSeen:
        if self.was is None:
            return entry(handled, number=self.number)
        to, done = self.was
        return entry(handled, number=self.number, was_to=to, was_done=done)

    def say(self, **more: Any) -> None:
        fields: dict[str, Any] = {"phase": self.phase, "want": self.want, "writes": ("graded",)}
        fields["ms_per_event"] = self.pace
        if self.want is not None:
            fields["outcome"] = "done"
        self.picture.observe(reader_status(self.now, **(fields | more)))

    def second(self, *, made: int = 8, done: int | None = None) -> None:
        """One second: parts are made, quality handles `done` of them, all is reported."""
        self.now += SECOND
        events = [
            event("parts", self.made + n, seen_at=self.now, event_at=self.now) for n in range(made)
        ]
        self.made += made
        self.done += made if done is None else done
        self.picture.observe(seen.EventsSeen(self.now, tuple(events)))
        self.say()
        self.survey()
        self.picture.tick(self.now)

    def seconds(self, count: int, **how: int) -> None:
        for _ in range(count):
            self.second(**how)

    def pass_time(self, seconds: float) -> None:
        """Time alone: nobody says anything."""
        self.now += int(seconds * SECOND)
        self.picture.tick(self.now)

    def shown(self) -> Shown:
        return self.picture.shown()

    def service(self, name: str = "quality") -> dict[str, Any]:
        return self.shown().services[f"s:{name}"]

    def only_report(self) -> dict[str, Any]:
        (report,) = self.shown().reports.values()
        return report
