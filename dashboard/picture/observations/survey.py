"""What the surveyor tells: groups, what they have committed, where logs begin and end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Partition = tuple[str, int]
"""A topic's name and the number of one of its partitions."""


GroupState = Literal["reading", "rebalancing", "no members", "another kind", "unknown"]


@dataclass(frozen=True, slots=True)
class Member:
    member_id: str
    client_id: str
    host: str
    partitions: tuple[Partition, ...]


@dataclass(frozen=True, slots=True)
class Commit:
    offset: int
    """The NEXT offset to read, as Kafka means it."""
    metadata: str | None = None
    """The commit's metadata as stored; the kit keeps its ledger there."""


@dataclass(frozen=True, slots=True)
class LedgerSeen:
    """The kit's counters of one group and partition, read from the commit's metadata."""

    number: int
    """The pass: 1 for the first reading, one more for each rewind."""
    base: int
    done: int
    dead: int
    skipped: int
    gaps: int
    lost: int
    was_to: int | None = None
    """Where the pass before ended: the first offset that it had not accounted for."""
    was_done: int | None = None
    """Events handled in all the passes before together."""


@dataclass(frozen=True, slots=True)
class GroupFacts:
    group: str
    state: GroupState
    protocol: Literal["classic", "consumer"] | None
    members: tuple[Member, ...] | None
    committed: Mapping[Partition, Commit]
    ledger: Mapping[Partition, LedgerSeen] = field(default_factory=dict)
    why: str | None = None
    """Why something of this group is not known, as a short sentence."""
    committed_known: bool = True
    """False: Kafka gave no answer, so an empty `committed` does not mean that nothing was."""
    unknown: Mapping[Partition, str] = field(default_factory=dict)
    """Partitions of which Kafka gave no commit, and why: that is not "no commit" either."""


@dataclass(frozen=True, slots=True)
class SurveySeen:
    """One poll of all groups: commits were read first, log ends after (lag.md, case 1)."""

    at: int
    took_seconds: float
    every_seconds: float
    groups: tuple[GroupFacts, ...]
    starts: Mapping[Partition, int | None]
    ends: Mapping[Partition, int | None]
    """None: no answer for this partition, or it has no leader."""
    groups_left_out: int = 0
    """More than can be asked about."""
