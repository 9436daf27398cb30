"""Reader and surveyor, at work on one cluster; started again when they fail."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from dashboard.cluster.connection import Connection
from dashboard.picture.observations import Observation, WorkerSeen
from dashboard.tap.reader import Reader
from dashboard.tap.surveyor_apart import SurveyorApart
from dashboard.tap.topic_filter import TopicFilter
from dashboard.worker import Worker

STOP_SECONDS = 5.0
"""How long a thread may take to end; Kafka's client needs up to its request timeout."""


class Lookouts:
    """`observe` is called with all that they see, in their threads."""

    def __init__(self, observe: Callable[[Observation], None]) -> None:
        self._observe = observe
        self._workers: dict[str, Worker] = {}
        self.surveyor: SurveyorApart | None = None
        self.connection: Connection | None = None
        """The cluster that is looked at; None until there is one."""

    def look_at(self, connection: Connection, topics: TopicFilter) -> None:
        """Those that looked before are ended."""
        self.look_away()

        def surveyor(tell: Callable[[Observation], None]) -> SurveyorApart:
            self.surveyor = SurveyorApart(connection, tell, topics=topics)
            return self.surveyor

        self.connection = connection
        self._workers = {
            "reader": Worker(
                "reader", lambda tell: Reader(connection, tell, topics=topics), self._observe
            ),
            "surveyor": Worker("surveyor", surveyor, self._observe),
        }
        for worker in self._workers.values():
            worker.start()

    def look_away(self) -> None:
        """End both: before Kafka is stopped, for they would wait for its answers."""
        for worker in self._workers.values():
            worker.stop()
        for worker in self._workers.values():
            worker.join(STOP_SECONDS)

    def look_after(self) -> Iterable[WorkerSeen]:
        """Which of them hang, or move again, as far as that is news."""
        found = [worker.look_after() for worker in self._workers.values()]
        return [seen for seen in found if seen is not None]

    @property
    def crashes(self) -> int:
        """Processes of the surveyor that ended unasked."""
        return 0 if self.surveyor is None else self.surveyor.crashes
