"""What the page says of the cluster and of our own watchers, and whether we can hear at all."""

from __future__ import annotations

from typing import Any

from dashboard.picture.observations import (
    BrokerSeen,
    ClusterSeen,
    StartingOverSeen,
    SurveySeen,
    WorkerSeen,
)
from dashboard.picture.section import Entity
from dashboard.picture.text import clipped, clipped_or_none

AS_OF_STEP_SECONDS = 10.0
"""In quiet the age of the picture moves in steps, so that an idle cluster costs no frames."""
DOUBT_SECONDS = 15.0
"""How long it may take to notice that the cluster is away: a rest between two surveys, and then
the questions that are not answered."""


BROKER_GONE = frozenset(("restarting", "stopped", "failed"))
"""While the demonstration's own Kafka is like that, nobody is there to be reported to."""
LATE_SECONDS = 20.0
LATE_INTERVALS = 5.0
"""So late, in seconds or in times of what one takes with its rest, no survey is to be expected any
more: whoever makes them hangs, and what is shown is of then."""
LATE = "For more than {seconds:.0f} s it has told nothing."
SETTLES_WITHIN_SECONDS = 15.0
"""Its own Kafka that serves and has not been read for so long is as unreachable as any other."""
OLD_SECONDS = 3.0
OLD_INTERVALS = 2.5
"""A survey is old after so many seconds, or so many times the time between two if that is more."""


