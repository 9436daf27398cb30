"""What retention will do to the partitions that one group reads."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from dashboard.picture.lag import PartitionLag
from dashboard.picture.observations import Partition
from dashboard.picture.retention import NOT_AT_THIS_RATE, CommitPace, Outlook
from dashboard.picture.topics import Topics


class Foresight:
    """How one group moves on the partitions of which retention was seen to remove something."""

    def __init__(self) -> None:
        self._paces: dict[Partition, CommitPace] = {}

    def told(
        self, at: int, parts: Iterable[PartitionLag], topics: Topics
    ) -> tuple[PartitionLag, ...]:
        """The same parts as one survey at `at` found them, each with its outlook."""
        before, self._paces = self._paces, {}
        found = []
        for part in parts:
            outlook = self._outlook(at, part, topics, before)
            found.append(part if outlook is None else replace(part, outlook=outlook))
        return tuple(found)

    def _outlook(
        self, at: int, part: PartitionLag, topics: Topics, before: dict[Partition, CommitPace]
    ) -> Outlook | None:
        watch = topics.get(part.topic)
        steps = None if watch is None else watch.removed.get(part.partition)
        committed = part.offsets.committed
        if steps is None or committed is None or part.lag is None:
            return None
        key = (part.topic, part.partition)
        pace = self._paces[key] = before.get(key) or CommitPace()
        outlook = steps.reaches(at, committed, pace.survey(at, committed))
        return NOT_AT_THIS_RATE if part.lag == 0 else outlook  # 0: nothing is unread
