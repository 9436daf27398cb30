"""Topics that take nothing for now, each told once, and once that it takes events again."""

from __future__ import annotations

import logging

from confluent_kafka import KafkaError

_log = logging.getLogger("flowviz.kit")

MISSING = frozenset({KafkaError._UNKNOWN_TOPIC, KafkaError.UNKNOWN_TOPIC_OR_PART})


class Refusals:
    """What one topic refuses says nothing of another."""

    def __init__(self, instance: str) -> None:
        self._instance = instance
        self._why: dict[str, str] = {}
        """By topic; as many as the service writes."""
        self.newest: str | None = None
        """Why something was turned down, as a sentence; None when all goes well."""

    def __contains__(self, topic: str) -> bool:
        return topic in self._why

    def took_not(self, topic: str, error: KafkaError) -> None:
        """The topic has turned something down."""
        missing, known = error.code() in MISSING, topic in self._why
        why = "there is no such topic" if missing else error.str()
        self._why[topic] = self.newest = f"cannot write to {topic}: {why}"
        if not known:
            hint = " Make it; until then nothing more is committed." if missing else ""
            _log.warning("%s: %s; trying again.%s", self._instance, self.newest, hint)

    def takes(self, topic: str) -> None:
        """All that it had turned down is written."""
        if topic in self._why:
            self.forget(topic)
            _log.info("%s: writes to %s again.", self._instance, topic)

    def forget(self, topic: str) -> None:
        """Nothing waits for it any more: what it had turned down goes elsewhere."""
        if self._why.pop(topic, None) is not None:
            self.newest = next(reversed(tuple(self._why.values())), None)
