"""Which consumer groups nobody can answer for now, because the broker that keeps them is away.

A group's offsets and members are kept in one partition of Kafka's own topic, and whoever leads it
answers for the group. Without a leader the group is missing in every list, as if it were gone, and
a question about it waits out its whole time. Pure.
"""

from __future__ import annotations

from dataclasses import dataclass

OFFSETS_TOPIC = "__consumer_offsets"
AWAY = "the broker that keeps the group is away"


@dataclass(frozen=True, slots=True)
class Coordinators:
    """The partitions of the topic that keeps groups, as one look at the cluster found them."""

    partitions: int = 0
    """0: the topic is not there yet, or this user may not see it; then nothing is known to be
    away."""
    leaderless: frozenset[int] = frozenset()

    def is_away(self, group: str) -> bool:
        """Whether nobody answers for this group now."""
        return bool(self.leaderless) and partition_of(group, self.partitions) in self.leaderless


NONE_AWAY = Coordinators()


def partition_of(group: str, partitions: int) -> int:
    """The partition that keeps a group, as Kafka chooses it: `Utils.abs(groupId.hashCode()) %
    numPartitions` in its GroupCoordinatorService.partitionFor, with the hash of Java's String.

    `Utils.abs` is the magnitude of the signed number, not the number without its sign bit."""
    code = 0
    units = group.encode("utf-16-be", "surrogatepass")
    for high, low in zip(units[::2], units[1::2], strict=True):
        code = (31 * code + (high << 8 | low)) & 0xFFFFFFFF
    signed = code - 2**32 if code >= 2**31 else code
    # The least number has no counterpart above zero in Java's int.
    return 0 if signed == -(2**31) else abs(signed) % partitions
