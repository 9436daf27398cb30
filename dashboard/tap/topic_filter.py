"""Which topics are shown: `FLOWVIZ_TOPICS`, names and patterns separated by commas."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fnmatch import fnmatchcase

from flowviz.kit.wish import CONTROL_TOPIC

STATUS_TOPIC = "flowviz.status"
OWN_TOPICS = frozenset({CONTROL_TOPIC, STATUS_TOPIC})
"""Read always, shown never."""

HIDDEN_PREFIXES = ("__", "flowviz.")
MAX_PATTERNS = 200
_PATTERN = re.compile(r"!?[A-Za-z0-9._*?-]{1,249}")


class TopicFilterError(ValueError):
    """A pattern that no topic's name can match; the message is one sentence for the user."""


@dataclass(frozen=True, slots=True)
class TopicFilter:
    """A topic is shown when a pattern includes it, or none does so for any, and none excludes it.

    `*` stands for any characters, `?` for one; `!` before a pattern excludes. Kafka's own topics
    (`__*`) and Flowviz's (`flowviz.*`) are never shown.
    """

    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()

    @classmethod
    def parse(cls, text: str) -> TopicFilter:
        """From `orders.*,!*.internal`; nothing at all shows every topic."""
        patterns = [part.strip() for part in text.split(",") if part.strip()]
        if len(patterns) > MAX_PATTERNS:
            raise TopicFilterError(f"FLOWVIZ_TOPICS takes at most {MAX_PATTERNS} patterns.")
        for pattern in patterns:
            if not _PATTERN.fullmatch(pattern):
                raise TopicFilterError(
                    f"FLOWVIZ_TOPICS: {pattern!r} can match no topic: use letters, digits, "
                    "'.', '_', '-', the wildcards * and ?, and ! in front to exclude."
                )
        return cls(
            include=tuple(one for one in patterns if not one.startswith("!")),
            exclude=tuple(one[1:] for one in patterns if one.startswith("!")),
        )

    def shows(self, topic: str) -> bool:
        if topic.startswith(HIDDEN_PREFIXES):
            return False
        if any(fnmatchcase(topic, pattern) for pattern in self.exclude):
            return False
        return not self.include or any(fnmatchcase(topic, pattern) for pattern in self.include)

    def reads(self, topic: str) -> bool:
        """Whether the reader reads it: what is shown, and Flowviz's own two."""
        return topic in OWN_TOPICS or self.shows(topic)
