"""More of everything than a picture keeps: topics, groups, services, writers, callers, wishes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from dashboard.picture import acked, calls, groups, services, topics, view, writers
from dashboard.picture import observations as seen
from tests.picture.sights import event, group, status, survey, wish

SOME = 20
"""So many more than there is room for."""
GROUP_READS = 1 + view.MAX_READ_EDGES // groups.MAX_GROUPS
SERVICE_ACKS = 1 + acked.MAX_ACKED // services.MAX_SERVICES
CALLEES = 3
BATCH = 500


class Crowd:
    """`name`: every name in it is of this crowd alone."""

    def __init__(self, at: int, name: int) -> None:
        self.at = at
        self.name = name
        self.topics = [f"topic-{name}-{n:05}" for n in range(topics.MAX_TOPICS + SOME)]
        self.services = [f"service-{name}-{n}" for n in range(services.MAX_SERVICES + SOME)]

    def comes(self, beside: Mapping[str, seen.TopicFacts]) -> Iterator[seen.Observation]:
        facts = {name: seen.TopicFacts(f"id-{name}", 1) for name in self.topics}
        yield seen.TopicsSeen(self.at, facts | dict(beside))
        yield from self._events()
        yield from self._statuses()
        yield from self._instances()
        for n in range(services.MAX_WISHES + SOME):
            yield wish(self.at, service=f"wished-{self.name}-{n}", id=f"w{n}")
        yield self._survey()

    def _events(self) -> Iterator[seen.Observation]:
        """From as many sources as are told apart, to more topics than edges are drawn; then from
        more sources; and of topics that nobody has named."""
        drawn = writers.MAX_WRITE_EDGES + SOME
        sources = [f"source-{self.name}-{n % writers.MAX_SOURCES}" for n in range(drawn)]
        more = writers.MAX_MORE_SOURCES + SOME
        sources += [f"more-{self.name}-{n}" for n in range(more)]
        where = [self.topics[n % topics.MAX_TOPICS] for n in range(len(sources))]
        early = [f"early-{self.name}-{n}" for n in range(topics.MAX_EARLY + SOME)]
        pairs = [*zip(sources, where, strict=True), *((sources[0], name) for name in early)]
        for first in range(0, len(pairs), BATCH):
            batch = (
                event(topic, n, source=source, seen_at=self.at, event_at=self.at)
                for n, (source, topic) in enumerate(pairs[first : first + BATCH], first)
            )
            yield seen.EventsSeen(self.at, tuple(batch))

    def _statuses(self) -> Iterator[seen.Observation]:
        called = seen.CallsSeen(1, 0, 0, 0, None, None)
        for n, name in enumerate(self.services):
            places = [(self.topics[(n + k) % topics.MAX_TOPICS], 0) for k in range(SERVICE_ACKS)]
            callees = (f"called-{self.name}-{n}-{k}" for k in range(CALLEES))
            yield status(
                self.at,
                name,
                acked=dict.fromkeys(places, 1),
                calls=dict.fromkeys(callees, called),
            )

    def _instances(self) -> Iterator[seen.Observation]:
        """One service of more instances and processes than are told apart, which reads more topics
        than belong to one."""
        many = tuple(self.topics[: services.MAX_TOPICS_OF_ONE + SOME])
        called = {f"called-{self.name}-0-0": seen.CallsSeen(2, 0, 0, 0, None, None)}
        for n in range(max(services.MAX_INSTANCES, calls.MAX_PROCESSES) + SOME):
            yield status(
                self.at,
                self.services[0],
                instance=f"instance-{n}",
                pid=n,
                groups=(seen.StatusGroup(f"of-{self.name}", f"m{n}", many),),
                writes=many,
                calls=called,
            )

    def _survey(self) -> seen.SurveySeen:
        found = []
        for n in range(groups.MAX_GROUPS + SOME):
            reads = (self.topics[(n + k) % topics.MAX_TOPICS] for k in range(GROUP_READS))
            found.append(group(f"group-{self.name}-{n:05}", {(topic, 0): 1 for topic in reads}))
        return survey(self.at, *found, ends={(topic, 0): 2 for topic in self.topics})
