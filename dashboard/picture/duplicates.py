"""Caused events that were written twice: counted by their ids, in a bounded set.

A caused event carries `uuid5(service, cause, ordinal)`, so a repeat has the id of the first. One
that comes again in the same pass of its service is a duplicate, as after a crash; one that comes
again in a later pass was read again because somebody wanted it, and is replayed. While a topic is
sampled most of its events are not seen, and nothing can be said; afterwards the count is of what
was written since.

An event does not say from which partition its cause came. So a pass is one of the service, and
begins with each rewind of any of its partitions; while others still have in hand what they had
then, a crash there cannot be told from it, and duplicates are "at least".
"""

from __future__ import annotations

import sys
from collections import deque
from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

from dashboard.picture.observations import Commit, Event, GroupFacts, Partition

MAX_REMEMBERED = 100_000
"""Sightings remembered; a repeat of an older one goes unnoticed."""
MAX_SERVICES = 1_000
"""As many as there can be in the picture."""
LATE_SECONDS = 1.0
"""An event of the pass before may be seen so long after a survey has found the new one."""


class Twice(NamedTuple):
    """How often a service wrote what it had written before."""

    now: int
    """Duplicates in this pass."""
    ever: int
    """Duplicates in all passes that were watched."""
    replayed: int
    """After rewinds, of what was seen before them."""
    doubted: bool = False
    """Some of what is replayed may be duplicates, of partitions that were not rewound."""
    at_least: bool = False
    """Some of `now` came before `since_at`, when there were more."""
    since_at: int | None = None
    """Since when all that it wrote was seen, where sampling hid a part of this pass."""


_Place = tuple[str, Partition]
"""A group and a partition that it reads."""


class _Standing(NamedTuple):
    """How far one group is in one partition."""

    number: int
    """Of its pass."""
    commit: Commit | None
    end: int | None

    def handled(self, end: int | None) -> bool:
        """Whether all up to this end is committed, so that no crash has it written again."""
        return self.commit is not None and end is not None and self.commit.offset >= end


class _Writer:
    """One service: its pass, and what it wrote twice."""

    __slots__ = (
        "back",
        "before",
        "began_at",
        "doubted",
        "earlier",
        "now",
        "number",
        "others",
        "passes",
        "replayed",
        "settled",
        "sure_from",
        "unsure",
    )

    def __init__(self) -> None:
        self.number: int | None = None
        """Its pass, counted here from 1; None: no survey has found it yet."""
        self.began_at: int | None = None
        """When a survey first found it; None: it was there when the watch began."""
        self.before: int | None = None
        """The pass before."""
        self.now = self.settled = self.earlier = self.replayed = 0
        """Duplicates: in this pass; of these, when a survey last found it; in earlier ones."""
        self.unsure = 0
        """Of those in this pass, they came before sampling last hid a part."""
        self.passes: dict[_Place, int] = {}
        """Of each of its partitions, as the ledger there has it."""
        self.back: set[_Place] = set()
        """Those that are read again in this pass."""
        self.others: dict[_Place, int | None] = {}
        """Those that are not, and had something in hand when it began, up to where: a crash has
        that written again, and nothing tells it from what is read again."""
        self.sure_from: int | None = None
        """Since when `others` is known to the event."""
        self.doubted = False
        """Something came again while there were others."""

    def is_fresh(self, at: int) -> bool:
        """Whether a partition that is read again from now on is so by the same rewind."""
        return self.began_at is not None and at - self.began_at < LATE_SECONDS * 1000

    def begin(self, at: int) -> None:
        # What came twice since the survey before: by then it was reading again.
        self.replayed += self.now - self.settled
        self.earlier += self.settled
        self.doubted = self.now > self.settled
        self.now, self.unsure, self.before, self.began_at = 0, 0, self.number, at
        self.number = 1 + (self.number or 0)
        self.back, self.sure_from = set(), None

    def look_at_others(
        self, found: Mapping[_Place, _Standing], at: int, unanswered: Collection[str]
    ) -> None:
        """Which partitions that are not read again still have in hand what was in hand then."""
        if self.began_at is None:
            return
        others = {one: standing for one, standing in found.items() if one not in self.back}
        if self.sure_from is None:
            self.others = {
                one: standing.end
                for one, standing in others.items()
                if not standing.handled(standing.end)
            }
            # An event of the pass before may be seen late.
            self.sure_from = None if self.is_fresh(at) else at
        else:
            self.others = {
                one: end
                for one, end in self.others.items()
                if one[0] in unanswered or (one in others and not others[one].handled(end))
            }
        # All are read again: whatever came again is of that. Or none of it can be of a crash.
        if not (others or self.passes.keys() - found.keys()) or (
            not self.others and self.began_at == at
        ):
            self.doubted = False


