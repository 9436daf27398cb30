"""The passes of one group: what it reads again, and its counters over all of them.

A rewind begins a new pass of the ledger, partition by partition, and the counters begin anew with
it. What is compared over some time must not: here they go on.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import NamedTuple

from dashboard.picture.observations import Commit, LedgerSeen, Partition


class Before(NamedTuple):
    """What is to be added to the counters of the pass that goes on now."""

    published: int = 0
    handled: int = 0
    lost: int = 0


NOTHING_BEFORE = Before()


class Passes:
    def __init__(self) -> None:
        self._entries: dict[Partition, LedgerSeen] = {}
        """As the newest survey that had one found it."""
        self._commits: dict[Partition, int] = {}
        self._before: dict[Partition, Before] = {}
        self.number: int | None = None
        """The newest pass in any of its partitions; None: no ledger was found yet."""
        self.began = 0
        """New passes that were seen to begin, each partition counted."""
        self.again = 0
        """Offsets that these read again."""
        self.back_to: dict[Partition, int] = {}
        """How far back they went."""

    def survey(
        self, ledger: Mapping[Partition, LedgerSeen], commits: Mapping[Partition, Commit]
    ) -> None:
        for place, entry in ledger.items():
            earlier = self._entries.get(place)
            if earlier is not None and entry.number > earlier.number:
                self._begin(place, earlier, entry)
            elif earlier is None and entry.was_done is not None:
                self._before[place] = Before(handled=entry.was_done)
            self._entries[place] = entry
            self._commits[place] = commits[place].offset if place in commits else entry.base
        self.number = max((entry.number for entry in self._entries.values()), default=None)

    def _begin(self, place: Partition, earlier: LedgerSeen, entry: LedgerSeen) -> None:
        before = self._before.get(place, NOTHING_BEFORE)
        # The reader itself knows to the event; else what the last survey saw is the best there is.
        ended = entry.was_to if entry.was_to is not None else self._commits[place]
        handled = entry.was_done if entry.was_done is not None else before.handled + earlier.done
        self._before[place] = Before(
            published=before.published + entry.base - earlier.base,
            handled=handled,
            lost=before.lost + earlier.lost + self._unaccounted(place, earlier),
        )
        self.began += 1
        self.back_to[place] = min(entry.base, self.back_to.get(place, entry.base))
        self.again += max(0, ended - entry.base)

    def _unaccounted(self, place: Partition, entry: LedgerSeen) -> int:
        counted = entry.done + entry.dead + entry.skipped + entry.gaps + entry.lost
        return self._commits[place] - entry.base - counted

    def before(self) -> Before:
        """Over all partitions."""
        return Before(*(sum(column) for column in zip(*self._before.values(), strict=True)))

    def forget_topics(self, broken: Collection[str]) -> None:
        """Topics gone or made anew: offsets of the old one say nothing of the new one."""
        for place in [place for place in self._entries if place[0] in broken]:
            del self._entries[place]
            del self._commits[place]
            self.back_to.pop(place, None)
            self._before.pop(place, None)
