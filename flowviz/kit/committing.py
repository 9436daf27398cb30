"""Commits what was handled, with the ledger as metadata.

Answers come to the thread that polls. While a handler keeps that busy, commits go out unanswered;
should one overtake another, offset and ledger go back together and the next commit mends it.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable

from confluent_kafka import Consumer, KafkaError, KafkaException, TopicPartition

from flowviz.kit.holdings import Holdings, Place

_log = logging.getLogger("flowviz.kit")

COMMIT_EVERY_SECONDS = 0.1
"""How late a commit may follow what it commits."""
LAST_COMMIT_SECONDS = 5.0
"""How long a commit at revoke or stop waits for what the events caused to be acknowledged."""


class Committing:
    """The commits of one reader. Call it with the reader's lock held."""

    def __init__(
        self, client: Consumer, holdings: Holdings, instance: str, *, by_itself: bool
    ) -> None:
        """`by_itself`: `enable.auto.commit` is on; otherwise the service commits."""
        self._client, self._holdings, self._instance = client, holdings, instance
        self._by_itself = by_itself
        self._last_at = 0.0
        self._failing = False
        self._unanswered = 0
        self.outputs_safe: Callable[[float], bool] = lambda _seconds: True
        """Whether all that the handled events caused is acknowledged, waiting for so long."""

    @property
    def under_way(self) -> bool:
        return self._unanswered > 0

    @property
    def settled(self) -> bool:
        """Nothing is left to commit, and nothing on its way."""
        return not self.under_way and not (self._by_itself and self._holdings.dirty())

    def seconds_left(self) -> float:
        """Until the next commit may go out, if there is something to commit."""
        return max(0.0, self._last_at + COMMIT_EVERY_SECONDS - time.monotonic())

    def go_on(self, *, patience_seconds: float, unanswered: bool = False) -> None:
        """Sends a commit if one is due and what it covers is safe; never waits for its answer.

        Waits up to `patience_seconds` for what the events caused to be acknowledged. With
        `unanswered` also while another commit is under way.
        """
        if not self._by_itself or (self.under_way and not unanswered) or self.seconds_left() > 0:
            return
        offsets = self._holdings.unsaved()
        if not offsets:
            return
        self._last_at = time.monotonic()
        if not self.outputs_safe(patience_seconds):
            return
        self._holdings.sent(offsets)
        try:
            Consumer.commit(self._client, offsets=offsets, asynchronous=True)
            self._unanswered += 1
        except KafkaException as error:
            self._failed(error.args[0])

    def answered(self, error: KafkaError | None, offsets: Iterable[TopicPartition]) -> None:
        """The answer to a commit that was sent without waiting."""
        self._unanswered = max(0, self._unanswered - 1)
        for tp in offsets:
            trouble = tp.error or error
            if trouble is None:
                self._holdings.confirmed(tp)
                self._failing = False
            else:
                self._failed(trouble)

    def now(self, places: Iterable[Place]) -> None:
        """Commits these partitions and waits for the answer. Never raises: what could not be
        committed is read again.
        """
        if not self._by_itself:
            return
        mine = set(places)
        offsets = [tp for tp in self._holdings.unsaved() if (tp.topic, tp.partition) in mine]
        if offsets and self.outputs_safe(LAST_COMMIT_SECONDS):
            self.these(offsets)

    def these(self, offsets: list[TopicPartition]) -> bool:
        """Commits just these, waits, and says whether all stand. Never raises."""
        self._holdings.sent(offsets)
        try:
            answers = Consumer.commit(self._client, offsets=offsets, asynchronous=False)
        except KafkaException as error:
            self._failed(error.args[0])
            return False
        failed = [tp for tp in answers if tp.error is not None]
        for tp in answers:
            if tp.error is None:
                self._holdings.confirmed(tp)
        for tp in failed[:1]:
            self._failed(tp.error)
        return not failed

    def _failed(self, error: object) -> None:
        level = logging.DEBUG if self._failing else logging.WARNING
        self._failing = True
        _log.log(level, "%s: could not commit (%s); trying again.", self._instance, error)
