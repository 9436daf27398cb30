"""Writes that the cluster acknowledged, held against the log: one past its end is lost."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from dashboard.picture.observations import Partition, StatusSeen, SurveySeen

MAX_ACKED = 10_000
"""(service, partition) pairs followed."""


class _Key(NamedTuple):
    service: str
    partition: Partition


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
        self._acked: dict[_Key, _Acked] = {}
        self._of_old_topic: dict[_Key, int] = {}
        """What was acknowledged by a topic of the same name that is no more."""

    def take(self, status: StatusSeen) -> None:
        for partition, offset in status.acked.items():
            key = _Key(status.service, partition)
            if offset >= self._of_old_topic.get(key, offset + 1):
                continue
            self._of_old_topic.pop(key, None)
            known = self._acked.get(key)
            if known is None:
                if len(self._acked) < MAX_ACKED:
                    self._acked[key] = _Acked(offset, status.at)
            elif offset > known.offset:
                known.offset, known.at = offset, status.at

    def survey(self, seen: SurveySeen) -> None:
        """Check what was reported before the survey began; younger writes may not be in it yet."""
        began_at = seen.at - seen.took_seconds * 1000
        for key, acked in self._acked.items():
            end = seen.ends.get(key.partition)
            if end is None or acked.at > began_at:
                continue
            missing = max(0, acked.offset + 1 - end)
            if missing == 0:
                acked.booked += acked.missing
            acked.missing = missing

    def forget_topics(self, broken: Iterable[str]) -> None:
        names = set(broken)
        for key in [key for key in self._acked if key.partition[0] in names]:
            self._of_old_topic[key] = self._acked.pop(key).offset
        while len(self._of_old_topic) > MAX_ACKED:
            del self._of_old_topic[next(iter(self._of_old_topic))]

    def forget_service(self, service: str) -> None:
        for key in [key for key in self._acked if key.service == service]:
            del self._acked[key]

    def lost(self, service: str) -> int:
        return sum(
            acked.missing + acked.booked
            for key, acked in self._acked.items()
            if key.service == service
        )
