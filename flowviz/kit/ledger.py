"""The ledger entry of one consumer group and partition, kept in the metadata of its commits.

It moves atomically with the offset, so a crash can not separate the two. Pure: no Kafka, no clock.
Written down in docs/protocol.md, version 1.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, NamedTuple

VERSION = 1
USUAL_BYTES = 280
"""What an entry stays under, with counters up to a thousand million."""
MAX_BYTES = 4_096
"""Kafka's own default limit for metadata; more is not read."""
MAX_COUNTER = 2**63 - 1
MAX_ID_CHARACTERS = 36


class Was(NamedTuple):
    """The passes before this one."""

    to: int
    """The offset up to which the last of them had accounted for everything."""
    done: int
    """Events that were handled in all of them together."""


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """What became of the offsets in [base, committed): counters in events, gaps in offsets.

    `number` is the pass: 1 for the first reading, one more for each rewind. `rw` is the id of the
    last rewind that was done in this partition. `topic_id` says which topic of that name the
    offsets are of; None: not known. `was` is what the passes before came to; None: there was none
    of this topic, or it is not known.
    """

    base: int
    number: int = 1
    done: int = 0
    dead: int = 0
    skipped: int = 0
    gaps: int = 0
    lost: int = 0
    rw: str | None = None
    topic_id: str | None = None
    was: Was | None = None

    def unaccounted(self, committed: int) -> int:
        """Offsets in [base, committed) that no counter explains. Must be 0: the independent check.

        Negative when more was counted than there are offsets.
        """
        explained = self.done + self.dead + self.skipped + self.gaps + self.lost
        return committed - self.base - explained

    def encode(self) -> str:
        """The commit's metadata. `parse` reads it back to an equal entry."""
        whole: dict[str, Any] = {
            "v": VERSION,
            "pass": self.number,
            "base": self.base,
            "done": self.done,
            "dead": self.dead,
            "skipped": self.skipped,
            "gaps": self.gaps,
            "lost": self.lost,
            "rw": self.rw,
        }
        if self.topic_id is not None:
            whole["t"] = self.topic_id
        if self.was is not None:
            whole["was"] = list(self.was)
        return json.dumps(whole, separators=(",", ":"))


def parse(metadata: str | None) -> LedgerEntry | None:
    """The entry in a commit's metadata; None for whatever somebody else has put there."""
    if not metadata or len(metadata) > MAX_BYTES:
        return None
    try:
        whole = json.loads(metadata)
    except (ValueError, RecursionError):
        return None
    if not isinstance(whole, dict) or not _counter(whole.get("v")) or whole["v"] != VERSION:
        return None
    names = ("base", "pass", "done", "dead", "skipped", "gaps", "lost")
    counters: list[Any] = [whole.get(name) for name in names]
    rw, topic_id, was = whole.get("rw"), whole.get("t"), whole.get("was", [])
    if not all(_counter(counter) for counter in counters) or not (_id(rw) and _id(topic_id)):
        return None
    if not isinstance(was, list) or len(was) not in (0, 2) or not all(map(_counter, was)):
        return None
    base, number, done, dead, skipped, gaps, lost = counters
    before = Was(*was) if was else None
    return LedgerEntry(base, number, done, dead, skipped, gaps, lost, rw, topic_id, before)


def _counter(read: Any) -> bool:
    return isinstance(read, int) and not isinstance(read, bool) and 0 <= read <= MAX_COUNTER


def _id(read: Any) -> bool:
    return read is None or (isinstance(read, str) and 0 < len(read) <= MAX_ID_CHARACTERS)
