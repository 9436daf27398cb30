"""How far a group has come on one topic, counted by its commits."""

from __future__ import annotations

from dashboard.picture.lag import PartitionLag
from dashboard.picture.rates import Count


class Progress:
    """How far a group has come on one topic."""

    def __init__(self) -> None:
        self.passed = Count()
        """Events that its commits passed since the watch began; a rewind takes none back."""
        self.over_seconds = 0.0
        """Time between the two surveys that saw the newest of them passed."""
        self.committed: dict[int, int | None] = {}
        self.doubtful: set[int] = set()
        """Partitions whose commit could not be learned since the watch began."""
        self.surveyed = False

    def doubt(self, part: PartitionLag) -> None:
        """It has no commit here, or none could be learned: what it has passed may not be new."""
        if part.offsets.unasked is None:
            self.doubtful.discard(part.partition)
        elif part.partition not in self.committed:
            self.doubtful.add(part.partition)
