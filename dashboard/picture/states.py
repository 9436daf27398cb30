"""The state of one instance: a pure function of what was wished, reported and seen.

W is the wish, R the report, P the process, and the rules stand in the order of docs/protocol.md:
the first that holds answers.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, NamedTuple

from dashboard.picture.observations import (
    GroupState,
    ProcessPhase,
    ProcessSeen,
    StatusSeen,
    WishSeen,
)

State = Literal[
    "stopped",
    "crashed",
    "failed",
    "restarting",
    "frozen",
    "unknown",
    "starting",
    "pausing",
    "resuming",
    "paused",
    "slow",
    "running",
    "reading",
    "no members",
    "rebalancing",
]

SILENT_AFTER_SECONDS = 5.0
"""Reports come each second; after this long without one nothing is known."""
STARTS_WITHIN_SECONDS = 60.0
"""A process that was started and has said nothing yet is starting for so long: on a slow machine
it takes a while until the first report is there."""
NO_ANSWER_AFTER_SECONDS = 5.0
"""A wish that no report names for this long is told as "no answer"."""

NO_PARTITION_LEFT = "no partition left for it"
STUCK_AFTER_SECONDS = 10.0
"""An event that takes this much longer than it was asked to take is told: the handler may hang."""

WORST_FIRST: tuple[State, ...] = (
    "failed",
    "crashed",
    "restarting",
    "frozen",
    "unknown",
    "stopped",
    "no members",
    "rebalancing",
    "starting",
    "pausing",
    "resuming",
    "paused",
    "slow",
    "running",
    "reading",
)
"""A service shows the worst of its instances."""

DOWN: frozenset[State] = frozenset(
    ("failed", "crashed", "restarting", "frozen", "unknown", "stopped", "no members")
)
"""States in which nothing is handled, and nobody asked for a pause."""

NOT_ANSWERING = DOWN - {"no members"}
"""States of an instance from which no answer to a wish can be expected."""

ENDED: frozenset[ProcessPhase] = frozenset(("stopped", "crashed", "failed", "restarting", "frozen"))
"""Phases of a process in which it does nothing, whatever it last said."""


class Hearing(NamedTuple):
    """What can be heard of services at all."""

    now: bool
    """Whether reports can reach us: the cluster answers and our reader runs."""
    since_at: int
    """When we began to listen."""
    until_at: int
    """When the cluster last gave any sign of life itself, or lately enough: now."""


class Sight(NamedTuple):
    """All that the state of one instance depends on."""

    now: int
    wish: WishSeen | None
    report: StatusSeen | None
    """The newest report of this life of the process."""
    process: ProcessSeen | None
    group: GroupState | None
    """Only where the service does not use the kit."""
    silent_since_at: int
    """The newest sign of life, or when we began to listen."""
    heard_until_at: int
    """When the cluster last gave any sign of life itself, or lately enough: now."""
    hearing: bool
    """Whether reports can reach us at all: the cluster answers and our reader runs."""
    before: Verdict | None
    none_left: bool = False
    """Every partition of its groups is held by another instance, which keeps it."""
    nobody_left: bool = False
    """Its groups are known, and nobody is in them."""

    @property
    def wanted(self) -> Literal["running", "paused"] | None:
        return mode_at(self.wish, self.now)


@dataclass(frozen=True, slots=True)
class Verdict:
    state: State
    reason: str | None = None
    as_before: bool = False
    """Nothing could be heard, so this is what held when we last could."""


def mode_at(wish: WishSeen | None, now: int) -> Literal["running", "paused"] | None:
    """What is wanted at `now`: a pause that has run out counts as running."""
    if wish is None:
        return None
    if wish.mode == "paused" and wish.until_at is not None and wish.until_at <= now:
        return "running"
    return wish.mode


def ended(sight: Sight) -> Verdict | None:
    """P speaks first: what our own child did is known for certain."""
    process = sight.process
    if process is None or process.phase not in ENDED:
        return None
    return Verdict(process.phase, process.reason)


def as_before(sight: Sight) -> Verdict | None:
    if sight.hearing:
        return None
    # A state that P gave holds no longer than P says so: what was frozen and is thawed since is
    # not frozen "as before". It runs; what it does, nobody can hear.
    if sight.before is None or sight.before.state in ENDED:
        return Verdict("unknown", "the cluster does not answer", as_before=True)
    return Verdict(sight.before.state, sight.before.reason, as_before=True)


def by_group(sight: Sight) -> Verdict | None:
    """Without the kit there are no reports, and only the group speaks."""
    if sight.report is not None or sight.group is None:
        return None
    if sight.group in ("reading", "no members", "rebalancing"):
        return Verdict(sight.group)
    return Verdict("unknown", sight.group)


def silent(sight: Sight) -> Verdict | None:
    silent_for = (sight.heard_until_at - sight.silent_since_at) / 1000
    if sight.report is None and sight.process is None:
        return Verdict("unknown", "no report")
    if silent_for < SILENT_AFTER_SECONDS:
        return None
    if sight.report is None:
        if silent_for < STARTS_WITHIN_SECONDS:
            return Verdict("starting", "not heard yet")
        return Verdict("unknown", f"no report within {int(STARTS_WITHIN_SECONDS)} s of its start")
    if sight.report is not None and sight.report.phase == "stopping":
        if sight.nobody_left:
            return Verdict("stopped", "it said that it stops")
        return Verdict("unknown", "no report since it said that it stops")
    return Verdict("unknown", f"no report for {int(SILENT_AFTER_SECONDS)} s")


def spare(sight: Sight) -> Verdict | None:
    """More instances than partitions: it is well, and stands by."""
    report = sight.report
    if report is None or report.assigned is not False or not sight.none_left:
        return None
    if report.phase not in ("starting", "running") or sight.wanted == "paused":
        return None
    return Verdict("running", NO_PARTITION_LEFT)


def starting(sight: Sight) -> Verdict | None:
    report = sight.report
    if report is None:
        return Verdict("starting")
    if report.phase == "starting":
        return Verdict("starting", report.reason)
    if report.assigned is not False or report.phase == "stopping":
        return None
    # One that is asked to stand still does so with or without partitions.
    if report.phase == "running" or sight.wanted != "paused":
        return Verdict("starting", "waits for its partitions")
    return None


def changing(sight: Sight) -> Verdict | None:
    """W and R differ."""
    report, wish = sight.report, sight.wish
    if report is None:
        return None
    wanted = sight.wanted
    if wish is None or wanted is None:
        return Verdict("pausing", _in_hand(sight, report)) if report.phase == "pausing" else None
    if report.want == wish.id and report.outcome == "rejected":
        return None
    if wanted == "paused" and report.phase in ("running", "pausing"):
        return Verdict("pausing", _why_not_yet(sight, wish, report))
    if wanted == "running" and report.phase in ("paused", "pausing"):
        return Verdict("resuming", _why_not_yet(sight, wish, report))
    return None


def _why_not_yet(sight: Sight, wish: WishSeen, report: StatusSeen) -> str | None:
    if report.want == wish.id:
        return _in_hand(sight, report) or report.reason
    if (sight.now - wish.at) / 1000 >= NO_ANSWER_AFTER_SECONDS:
        return "no answer"
    return None


def _in_hand(sight: Sight, report: StatusSeen) -> str | None:
    if report.handling_for_seconds is None:
        return None
    return f"finishing one event, {int(report.handling_for_seconds)} s"


def at_rest(sight: Sight) -> Verdict | None:
    report = sight.report
    if report is None:
        return None
    reason = report.reason
    if report.phase in ("paused", "pausing"):
        return Verdict(report.phase, reason)
    if report.phase == "stopping":
        reason = reason or "it is stopping"
    stuck = _stuck(sight, report)
    if stuck is not None:
        reason = stuck if reason is None else f"{stuck}, {reason}"
    return Verdict("slow" if _slowed(sight, report) else "running", reason)


def _stuck(sight: Sight, report: StatusSeen) -> str | None:
    """It reports, so it lives; but one event keeps it, and what waits behind that one waits."""
    seconds = report.handling_for_seconds
    if seconds is None:
        return None
    asked = report.ms_per_event or (sight.wish.ms_per_event if sight.wish is not None else 0)
    return f"stuck for {int(seconds)} s" if seconds - asked / 1000 >= STUCK_AFTER_SECONDS else None


def _slowed(sight: Sight, report: StatusSeen) -> bool:
    """What it says of itself, else what it was asked and has taken up."""
    if report.ms_per_event is not None:
        return report.ms_per_event > 0
    wish = sight.wish
    return wish is not None and wish.ms_per_event > 0 and report.want == wish.id


RULES: tuple[Callable[[Sight], Verdict | None], ...] = (
    ended,
    as_before,
    by_group,
    silent,
    spare,
    starting,
    changing,
    at_rest,
)


def state_of(sight: Sight) -> Verdict:
    for rule in RULES:
        verdict = rule(sight)
        if verdict is not None:
            return verdict
    raise AssertionError("the last rule answers for every report")


def worst(states: list[State]) -> State:
    """The state of a service; unknown when it has no instance at all."""
    return min(states, key=WORST_FIRST.index, default="unknown")
