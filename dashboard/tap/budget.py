"""How much is followed event by event, and which partitions get more than their share. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from dashboard.picture.observations import Partition


@dataclass(frozen=True, slots=True)
class Budget:
    """What the tap follows at most. Rates, lag and ledger need none of it, for they come from
    offsets."""

    events_per_second: float = 25_000
    """20,000 are to be followed whatever their unevenness: a second brings some thousand more or
    less than the mean. The reader follows six times as many on one core (bench/tap.py)."""
    bytes_per_second: float = 20_000_000
    late_seconds: float = 0.5
    """Further behind than this it follows no more than it is able to: see capacity.py. What is
    shown is to be what happens, not what happened."""


@dataclass(frozen=True, slots=True)
class Demand:
    """What one partition brings in, and how much of it lies unread before the reader."""

    events_per_second: float
    size: float = 0
    """Mean bytes of an event."""
    behind: int = 0


CATCH_UP_SECONDS = 2.0
"""A backlog counts as if it had to be read in this time. A longer one is not read through, for what
is shown would be old: it is what a flood leaves, a suspended laptop, or a queue that is full."""

FOLLOW_AGAIN_BELOW = 0.7
"""A sampled partition is followed again only well below the budget, or it would flap."""


def above_share(
    demands: Mapping[Partition, Demand], budget: Budget, sampled: Collection[Partition]
) -> frozenset[Partition]:
    """The partitions to sample.

    The budget is shared out by need: small partitions get all they ask for, what they leave is
    shared among the larger ones, and those that ask for more than that share are sampled.
    `sampled` are those sampled now.
    """
    needs = {
        partition: _need(demand, budget, partition in sampled)
        for partition, demand in demands.items()
    }
    left = 1.0
    waiting = sorted(needs, key=lambda partition: (needs[partition], partition))
    for place, partition in enumerate(waiting):
        if needs[partition] * (len(waiting) - place) > left:
            # All that wait ask for at least as much each, and together for more than is left.
            return frozenset(waiting[place:])
        left -= needs[partition]
    return frozenset()


def _need(demand: Demand, budget: Budget, is_sampled: bool) -> float:
    """The part of the budget that a partition asks for: of events or of bytes, the larger."""
    rate = demand.events_per_second + demand.behind / CATCH_UP_SECONDS
    need = max(rate / budget.events_per_second, rate * demand.size / budget.bytes_per_second)
    return need / FOLLOW_AGAIN_BELOW if is_sampled else need
