"""What the rooms that look outside tell the picture: one frozen type for each kind of sight,
in one module for each kind of source.

Instants are integer Unix milliseconds (`at`, `..._at`), durations float seconds (`..._seconds`).
None always means "not known"; it never stands for zero or for nothing.
"""

from __future__ import annotations

from collections.abc import Callable

from dashboard.picture.observations.cluster import (
    ClusterSeen,
    TopicFacts,
    TopicsSeen,
)
from dashboard.picture.observations.demonstration import (
    BrokerSeen,
    DeclarationSeen,
    DeclaredService,
    ProcessPhase,
    ProcessSeen,
    StartingOverSeen,
)
from dashboard.picture.observations.events import (
    Event,
    EventsSeen,
    SamplingSeen,
)
from dashboard.picture.observations.own import (
    CommandSeen,
    WorkerSeen,
)
from dashboard.picture.observations.services import (
    CallsSeen,
    Scalar,
    StatusGroup,
    StatusSeen,
    WishCleared,
    WishSeen,
)
from dashboard.picture.observations.survey import (
    Commit,
    GroupFacts,
    GroupState,
    LedgerSeen,
    Member,
    Partition,
    SurveySeen,
)

__all__ = [
    "BrokerSeen",
    "CallsSeen",
    "ClusterSeen",
    "CommandSeen",
    "Commit",
    "DeclarationSeen",
    "DeclaredService",
    "Event",
    "EventsSeen",
    "GroupFacts",
    "GroupState",
    "LedgerSeen",
    "Member",
    "Observation",
    "Observe",
    "Partition",
    "ProcessPhase",
    "ProcessSeen",
    "SamplingSeen",
    "Scalar",
    "StartingOverSeen",
    "StatusGroup",
    "StatusSeen",
    "SurveySeen",
    "TopicFacts",
    "TopicsSeen",
    "WishCleared",
    "WishSeen",
    "WorkerSeen",
]

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