class Cluster:
    def __init__(self, started_at: int) -> None:
        self._seen: ClusterSeen | None = None
        self._reachable: bool | None = None
        self._reason: str | None = None
        self._broker: dict[str, Any] | None = None
        self._workers: dict[str, dict[str, Any]] = {
            name: {"ok": False, "reason": "not started yet"} for name in ("reader", "surveyor")
        }
        self._reader_failed = False
        self._late: str | None = None
        self._told_at: int | None = None
        """When the surveyor told something last, or was said to work."""
        self.starting_over = False
        self._start_over_failed: str | None = None
        self._surveyed: SurveySeen | None = None
        self._shown_survey: SurveySeen | None = None
        self.hearing_since_at = started_at
        """Since when reports of services can reach us."""
        self.heard_at: int | None = None
        """The last moment at which they could, while they cannot."""
        self._answered_at: int | None = None
        self._settling_since_at: int | None = None
        """Since when its own Kafka serves again, while nothing of it has been read yet."""

    @property
    def hearing(self) -> bool:
        gone = self.broker in BROKER_GONE
        return self._reachable is not False and not self._reader_failed and not gone

    @property
    def reachable(self) -> bool | None:
        return self._reachable

    @property
    def broker(self) -> str | None:
        """The phase of the demonstration's own Kafka; None where it has none."""
        return None if self._broker is None else str(self._broker["phase"])

    @property
    def broker_at(self) -> int | None:
        """Since when its own Kafka is in that phase."""
        return None if self._broker is None else int(self._broker["at"])

    @property
    def away(self) -> bool:
        """The brokers cannot be asked: they are being started again, or do not answer."""
        return self._reachable is False or self.broker == "restarting"

    def answered(self, at: int) -> None:
        """Something came from the cluster."""
        self._answered_at = max(at, self._answered_at or at)

    def heard_until(self, now: int) -> int:
        """Up to when the silence of a service is its own: after the cluster's last sign of life it
        may be the cluster that is silent, until that is known or DOUBT_SECONDS are over.
        """
        if self._answered_at is None:
            return now
        return min(now, max(self._answered_at, now - int(DOUBT_SECONDS * 1000)))

    def take_cluster(self, seen: ClusterSeen) -> None:
        self._seen = seen
        self._surveyor_told(seen.at)
        if seen.reachable:
            self.answered(seen.at)
        self._set_hearing(seen.at, reachable=seen.reachable, reader_failed=self._reader_failed)
        self._reason = seen.reason

    def take_survey(self, seen: SurveySeen) -> None:
        """A survey that found a log end is proof that the cluster answers."""
        self._surveyed = seen
        self._surveyor_told(seen.at)
        if all(end is None for end in seen.ends.values()):
            return
        self.answered(seen.at)
        self._settling_since_at = None
        if self._reachable is not True:
            self._set_hearing(seen.at, reachable=True, reader_failed=self._reader_failed)
            self._reason = None

    def take_worker(self, seen: WorkerSeen) -> None:
        self._workers[seen.worker] = {"ok": seen.ok, "reason": clipped_or_none(seen.reason)}
        if seen.worker == "surveyor" and seen.ok:
            self._surveyor_told(seen.at)
        if seen.worker == "reader":
            self._set_hearing(seen.at, reachable=self._reachable, reader_failed=not seen.ok)

    def take_broker(self, seen: BrokerSeen) -> None:
        """Its guard knows at once that it is gone; a survey finds out after seconds."""
        before = self.hearing
        if seen.phase != "running":
            self._settling_since_at = None
        elif self.broker != "running":
            self._settling_since_at = seen.at
        self._broker = {
            "phase": seen.phase,
            "restarts": seen.restarts,
            "reason": clipped_or_none(seen.reason),
            "at": seen.at,
        }
        self._heard_or_not(seen.at, before)

    def take_starting_over(self, seen: StartingOverSeen) -> None:
        self.starting_over = seen.running
        self._start_over_failed = seen.failed

    def runs_again(self) -> None:
        """A service was started: whatever kept all from being started over, it goes on."""
        self._start_over_failed = None

    def _set_hearing(self, at: int, *, reachable: bool | None, reader_failed: bool) -> None:
        before = self.hearing
        self._reachable, self._reader_failed = reachable, reader_failed
        self._heard_or_not(at, before)

    def _heard_or_not(self, at: int, before: bool) -> None:
        """Note since when reports can reach us, or until when they could."""
        if self.hearing and not before:
            self.hearing_since_at, self.heard_at = at, None
        elif before and not self.hearing:
            self.heard_at = at if self._surveyed is None else self._surveyed.at
            self._shown_survey = self._surveyed

    def current(self, now: int) -> bool:
        """Whether the offsets of the newest survey are those of now, not of a while ago."""
        newest = self._surveyed
        if newest is None or self._reachable is not True or self.away:
            return False
        allowed = max(OLD_SECONDS, OLD_INTERVALS * newest.every_seconds)
        return now - newest.at <= allowed * 1000

    @property
    def late(self) -> str | None:
        """Since when the surveyor has told nothing, where it hangs."""
        return self._late

    def _surveyor_told(self, at: int) -> None:
        self._told_at, self._late = at, None

    def tick(self, now: int) -> None:
        """Whether it is so long since the surveyor told anything that it hangs. Whoever starts over
        has put it away; and it tells that the cluster is away as it tells all else."""
        settles = self._settling_since_at
        if settles is not None and now - settles >= SETTLES_WITHIN_SECONDS * 1000:
            self._settling_since_at = None
        if self.starting_over:
            self._told_at = None if self._told_at is None else now
        if self._told_at is None or self._late:
            return
        newest = self._surveyed
        takes = newest.took_seconds + newest.every_seconds if newest else 0.0
        allowed = max(LATE_SECONDS, LATE_INTERVALS * takes)
        if now - self._told_at > allowed * 1000:
            self._late = LATE.format(seconds=allowed)
            self._shown_survey = newest

    def freshen(self, *, moved: bool) -> None:
        """Show the age of the newest survey: with every one that moved something, else in steps."""
        newest, shown = self._surveyed, self._shown_survey
        if newest is None or newest is shown:
            return
        if moved or shown is None or newest.at - shown.at >= AS_OF_STEP_SECONDS * 1000:
            self._shown_survey = newest

    def wire(self) -> Entity:
        """The part of the `cluster` entity that is known here."""
        seen, survey = self._seen, self._shown_survey
        return {
            "reachable": self._reachable,
            "bootstrap": clipped(seen.bootstrap) if seen else "",
            "brokers": seen.brokers if seen else None,
            "kafka": seen.kafka if seen else None,
            "as_of_at": survey.at if survey else None,
            "survey_seconds": round(survey.took_seconds, 3) if survey else None,
            "survey_every_seconds": round(survey.every_seconds, 3) if survey else None,
            "reason": clipped_or_none(self._reason),
            "broker": self._broker,
            "settling": self._settling_since_at is not None,
            "starting_over": self.starting_over,
            "start_over_failed": clipped_or_none(self._start_over_failed),
            "reader": self._workers["reader"],
            "surveyor": self._surveyor(),
            "supervisor": self._workers.get("supervisor"),
            "keeper": self._workers.get("keeper"),
            "broker_watch": self._workers.get("broker_watch"),
        }

    def _surveyor(self) -> dict[str, Any]:
        told = self._workers["surveyor"]
        return {"ok": False, "reason": self._late} if told["ok"] and self._late else told
