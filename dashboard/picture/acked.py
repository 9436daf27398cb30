"""Writes that the cluster acknowledged, held against the log: one past its end is lost."""

from __future__ import annotations

from collections.abc import Iterable

from dashboard.picture.observations import Partition, StatusSeen, SurveySeen

MAX_ACKED = 10_000
"""Pairs of a service and a partition that are followed."""


class _Acked:
    __slots__ = ("at", "booked", "missing", "offset")

    def __init__(self, offset: int, at: int) -> None:
        self.offset = offset
        """The last one acknowledged."""
        self.at = at
        self.missing = 0
        """How many the newest survey did not find."""
        self.booked = 0
        """Lost for good: the log went on past where they had been."""


class AckedWrites:
    def __init__(self) -> None:
        self._acked: dict[str, dict[Partition, _Acked]] = {}
        self._of_old_topic: dict[tuple[str, Partition], int] = {}
        """What was acknowledged by a topic of the same name that is no more."""
        self.lost_before = 0
        """Lost by the log of services that are forgotten: that they are gone makes it no less."""

    def take(self, status: StatusSeen) -> bool:
        """Whether a partition is followed that was not."""
        grew = False
        for partition, offset in status.acked.items():
            old = (status.service, partition)
            if offset >= self._of_old_topic.get(old, offset + 1):
                continue
            self._of_old_topic.pop(old, None)
            known = self._acked.get(status.service, {}).get(partition)
            if known is None:
                self._follow(status.service, partition, _Acked(offset, status.at))
                grew = True
            elif offset > known.offset:
                known.offset, known.at = offset, status.at
        return grew

    def _follow(self, service: str, partition: Partition, acked: _Acked) -> None:
        if sum(map(len, self._acked.values())) < MAX_ACKED:
            self._acked.setdefault(service, {})[partition] = acked

    def survey(self, seen: SurveySeen) -> None:
        """Check what was reported before the survey began; younger writes may not be in it yet."""
        began_at = seen.at - seen.took_seconds * 1000
        for partitions in self._acked.values():
            for partition, acked in partitions.items():
                end = seen.ends.get(partition)
                if end is None or acked.at > began_at:
                    continue
                missing = max(0, acked.offset + 1 - end)
                if missing == 0:
                    acked.booked += acked.missing
                acked.missing = missing

    def forget_topics(self, broken: Iterable[str]) -> None:
        names = set(broken)
        for service, partitions in self._acked.items():
            for partition in [partition for partition in partitions if partition[0] in names]:
                self._of_old_topic[service, partition] = partitions.pop(partition).offset
        while len(self._of_old_topic) > MAX_ACKED:
            del self._of_old_topic[next(iter(self._of_old_topic))]

    def forget_service(self, service: str) -> None:
        self.lost_before += self.lost(service) or 0
        self._acked.pop(service, None)

    def lost(self, service: str) -> int | None:
        """Acknowledged events that the log does not have; None where it reports no writes."""
        partitions = self._acked.get(service)
        if not partitions:
            return None
        return sum(acked.missing + acked.booked for acked in partitions.values())
