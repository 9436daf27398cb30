"""A part of a service that went down: which instances, and when the others had what they held."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from dashboard.picture.observations import GroupFacts, Partition
from dashboard.picture.tally import Calm, Tally, difference

MAX_NAMED = 100
"""Instances that one report names: as many as a service has at one time. Where they have new names
with every start, more may go down while it is open."""
MAX_HELD = 10_000
"""Partitions of which is remembered who held them: as many as the tap reads."""


@dataclass(slots=True)
class SomeOf:
    """Some instances of a service, while one report about them is open."""

    of: int
    """Instances that the service has, at most."""
    before: Tally | None = None
    """The counters of the group when it began; None: it reads in none."""
    instances: list[str] = field(default_factory=list)
    """In the order in which they went down; the first MAX_NAMED."""
    more: bool = False
    """More than these went down."""
    whole: bool = False
    """At one moment none was spared: it is about the service."""
    went_on: bool = True
    """At least one of the others was at work, each time that it was looked at."""
    taken_over_at: int | None = None
    """The survey that found all that they had held with others, while they were down."""
    at_takeover: Tally | None = None
    calm: Calm = field(default_factory=Calm)
    """Whether all was caught up again while they were down still."""
    _members: set[str] = field(default_factory=set)
    _held: set[Partition] | None = field(default_factory=set)
    """What they held when they went down; None: of one of them that is not known."""
    _noted: set[str] = field(default_factory=set)
    _newest: Tally | None = None

    @property
    def in_part(self) -> bool:
        """It is about some that are named, and others were spared."""
        return bool(self.instances) and not self.whole

    def hit(
        self, names: Iterable[str], of: int, *, down: Collection[str], others_work: bool
    ) -> None:
        """These are down now; `down`: all that are, also by what other reports tell of."""
        self.of = max(of, self.of)
        self.went_on = self.went_on and others_work
        for name in (name for name in names if name not in self.instances):
            if len(self.instances) < MAX_NAMED:
                self.instances.append(name)
                continue
            self.more = True
            self._forget_held()
        # One after the other is not all of them, nor is the last one after a scaling back.
        if len(set(down).intersection(self.instances)) >= self.of:
            self.whole = True
            self._forget_held()

    def unnoted(self) -> list[str]:
        """Those of which is not noted yet what they held."""
        if self._held is None:
            return []
        return [name for name in self.instances if name not in self._noted]

    def note(self, name: str, member: str | None, held: Mapping[str, Iterable[int]] | None) -> None:
        """What one held when it went down: later on Kafka may have given it to others."""
        self._noted.add(name)
        self.taken_over_at, self.at_takeover, self.calm = None, None, Calm()
        if member is None or held is None or self._held is None:
            self._forget_held()
            return
        self._members.add(member)
        self._held.update((topic, number) for topic, found in held.items() for number in found)
        if len(self._held) > MAX_HELD:
            self._forget_held()

    def _forget_held(self) -> None:
        """It is not known what they all held, and so neither whether others have taken it over."""
        self._held = None
        self.taken_over_at, self.at_takeover, self.calm = None, None, Calm()

    def members_seen(self, at: int, facts: GroupFacts, returned: Collection[str]) -> None:
        """A survey while they are down. `returned`: member ids of those that start again."""
        if self.taken_over_at is not None or not self._held:
            return
        others = {
            partition
            for member in facts.members or ()
            if member.member_id not in self._members and member.member_id not in returned
            for partition in member.partitions
        }
        if self._held <= others:
            self.taken_over_at, self.at_takeover = at, self._newest

    def survey(self, at: int, tally: Tally, lag_before: int) -> None:
        """The counters of the whole group while they are down."""
        self._newest = tally
        if self.taken_over_at is not None and not self.calm.reached:
            self.calm.take(at, tally, lag_before)

    def wire(self, began_at: int) -> dict[str, Any]:
        after = self.taken_over_at
        return {
            "instances": list(self.instances),
            "more_instances": self.more,
            "of": self.of,
            "went_on": self.went_on,
            "meanwhile": difference(self._newest, self.before, "handled"),
            "taken_over_seconds": None if after is None else round((after - began_at) / 1000, 1),
        }


ALL_OF_IT: dict[str, Any] = {
    "instances": None,
    "more_instances": None,
    "of": None,
    "went_on": None,
    "meanwhile": None,
    "taken_over_seconds": None,
}
"""What a report of a whole service says instead."""
