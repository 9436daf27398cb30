"""One consumer group as the survey shows it: what it has committed, and what that means."""

from __future__ import annotations

from collections.abc import Collection

from dashboard.picture.draining import Draining
from dashboard.picture.foresight import Foresight
from dashboard.picture.group_parts import by_topic, parts_of
from dashboard.picture.health import health
from dashboard.picture.ids import group_node, service_node
from dashboard.picture.lag import NOTHING_KNOWN, LagSum, PartitionLag, summed
from dashboard.picture.observations import GroupFacts, Partition
from dashboard.picture.passes import Passes
from dashboard.picture.progress import Progress
from dashboard.picture.rates import added, quantised
from dashboard.picture.retention import NOT_KNOWN, Outlook, soonest
from dashboard.picture.section import Entity
from dashboard.picture.text import clipped_or_none
from dashboard.picture.topics import Topics

NOT_FOUND = "no survey has found this group"
OTHER_KIND = "another kind of group, lag unknown"


class GroupWatch:
    def __init__(self, name: str) -> None:
        self.name = name
        self.facts: GroupFacts | None = None
        self.kit = False
        """Whether the kit's counters were ever found in its commits."""
        self.parts: tuple[PartitionLag, ...] = ()
        self.total: LagSum = NOTHING_KNOWN
        self.outlook: Outlook = NOT_KNOWN
        self._foresight = Foresight()
        self._lags: dict[str, LagSum] = {}
        self.progress: dict[str, Progress] = {}
        self.commit_at: int | None = None
        self.commit_at_least = True
        self.passes = Passes()
        self._draining = Draining()
        self._stood: dict[Partition, int] = {}
        """Where it stood before it stepped back, until it is there again."""
        self._stepped_back_at = 0
        self.surveyed_at: int | None = None

    def missing(self) -> None:
        """The survey did not find it; what was counted is kept, for it may come back."""
        self.facts, self.parts, self.total, self._lags = None, (), NOTHING_KNOWN, {}
        self.outlook, self._foresight = NOT_KNOWN, Foresight()
        self._draining = Draining()
        self._stood.clear()

    def forget_topics(self, broken: Collection[str]) -> None:
        """Topics gone or made anew: their old offsets mean nothing now."""
        for topic in self.progress.keys() & set(broken):
            self.progress[topic].committed.clear()
            self.progress[topic].doubtful.clear()
        self._forget_places(broken)

    def _forget_places(self, topics: Collection[str]) -> None:
        self.passes.forget_topics(topics)
        self._stood = {place: to for place, to in self._stood.items() if place[0] not in topics}

    def survey(self, at: int, facts: GroupFacts, topics: Topics, reads: frozenset[str]) -> None:
        self.facts = facts
        self.kit = self.kit or bool(facts.ledger)
        if not facts.committed_known:
            # No answer is not "no commit": what it was seen to read stands, with its lag unknown.
            reads = reads | self.progress.keys()
        self.parts = self._foresight.told(at, parts_of(facts, topics, reads), topics)
        self.total = summed(self.parts)
        self.outlook = soonest(part.outlook for part in self.parts)
        moved = False
        gone = set(self.progress) - {part.topic for part in self.parts}
        for topic in gone:
            del self.progress[topic]
        if gone:
            self._forget_places(gone)
        self.passes.survey(facts.ledger, facts.committed)
        grouped = by_topic(self.parts)
        self._lags = {topic: summed(parts) for topic, parts in grouped.items()}
        for topic, parts in grouped.items():
            moved = self._advance(at, topic, parts) or moved
        self._draining.take(at, self.total.lag)
        if moved:
            self.commit_at, self.commit_at_least = at, False
        elif self.commit_at is None and any(p.offsets.committed is not None for p in self.parts):
            self.commit_at = at
        if facts.committed_known:
            self.surveyed_at = at

    @property
    def answers(self) -> bool:
        """Whether the newest survey learned what it committed."""
        return self.facts is not None and self.facts.committed_known

    def _advance(self, at: int, topic: str, parts: list[PartitionLag]) -> bool:
        progress = self.progress.setdefault(topic, Progress())
        passed, moved = 0, False
        for part in parts:
            now = part.offsets.committed
            before = progress.committed.get(part.partition)
            if now is None or _is_of_another_log(part):
                progress.doubt(part)
                continue
            if before is None:
                before = self._began(part, progress)
            if now != before:
                moved = True
            self._step(at, part, before, now)
            passed += max(0, now - before)
            progress.committed[part.partition] = now
            progress.doubtful.discard(part.partition)
        if not self.answers:
            return False
        progress.passed.add(at, passed)
        progress.surveyed = True
        if passed and self.surveyed_at is not None:
            progress.over_seconds = round((at - self.surveyed_at) / 1000, 3)
        return moved

    def _step(self, at: int, part: PartitionLag, before: int, now: int) -> None:
        place = (part.topic, part.partition)
        if now < before:
            self._stood[place] = max(before, self._stood.get(place, before))
            self._stepped_back_at = at
            self._draining = Draining()  # that the lag has leapt says nothing of how it goes on
        elif now >= self._stood.get(place, now):
            self._stood.pop(place, None)

    def _rewound_for_seconds(self) -> float | None:
        if not self._stood or self.surveyed_at is None:
            return None
        return (self.surveyed_at - self._stepped_back_at) / 1000

    def _began(self, part: PartitionLag, progress: Progress) -> int:
        """Where the first commit that we see began: before it we counted nothing.

        Only where an earlier survey found no commit, and the reader's own ledger says from where
        it read, is it known what this first commit passed.
        """
        assert part.offsets.committed is not None
        assert self.facts is not None
        ledger = self.facts.ledger.get((part.topic, part.partition))
        known = progress.surveyed and part.partition not in progress.doubtful
        if known and ledger is not None:
            return min(ledger.base, part.offsets.committed)
        return part.offsets.committed

    def lag_on(self, topic: str) -> LagSum:
        return self._lags.get(topic, NOTHING_KNOWN)

    def passed_total(self) -> int:
        return sum(progress.passed.total for progress in self.progress.values())

    def rate(self) -> float | None:
        if not self.answers:
            return None
        return added([progress.passed.rate() for progress in self.progress.values()])

    def entity(
        self, topics: Topics, service: str | None, colour: int, *, reading: bool = True
    ) -> Entity:
        """`reading`: as far as its service is known, at least one instance reads. Else nobody
        knows when its backlog is gone, however that went until now."""
        facts, total = self.facts, self.total
        state = facts.state if facts else "unknown"
        handled = self.rate()
        arriving = added([topics.rate(topic) for topic in self.progress])
        how, seconds = self._draining.told(arriving)
        # Not by its members: who assigns partitions to itself commits without being one.
        if how != "caught up" and not reading:
            how, seconds = None, None
        return {
            "name": self.name,
            "service": service,
            "owner": owner_node(self.name, service),
            "state": state,
            "members": len(facts.members) if facts and facts.members is not None else None,
            "protocol": facts.protocol if facts else None,
            "colour": colour,
            "lag": total.lag,
            "at_least": total.at_least,
            "unknown_partitions": total.unknown,
            "lost": total.lost,
            **self.outlook.wire(),
            "rate": quantised(handled),
            "drain_seconds": seconds,
            "drain": how,
            "lag_seconds": None,
            "health": health(
                state=state,
                lag=total.lag,
                handled=handled,
                arriving=arriving,
                shrinks=self._draining.shrinks,
                rewound_for_seconds=self._rewound_for_seconds(),
                unread=any(part.lag is None and part.may_wait for part in self.parts),
            ),
            "commit_at": self.commit_at,
            "commit_at_least": self.commit_at_least,
            "why": self._why(),
            "passes": max((entry.number for entry in facts.ledger.values()), default=None)
            if facts
            else None,
        }

    def _why(self) -> str | None:
        if self.facts is None:
            return NOT_FOUND
        if self.facts.state == "another kind":
            return OTHER_KIND
        return clipped_or_none(self.facts.why) or self.total.why


def owner_node(group: str, service: str | None) -> str:
    """The node that is drawn for a group: its service, where one has named it."""
    return group_node(group) if service is None else service_node(service)


def _is_of_another_log(part: PartitionLag) -> bool:
    """A commit past the end: left over from a topic of the same name, it has passed nothing here.

    Commits are read before log ends, so one that is right is never past the end.
    """
    committed, end = part.offsets.committed, part.offsets.end
    return committed is not None and end is not None and committed > end
