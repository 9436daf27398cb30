"""What of the flow is not shown: the reader knows what it samples, the queue what it dropped."""

from __future__ import annotations

from dataclasses import replace

from dashboard.picture.observations import Observation, SamplingSeen


class PassedOver:
    """Puts both numbers together for the picture. Used by the picture's loop alone."""

    def __init__(self) -> None:
        self._sampling = SamplingSeen(0, frozenset(), dropped=0)
        self._told = 0
        self._before = 0
        """Dropped for a picture that was there before this one."""

    def begin_anew(self, dropped: int) -> None:
        """For another picture; `dropped` is what the queue has dropped until now."""
        self._sampling = SamplingSeen(0, frozenset(), dropped=0)
        self._before = self._told = dropped

    def counted(self, observation: Observation, dropped: int) -> Observation:
        """What the reader tells, with what the queue dropped; anything else as it is."""
        if not isinstance(observation, SamplingSeen):
            return observation
        self._sampling = observation
        return replace(observation, dropped=observation.dropped + dropped - self._before)

    def news(self, dropped: int, now: int) -> SamplingSeen | None:
        """What the picture is to be told; None while nothing more was dropped."""
        if dropped == self._told:
            return None
        self._told = dropped
        return replace(self._sampling, at=now, dropped=dropped - self._before)
