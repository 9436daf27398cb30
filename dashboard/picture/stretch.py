"""How long a disturbance lasted: what every recovery report has, whatever it is about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from dashboard.picture.disturbances import Kind
from dashboard.picture.some_of import ALL_OF_IT, SomeOf

Phase = Literal["down", "catching up", "recovered"]
OF_ONE_SORT: dict[str, Any] = {
    "source": False,
    "direct": False,
    **dict.fromkeys(
        ("lag_before", "lag_highest", "lag", "backlog", "readers", "growth_per_second")
    ),
    **dict.fromkeys(("catch_up_seconds", "catch_up_rate", "read_again", "written", "replayed")),
    **dict.fromkeys(
        ("published", "handled", "lost", "duplicates", "duplicates_at_least", "replayed_at_least")
    ),
    **dict.fromkeys(("rate_before", "quiet_seconds", "again_seconds", "readers_idle")),
    **dict.fromkeys(("services", "finished", "refused", "timed_out", "retried")),
    **dict.fromkeys(("at_least", "shared", "switched_off")),
}
"""What only reports of one sort can tell, as all others have it."""
OF_ALL = (
    *("id", "service", "group", "kind", "what", "state", "began_at", "resumed_at", "ended_at"),
    *("down_seconds", "down_from_at"),
)
"""What every report can tell."""


def with_all_fields(report: Mapping[str, Any]) -> dict[str, Any]:
    """One that an earlier version has told may lack some: of these it knew nothing."""
    return {**dict.fromkeys(OF_ALL), **ALL_OF_IT, **OF_ONE_SORT, **report}


@dataclass(slots=True, kw_only=True)
class Stretch:
    id: str
    service: str
    group: str | None
    """None: it is about no group, or about several together."""
    kind: Kind
    what: str | None = None
    """What happened in particular, such as "1 to 3 instances"."""
    began_at: int
    down_since_at: int
    state: Phase = "down"
    held: bool = False
    """It really was disturbed; a pause that was refused leaves no report."""
    over_at: int | None = None
    """When the disturbance itself was over; another may last."""
    resumed_at: int | None = None
    ended_at: int | None = None
    down_before_seconds: float = 0.0
    """Time down in earlier stretches, where it went down again while it caught up."""
    some: SomeOf | None = None
    """The instances that it is about, where it need not be about all of them."""

    def lasts(self, at: int) -> None:
        """Its disturbance is there, or is there again."""
        if self.over_at is not None:
            self.over_at, self.down_since_at = None, at
        self.wait()

    def is_over(self, at: int) -> None:
        """Its disturbance is over."""
        if self.over_at is None:
            self.over_at = at
            self.down_before_seconds += (at - self.down_since_at) / 1000

    def wait(self) -> None:
        """Nothing can be caught up just now."""
        self.state, self.resumed_at = "down", None

    def _down_from_at(self) -> int:
        """When it went down, had it been down all the while."""
        return self.down_since_at - round(self.down_before_seconds * 1000)

    def _wire(self) -> dict[str, Any]:
        """All fields; what a report of this sort does not know is null."""
        some = self.some
        return {
            "id": self.id,
            "service": self.service,
            "group": self.group,
            "kind": self.kind,
            "what": self.what,
            "state": self.state,
            "began_at": self.began_at,
            "resumed_at": self.resumed_at,
            "ended_at": self.ended_at,
            "down_seconds": None if self.over_at is None else round(self.down_before_seconds, 1),
            "down_from_at": None if self.over_at is not None else self._down_from_at(),
            **(some.wire(self.began_at) if some is not None and some.in_part else ALL_OF_IT),
            **OF_ONE_SORT,
        }