class Duplicates:
    def __init__(self) -> None:
        self._passes: dict[int, int | None] = {}
        """Mark of an event -> the pass in which it was seen last."""
        # In the order in which they came. A dict knows that as well, but looks for its first entry
        # among all that were deleted before it: measured, up to 0.1 ms for each event.
        self._order: deque[int] = deque()
        self._further: dict[int, int] = {}
        """How often a mark stands in `_order` beside its first time."""
        self._writers: dict[str, _Writer] = {}
        self.hidden_until: int | None = None
        """Until when sampling hid events. None: it never did."""
        self.forgot = False
        """There were more than can be remembered."""

    def hide(self, until: int) -> None:
        """Sampling hides, or hid until now, a part of what is written."""
        self.hidden_until = until
        for writer in self._writers.values():
            writer.unsure = writer.now

    def take(self, event: Event) -> bool:
        """Whether this event is a repeat."""
        if event.cause is None or event.id is None or event.source is None:
            return False
        mark = hash((event.source, event.id))
        writer = self._writers.get(event.source)
        number = None if writer is None else writer.number
        known = mark in self._passes
        if known:
            writer = writer or self._writer(event.source)
            if not self._count(writer, self._passes[mark]):
                return True
            self._further[mark] = self._further.get(mark, 0) + 1
        elif writer is not None and _is_late(writer, event.seen_at):
            number = writer.before
        self._passes[mark] = number
        self._order.append(mark)
        if len(self._order) > MAX_REMEMBERED:
            self._forget_oldest()
        return known

    def _count(self, writer: _Writer | None, seen_in: int | None) -> bool:
        """Count a repeat of what was seen in a pass; whether it is of another pass than this."""
        if writer is None:
            return False
        # What was seen before any survey was of the pass that the first survey found.
        replayed = seen_in != writer.number and (seen_in is not None or writer.before is not None)
        if replayed:
            writer.replayed += 1
            writer.doubted = writer.doubted or bool(writer.others)
        else:
            writer.now += 1
        return replayed

    def _forget_oldest(self) -> None:
        mark, self.forgot = self._order.popleft(), True
        further = self._further.get(mark, 0)
        if not further:
            del self._passes[mark]
        elif further == 1:
            del self._further[mark]
        else:
            self._further[mark] = further - 1

    def survey(
        self,
        service: str,
        groups: Iterable[GroupFacts],
        ends: Mapping[Partition, int | None],
        at: int,
        unanswered: Collection[str] = (),
    ) -> None:
        """A survey found the groups of a service, and gave no answer for some: where one of their
        partitions is read again, a pass of the service begins, and its counters begin anew."""
        writer = self._writer(service)
        if writer is None:
            return
        found = {
            (facts.group, place): _Standing(
                entry.number, facts.committed.get(place), ends.get(place)
            )
            for facts in groups
            for place, entry in facts.ledger.items()
        }
        back = {
            one
            for one, standing in found.items()
            if standing.number > writer.passes.get(one, sys.maxsize)
        }
        if writer.number is None:
            writer.number = 1
        elif back and (not writer.is_fresh(at) or back & writer.back):
            writer.begin(at)
        writer.back |= back
        kept = {one: number for one, number in writer.passes.items() if one[0] in unanswered}
        writer.passes = kept | {one: standing.number for one, standing in found.items()}
        writer.look_at_others(found, at, unanswered)
        writer.settled = writer.now

    def _writer(self, service: str) -> _Writer | None:
        if service not in self._writers and len(self._writers) >= MAX_SERVICES:
            return None
        return self._writers.setdefault(service, _Writer())

    def forget(self, service: str) -> None:
        self._writers.pop(service, None)

    def of(self, service: str) -> Twice:
        writer = self._writers.get(service)
        hidden = self.hidden_until
        if writer is None:
            return Twice(0, 0, 0, since_at=hidden)
        seen = hidden is None or (writer.began_at is not None and writer.began_at > hidden)
        return Twice(
            writer.now,
            writer.earlier + writer.now,
            writer.replayed,
            doubted=writer.doubted,
            at_least=writer.unsure > 0,
            since_at=None if seen else hidden,
        )


def _is_late(writer: _Writer, seen_at: int) -> bool:
    """Whether an event that was never seen may be of the pass before: in the new one it would be
    read again first."""
    return writer.began_at is not None and seen_at - writer.began_at < LATE_SECONDS * 1000
