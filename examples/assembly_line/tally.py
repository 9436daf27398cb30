"""Counts of parts that can be told as they were a while ago too: to be compared with another's."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Collection
from dataclasses import dataclass, field

MOST_RECENT = 50_000
"""Parts of each partition that can be counted back; who is further behind is not compared."""


@dataclass(slots=True)
class Share:
    """What was counted of one partition."""

    first: int
    """The offset that counting began with: above 0, where the log no longer has what was before."""
    first_at: int | None
    """When that part was scanned, Unix ms."""
    to: int
    """The last offset that is in the counts."""
    counts: Counter[str] = field(default_factory=Counter)
    recent: deque[tuple[int, str]] = field(default_factory=lambda: deque(maxlen=MOST_RECENT))


class Tally:
    """Parts by kind, partition by partition."""

    def __init__(self) -> None:
        self.shares: dict[int, Share] = {}

    def add(self, partition: int, offset: int, kind: str, at: int | None) -> bool:
        """Counts one part, scanned at `at` (Unix ms). False: it is in the counts already."""
        share = self.shares.get(partition)
        if share is None:
            share = self.shares[partition] = Share(offset, at, -1)
        if offset <= share.to:
            return False
        share.to = offset
        share.counts[kind] += 1
        share.recent.append((offset, kind))
        return True

    def counts(self, partitions: Collection[int]) -> Counter[str]:
        """All parts of these partitions, by kind."""
        shares = [share for number, share in self.shares.items() if number in partitions]
        return sum((share.counts for share in shares), Counter())

    def at(self, partition: int, offset: int) -> Counter[str] | None:
        """The counts of one partition as they were when it was counted to this offset. None: it is
        not counted so far yet, or that is too long ago.
        """
        share = self.shares.get(partition)
        if share is None or share.to < offset:
            return None
        oldest = share.recent[0][0] if len(share.recent) == MOST_RECENT else share.first
        if offset < oldest - 1:
            return None
        then = share.counts.copy()
        for at, kind in reversed(share.recent):
            if at <= offset:
                break
            then[kind] -= 1
        return +then

    def begins_at(self) -> int | None:
        """When the first part was scanned that the log still had, Unix ms, which is where a log
        begins that was cut; None: it was not, and the very first one is counted."""
        cut = any(share.first > 0 for share in self.shares.values())
        begins = [one.first_at for one in self.shares.values() if one.first_at is not None]
        return min(begins, default=0) if cut else None
