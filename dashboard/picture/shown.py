"""The picture at one instant: what frames are cut from and what the API reads.

Nothing in it is ever changed again, so any thread may read it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from dashboard.picture.lag import PartitionLag
from dashboard.picture.lag_history import LagSample
from dashboard.picture.section import Entity

MAPS = ("services", "topics", "groups", "edges", "lines", "commands", "reports")
"""The maps id -> entity of the picture, in the order in which frames carry them."""


@dataclass(frozen=True, slots=True)
class Shown:
    cluster: Entity
    ledger: Entity
    services: Mapping[str, Entity]
    topics: Mapping[str, Entity]
    groups: Mapping[str, Entity]
    edges: Mapping[str, Entity]
    lines: Mapping[str, Entity]
    """"log" and "direct", while the line of direct calls is switched on."""
    commands: Mapping[str, Entity]
    reports: Mapping[str, Entity]
    events: tuple[dict[str, Any], ...]
    """The newest events, newest last, at most 60."""
    events_total: int
    """Events ever put on the tape; grows by one with each."""
    lags: Mapping[str, tuple[PartitionLag, ...]] = field(default_factory=dict)
    """Group's name -> its partitions; too many for frames, read by the API."""
    history: tuple[LagSample, ...] = ()
    """Every group's lag of the last two minutes, oldest first; read by the API."""

    def partitions(self, group: str) -> list[dict[str, Any]]:
        """Of one group `[{"topic","partition","committed","end","start","lag","lost","why",
        "retention","retention_seconds"}]`."""
        return [part.wire() for part in self.lags.get(group, ())]
