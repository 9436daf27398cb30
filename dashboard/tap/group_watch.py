"""Consumer groups: listed and described now and then, put together with their newest commits."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from functools import lru_cache

from confluent_kafka.admin import AdminClient

from dashboard.cluster.coordinators import AWAY, NONE_AWAY, Coordinators
from dashboard.cluster.groups import ANOTHER_KIND, GroupDescription, GroupNames, describe, names
from dashboard.cluster.offsets import Commits, Committed
from dashboard.picture.observations import GroupFacts, LedgerSeen
from dashboard.seldom import Seldom
from dashboard.tap.clock import elapsing
from dashboard.tap.pace import Pace
from dashboard.tap.topic_filter import TopicFilter
from flowviz.kit import ledger

DESCRIBE_EVERY_SECONDS = 1.0
DESCRIBE_AT_MOST_SECONDS = 60.0
SHARE = 10
"""Describing costs twice what the commits cost, so it rests ten times as long as it took."""

SAY_AGAIN_SECONDS = 3600.0
"""Between two lines in the log about the same limit."""

MAX_METADATA = 10_000
"""Parsed entries kept: a commit that did not move need not be parsed again."""

log = logging.getLogger(__name__)
NOT_DESCRIBED = GroupDescription("unknown", why="not described yet")
NO_COORDINATOR = GroupDescription("unknown", why=AWAY)


class GroupWatch:
    """Only the surveyor's thread touches it."""

    def __init__(self, admin: AdminClient, topics: TopicFilter) -> None:
        self._admin = admin
        self._topics = topics
        self._names = GroupNames((), (), 0)
        self._coordinators = NONE_AWAY
        self._elsewhere: set[str] = set()
        """Groups that read hidden topics alone, when that was last known."""
        self._described: Mapping[str, GroupDescription] = {}
        self._describe_at = float("-inf")
        self._left_out_said = Seldom(SAY_AGAIN_SECONDS)
        self._pace = Pace(SHARE, DESCRIBE_EVERY_SECONDS, DESCRIBE_AT_MOST_SECONDS)

    @property
    def answerable(self) -> list[str]:
        """The groups whose commits can be asked for: a question about the others waits in vain."""
        return [one for one in self._names.of_readers if not self._coordinators.is_away(one)]

    def look(self, at: float, coordinators: Coordinators, *, patient: bool) -> GroupNames:
        """The groups there are. Raises KafkaException when the cluster does not answer.

        A group that nobody answers for now is in no list, and is kept as it was known before.
        Not `patient`: where some broker told nothing, the groups are not described either.
        """
        self._coordinators = coordinators
        if at >= self._describe_at:
            self._names = self._listed()
            if self._names.partial and not patient:
                return self._names
            if self._names.left_out and self._left_out_said.due() is not None:
                log.warning("%d groups above the limit are not surveyed.", self._names.left_out)
            self._described = describe(self._admin, self.answerable)
            ended = elapsing()
            self._describe_at = ended + self._pace.rest(ended - at)
        return self._names

    def _listed(self) -> GroupNames:
        listed, before = names(self._admin), self._names
        if listed.partial:
            return listed.with_known(before.of_readers, before.another_kind)
        is_away = self._coordinators.is_away
        return listed.with_known(filter(is_away, before.of_readers), ())

    def facts(self, commits: Mapping[str, Committed]) -> tuple[GroupFacts, ...]:
        """What is known of each group that has to do with a shown topic, or may have."""
        self._elsewhere.intersection_update(self._names.of_readers)
        found = []
        for group in self._names.of_readers:
            told = AWAY if self._coordinators.is_away(group) else "no answer"
            found.append(self._facts(group, commits.get(group, told)))
        others = [
            GroupFacts(group, ANOTHER_KIND.state, None, None, {}, why=ANOTHER_KIND.why)
            for group in self._names.another_kind
        ]
        return tuple(facts for facts in [*found, *others] if facts is not None)

    def _facts(self, group: str, told: Committed) -> GroupFacts | None:
        away = self._coordinators.is_away(group)
        described = NO_COORDINATOR if away else self._described.get(group, NOT_DESCRIBED)
        known = not isinstance(told, str)
        every = Commits({}) if isinstance(told, str) else told
        commits = {one: commit for one, commit in every.known.items() if self._topics.shows(one[0])}
        if self._is_elsewhere(group, described, every):
            return None
        return GroupFacts(
            group=group,
            state=described.state,
            protocol=described.protocol,
            members=described.members,
            committed=commits,
            ledger={
                one: entry
                for one, commit in commits.items()
                if (entry := _ledger(commit.metadata)) is not None
            },
            why=described.why if known else f"its commits are not known: {told}",
            committed_known=known,
            unknown={one: why for one, why in every.unknown.items() if self._topics.shows(one[0])},
        )

    def _is_elsewhere(self, group: str, described: GroupDescription, commits: Commits) -> bool:
        """Whether all that this group is known to read is hidden by the filter."""
        topics = {topic for topic, _ in (*commits.known, *commits.unknown)}
        for member in described.members or ():
            topics.update(topic for topic, _ in member.partitions)
        if topics:
            shown = any(self._topics.shows(topic) for topic in topics)
            (self._elsewhere.discard if shown else self._elsewhere.add)(group)
        return group in self._elsewhere


@lru_cache(maxsize=MAX_METADATA)
def _ledger(metadata: str | None) -> LedgerSeen | None:
    entry = ledger.parse(metadata)
    if entry is None:
        return None
    return LedgerSeen(
        number=entry.number,
        base=entry.base,
        done=entry.done,
        dead=entry.dead,
        skipped=entry.skipped,
        gaps=entry.gaps,
        lost=entry.lost,
        was_to=None if entry.was is None else entry.was.to,
        was_done=None if entry.was is None else entry.was.done,
    )
