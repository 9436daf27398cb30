"""Lag of one partition and of many: one rule for each case, the first that holds answers.

Every number comes from the broker (commits and log ends), never from the reader's own metrics,
which freeze when it pauses. Commits are read before log ends, so lag is never understated; nothing
is clamped, for a clamp hides the mistake that it hides.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

from dashboard.picture.retention import NOT_KNOWN, Outlook


class Offsets(NamedTuple):
    """What the survey knows of one partition as one group reads it."""

    committed: int | None
    """The NEXT offset to read."""
    start: int | None
    end: int | None
    leaderless: bool = False
    unasked: str | None = None
    """Why it is not known what was committed; None: it is."""


class Placed(NamedTuple):
    """Offsets of which enough is known to place the reader in the log."""

    committed: int
    start: int | None
    end: int


class Found(NamedTuple):
    lag: int | None
    lost: int | None
    why: str | None


@dataclass(frozen=True, slots=True)
class PartitionLag:
    topic: str
    partition: int
    offsets: Offsets
    lag: int | None
    lost: int | None
    why: str | None
    outlook: Outlook = NOT_KNOWN

    @property
    def may_wait(self) -> bool:
        """Whether there are events in its log, as far as is known."""
        start, end = self.offsets.start, self.offsets.end
        return start is None or end is None or end > start

    def wire(self) -> dict[str, Any]:
        return {
            "topic": self.topic,
            "partition": self.partition,
            "committed": self.offsets.committed,
            "end": self.offsets.end,
            "start": self.offsets.start,
            "lag": self.lag,
            "lost": self.lost,
            "why": self.why,
            **self.outlook.wire(),
        }


class LagSum(NamedTuple):
    lag: int | None
    at_least: bool
    """Some partition is unknown, so `lag` is a lower bound."""
    lost: int | None
    unknown: int
    """Partitions without a known lag."""
    why: str | None


NOTHING_KNOWN = LagSum(None, False, None, 0, None)


def no_log_end(seen: Offsets) -> Found | None:
    """A partition without a leader is unknown, and only this one."""
    if seen.end is not None and not seen.leaderless:
        return None
    return Found(None, None, "no leader" if seen.leaderless else "log end not known")


def no_commit(seen: Offsets) -> Found | None:
    """No commit is neither a lag of 0 nor of the whole log; no answer is not even "no commit"."""
    if seen.committed is not None:
        return None
    return Found(None, None, seen.unasked or "no commit")


def beyond_the_end(seen: Placed) -> Found | None:
    if seen.committed <= seen.end:
        return None
    return Found(None, None, f"committed {seen.committed}, log ends at {seen.end}")


def passed_by_retention(seen: Placed) -> Found | None:
    """What the log dropped before it was read is lost, not waiting."""
    if seen.start is None or seen.start <= seen.committed:
        return None
    lost = seen.start - seen.committed
    return Found(seen.end - seen.start, lost, f"{lost} removed before they were read")


def waiting(seen: Placed) -> Found:
    lag = seen.end - seen.committed
    if seen.start is None:
        return Found(lag, None, "log start not known")
    return Found(lag, 0, None)


UNKNOWN_RULES: tuple[Callable[[Offsets], Found | None], ...] = (no_log_end, no_commit)
KNOWN_RULES: tuple[Callable[[Placed], Found | None], ...] = (beyond_the_end, passed_by_retention)


def found(seen: Offsets) -> Found:
    for unknown in UNKNOWN_RULES:
        answer = unknown(seen)
        if answer is not None:
            return answer
    assert seen.committed is not None
    assert seen.end is not None
    placed = Placed(seen.committed, seen.start, seen.end)
    for known in KNOWN_RULES:
        answer = known(placed)
        if answer is not None:
            return answer
    return waiting(placed)


def partition_lag(topic: str, partition: int, seen: Offsets) -> PartitionLag:
    return PartitionLag(topic, partition, seen, *found(seen))


def summed(parts: Iterable[PartitionLag]) -> LagSum:
    """The lag of a group, or of one of its topics: unknown parts make it a lower bound."""
    parts = list(parts)
    if not parts:
        return NOTHING_KNOWN
    lags = [part.lag for part in parts if part.lag is not None]
    losses = [part.lost for part in parts if part.lost is not None]
    unknown = len(parts) - len(lags)
    return LagSum(
        lag=sum(lags) if lags else None,
        at_least=bool(lags) and unknown > 0,
        lost=sum(losses) if losses else None,
        unknown=unknown,
        why=_why(parts),
    )


def _why(parts: list[PartitionLag]) -> str | None:
    whys = [part.why for part in parts if part.why is not None]
    if not whys:
        return None
    first = whys[0]
    if len(parts) == 1:
        return first
    return f"{whys.count(first)} of {len(parts)} partitions: {first}"
