"""Which topics are compacted: asked once for each topic, and again now and then."""

from __future__ import annotations

from collections.abc import Mapping

from confluent_kafka.admin import AdminClient

from dashboard.cluster.topics import TopicSeen, compacted

ASK_AGAIN_SECONDS = 60.0
NO_ANSWER_SECONDS = 5.0
"""A topic may be too new to be asked, or this user may not ask."""

ASKED_AT_ONCE = 200
"""Topics asked about in one survey: the rest come in the next ones."""


class Policies:
    """Only the surveyor's thread touches it."""

    def __init__(self, admin: AdminClient) -> None:
        self._admin = admin
        self._known: dict[str, tuple[str | None, bool, float]] = {}
        """Topic -> its id, whether it is compacted, when to ask again."""

    def of(self, topics: Mapping[str, TopicSeen], at: float) -> dict[str, bool]:
        """Whether each topic is compacted; one that was not answered for counts as not."""
        due = [name for name, topic in topics.items() if self._is_due(topic, at)]
        asked = due[:ASKED_AT_ONCE]
        answers = compacted(self._admin, asked)
        for name in asked:
            rest = ASK_AGAIN_SECONDS if name in answers else NO_ANSWER_SECONDS
            self._known[name] = (topics[name].topic_id, answers.get(name, False), at + rest)
        for gone in self._known.keys() - topics.keys():
            del self._known[gone]
        return {name: known[1] for name, known in self._known.items()}

    def _is_due(self, topic: TopicSeen, at: float) -> bool:
        known = self._known.get(topic.name)
        return known is None or known[0] != topic.topic_id or at >= known[2]
