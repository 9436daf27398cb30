"""Writes that the cluster acknowledged, held against the log: one past its end is lost.

Only where it was acknowledged by this log: a service goes on reporting the last offset that it
wrote of a topic that was made anew since, and a status does not say which topic that was.
"""

from __future__ import annotations

from collections.abc import Iterable

from dashboard.picture.observations import Partition, StatusSeen, SurveySeen

MAX_ACKED = 10_000
"""Pairs of a service and a partition that are followed."""


class _Acked:
    __slots__ = ("at", "booked", "missing", "of_this_log", "offset")

    def __init__(self, offset: int, at: int, *, of_this_log: bool = False) -> None:
        self.offset = offset
        """The last one acknowledged."""
        self.at = at
        self.missing = 0
        """How many the newest survey did not find."""
        self.booked = 0
        """Lost for good: the log went on past where they had been."""
        self.of_this_log: bool | None = of_this_log or None
        """None: no survey has judged it yet. False: it was past the end when it was first heard
        of, so that it may have been written before the topic was made anew, or be lost."""

    def judge(self, end: int) -> None:
        missing = max(0, self.offset + 1 - end)
        if missing == 0:
            self.booked += self.missing
        self.of_this_log = self.of_this_log is True or missing == 0
        self.missing = missing if self.of_this_log else 0


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
            renewed = self._of_old_topic.pop(old, None) is not None
            known = self._acked.get(status.service, {}).get(partition)
            if known is None:
                acked = _Acked(offset, status.at, of_this_log=renewed)
                self._follow(status.service, partition, acked)
                grew = True
            elif known.of_this_log is False and offset != known.offset:
                # Written since we know of the topic, and so to this one.
                fresh = _Acked(offset, status.at, of_this_log=True)
                self._acked[status.service][partition] = fresh
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
                acked.judge(end)

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
        """Acknowledged events that the log does not have; None where it reports no writes that are
        known to be of the logs that are there."""
        known = [
            one for one in self._acked.get(service, {}).values() if one.of_this_log is not False
        ]
        return sum(one.missing + one.booked for one in known) if known else None
