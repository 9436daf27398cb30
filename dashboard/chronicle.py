"""What of all that is observed belongs in the log: each change of importance, in one line.

What ends a trouble is told as loudly as the trouble, so that whoever read of one reads of the
other. The picture's loop hands everything in, so what is not of interest must cost nothing.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from dashboard.picture.observations import (
    BrokerSeen,
    ClusterSeen,
    Observation,
    ProcessSeen,
    SamplingSeen,
    WorkerSeen,
)
from dashboard.seldom import Seldom, times

KAFKA_WORDS = {
    "fetching": "is being fetched",
    "starting": "starts",
    "running": "runs",
    "stopped": "has stopped",
    "failed": "did not start",
}
PROCESS_WORDS = {
    "running": "runs",
    "restarting": "ended unasked and is started again",
    "failed": "has failed",
    "stopped": "has stopped",
    "crashed": "was killed",
    "frozen": "is frozen",
}
PROCESS_LEVELS = {"restarting": logging.WARNING, "failed": logging.ERROR}
"""Of the phases that nobody asked for; the others are INFO."""

MAX_REASONS = 5
"""Said of one outage; each once."""

logger = logging.getLogger(__name__)


class Chronicle:
    """Tells the log. One thread hands in, in the order in which it was seen."""

    def __init__(self) -> None:
        self._tellers: dict[type, Callable[[Any], None]] = {
            ClusterSeen: self._cluster,
            WorkerSeen: self._worker,
            BrokerSeen: self._broker,
            ProcessSeen: self._process,
            SamplingSeen: self._sampling,
        }
        self._reachable: bool | None = None
        self._why_away: set[str] = set()
        """What was said of this outage: a better reason may be known only later."""
        self._workers: dict[str, tuple[bool, str | None]] = {}
        self._hangs: str | None = None
        self._broker_phase: str | None = None
        self._processes: dict[str, str] = {}
        self._dropped = 0
        self._dropping = Seldom()

    def take(self, observation: Observation) -> None:
        tell = self._tellers.get(type(observation))
        if tell is not None:
            tell(observation)

    def surveyor_tells_nothing(self, reason: str | None) -> None:
        """Since when it hangs, as the picture finds by itself; None: it does not, or no more."""
        before, self._hangs = self._hangs, reason
        told = self._workers.get("surveyor")
        if reason is not None and told is not None and told[0]:
            self._worker(WorkerSeen(0, "surveyor", ok=False, reason=reason))
        elif reason is None and before is not None and told == (False, before):
            self._worker(WorkerSeen(0, "surveyor", ok=True))

    def _cluster(self, seen: ClusterSeen) -> None:
        before, self._reachable = self._reachable, seen.reachable
        if not seen.reachable:
            reason = seen.reason or "Kafka does not answer."
            if reason not in self._why_away and len(self._why_away) < MAX_REASONS:
                self._why_away.add(reason)
                logger.warning("%s It is asked again and again.", reason)
            return
        self._why_away.clear()
        if before is True:
            return
        if before is None:
            logger.info("Kafka answers at %s, brokers: %s.", seen.bootstrap, seen.brokers)
        else:
            logger.warning("Kafka at %s answers again.", seen.bootstrap)

    def _worker(self, seen: WorkerSeen) -> None:
        before, now = self._workers.get(seen.worker), (seen.ok, seen.reason)
        self._workers[seen.worker] = now
        if now == before:
            return
        name = seen.worker.replace("_", " ")
        if not seen.ok:
            logger.warning("The %s does not work. %s", name, seen.reason or "")
        elif before is None:
            logger.info("The %s runs.", name)
        elif not before[0]:
            logger.warning("The %s works again.", name)

    def _broker(self, seen: BrokerSeen) -> None:
        before, self._broker_phase = self._broker_phase, seen.phase
        if seen.phase == "restarting":
            logger.warning("%s", seen.reason or "Kafka is started again.")
        elif seen.phase == "running" and before == "restarting":
            logger.warning("Kafka runs again, after restarts: %d.", seen.restarts)
        elif seen.phase != before:
            reason = f": {seen.reason.rstrip('.')}" if seen.reason else ""
            logger.info("Kafka %s%s.", KAFKA_WORDS[seen.phase], reason)

    def _process(self, seen: ProcessSeen) -> None:
        before = self._processes.get(seen.instance)
        self._processes[seen.instance] = seen.phase
        if seen.phase in (before, "starting"):  # that it runs is told in a moment
            return
        if before is None and seen.phase == "stopped":  # it waits for somebody to ask for it
            return
        level = PROCESS_LEVELS.get(seen.phase, logging.INFO)
        if seen.phase == "running" and before in PROCESS_LEVELS:
            level = logging.WARNING
        pid = f" (process {seen.pid})" if seen.pid else ""
        reason = f": {seen.reason.rstrip('.')}" if seen.reason else ""
        what = PROCESS_WORDS[seen.phase]
        logger.log(level, "%s %s%s%s.", seen.instance, what, pid, reason)

    def _sampling(self, seen: SamplingSeen) -> None:
        more, self._dropped = seen.dropped - self._dropped, seen.dropped
        if more > 0 and (count := self._dropping.due()) is not None:
            logger.warning(
                "The queue was full and %d events are not shown; lag and ledger do not depend on "
                "them%s.",
                *(more, times(count)),
            )
