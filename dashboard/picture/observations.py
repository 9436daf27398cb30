"""What the rooms that look outside tell the picture: one frozen type for each kind of sight.

Instants are integer Unix milliseconds (`at`, `..._at`), durations float seconds (`..._seconds`).
None always means "not known"; it never stands for zero or for nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

Partition = tuple[str, int]
"""A topic's name and the number of one of its partitions."""


class Event(NamedTuple):
    """One record as the tape shows it. Payloads stay in the cluster, never carried here."""

    topic: str
    partition: int
    offset: int
    key: str | None
    id: str | None
    source: str | None
    type: str | None
    event_at: int | None
    """The producer's own time: `ce_time`, else the record's timestamp."""
    seen_at: int
    trace: str | None
    cause: str | None
    size: int
    """Bytes of key and value."""
    live: bool
    """False for the history read when the reader starts: shown, but nothing moves for it."""
    note: str | None
    """What is odd about the record, as a short sentence ("no value", "unreadable headers")."""


@dataclass(frozen=True, slots=True)
class EventsSeen:
    """A batch from the reader, in the order in which it read them."""

    at: int
    events: tuple[Event, ...]


@dataclass(frozen=True, slots=True)
class SamplingSeen:
    """Which topics the reader samples rather than follows, and what the queue had to drop."""

    at: int
    topics: frozenset[str]
    dropped: int
    """Sampled events dropped because the queue was full, since the pipeline started."""
    missed: int = 0
    """Events that retention removed before the reader came to them, since it started."""
    partitions_left_out: int = 0
    """More than can be read."""


@dataclass(frozen=True, slots=True)
class ClusterSeen:
    """What the cluster says of itself, or that it does not answer."""

    at: int
    reachable: bool
    bootstrap: str
    brokers: int | None = None
    kafka: str | None = None
    """The version as far as it can be told."""
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class TopicFacts:
    topic_id: str | None
    """Kafka's id: a topic deleted and made anew keeps its name and gets another id."""
    partitions: int
    leaderless: int = 0
    compacted: bool = False


@dataclass(frozen=True, slots=True)
class TopicsSeen:
    """All topics that are shown; one that is missing here has been deleted."""

    at: int
    topics: Mapping[str, TopicFacts]
    left_out: int = 0
    """More than can be looked at."""


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


@dataclass(frozen=True, slots=True)
class WishSeen:
    """The newest record of a service in flowviz.control: what people want of it."""

    at: int
    service: str
    id: str
    mode: Literal["running", "paused"]
    until_at: int | None = None
    ms_per_event: float = 0
    rate_per_second: float | None = None
    rate_until_at: int | None = None
    by: str | None = None
    options: Mapping[str, Scalar] = field(default_factory=dict)
    """Switches that only the service understands."""


@dataclass(frozen=True, slots=True)
class WishCleared:
    """A record without a value in flowviz.control: nothing is wanted of the service any more."""

    at: int
    service: str


Scalar = str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class StatusGroup:
    group: str
    member_id: str | None
    reads: tuple[str, ...]


class CallsSeen(NamedTuple):
    """Direct calls to one service, counted since the calling process started, each as it ended."""

    done: int
    refused: int
    timed_out: int
    retried: int
    """Tries after the first one of a call."""
    seconds: float | None
    """How long an answered call took lately, tries and all."""
    reason: str | None
    """Why the newest try that ended failed; None: it did not."""


@dataclass(frozen=True, slots=True)
class StatusSeen:
    """What an instance says of itself in flowviz.status. `at` is when it arrived here."""

    at: int
    service: str
    instance: str
    phase: Literal["starting", "running", "pausing", "paused", "stopping"]
    want: str | None
    outcome: Literal["done", "rejected"] | None
    reason: str | None
    groups: tuple[StatusGroup, ...]
    writes: tuple[str, ...]
    acked: Mapping[Partition, int]
    handling_for_seconds: float | None
    failed: int
    facts: Mapping[str, Scalar]
    pid: int | None
    host: str | None
    assigned: bool | None = None
    """False while a running instance holds no partition; None where it does not say."""
    ms_per_event: float | None = None
    calls: Mapping[str, CallsSeen] = field(default_factory=dict)
    """Service that is called -> what came of it; empty where it calls none."""
    live: bool = True
    """False: it was written before the reader started; when, `at` does not say."""


ProcessPhase = Literal[
    "starting", "running", "stopped", "crashed", "failed", "restarting", "frozen"
]


@dataclass(frozen=True, slots=True)
class ProcessSeen:
    """What the supervisor knows of one process of the demonstration."""

    at: int
    service: str
    instance: str
    phase: ProcessPhase
    pid: int | None
    since_at: int
    restart_at: int | None = None
    attempts: int = 0
    """Unasked exits in a row."""
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class DeclaredService:
    reads: tuple[str, ...]
    writes: tuple[str, ...]
    group: str | None
    instances: tuple[str, ...]
    on_request: bool = False
    """It starts only when a person asks."""
    twin_of: str | None = None
    """The service whose double it is in the line of direct calls."""
    calls: tuple[str, ...] = ()
    """The services that it calls directly."""


@dataclass(frozen=True, slots=True)
class DeclarationSeen:
    """What a document (scenario.toml) says will be there."""

    at: int
    title: str
    headline_topic: str | None
    headline_unit: str
    topics: tuple[str, ...]
    services: Mapping[str, DeclaredService]


@dataclass(frozen=True, slots=True)
class CommandSeen:
    """A person asked for something. Wishes are answered by a status that names `id`."""

    at: int
    id: str
    service: str
    action: str
    state: Literal["sent", "obeyed", "rejected"]
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class BrokerSeen:
    """The embedded Kafka, as its guard sees it."""

    at: int
    phase: Literal["fetching", "starting", "running", "restarting", "stopped", "failed"]
    restarts: int
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class StartingOverSeen:
    """Everything is being made as at the first start; then another picture begins."""

    at: int
    running: bool
    """False: it could not be done, and this picture goes on."""


@dataclass(frozen=True, slots=True)
class WorkerSeen:
    """Whether one of our own threads does its work, or why it does not."""

    at: int
    worker: Literal["reader", "surveyor", "supervisor"]
    """The supervisor is there in a demonstration only, and speaks only when it fails."""
    ok: bool
    reason: str | None = None


Observation = (
    EventsSeen
    | SamplingSeen
    | ClusterSeen
    | TopicsSeen
    | SurveySeen
    | WishSeen
    | WishCleared
    | StatusSeen
    | ProcessSeen
    | DeclarationSeen
    | CommandSeen
    | BrokerSeen
    | StartingOverSeen
    | WorkerSeen
)

Observe = Callable[[Observation], None]
"""How an observation is told; may be called from any thread."""
