"""Keeps the reader within its budget: pauses partitions above their share, reads them in turns."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import replace

from confluent_kafka import Consumer, KafkaException, TopicPartition

from dashboard.picture.observations import Partition
from dashboard.tap.assignment import Assignment
from dashboard.tap.budget import Budget, Demand, above_share
from dashboard.tap.capacity import Capacity
from dashboard.tap.gauge import Gauge
from dashboard.tap.sampling import SAMPLE_EVENTS, Turns
from dashboard.tap.topic_filter import OWN_TOPICS

DECIDE_EVERY_SECONDS = 0.5

OFFSET_TAIL = -2_000
"""The client reads the offset -2000-k as "k before the end" when it seeks there."""

log = logging.getLogger(__name__)


class Sampler:
    """Only the reader's thread touches it. Times are seconds of a clock that never goes back."""

    def __init__(self, client: Consumer, assignment: Assignment, budget: Budget) -> None:
        self._client = client
        self._assignment = assignment
        self._budget = budget
        self._capacity = Capacity(budget.events_per_second, budget.late_seconds)
        self._gauge = Gauge()
        self._turns = Turns()
        self._heard: set[Partition] = set()
        """Sampled partitions of which something came since they were measured."""
        self._returning: set[Partition] = set()
        """Followed again, and nothing has come yet: how far they are is not known."""
        self._decide_at = float("-inf")

    @property
    def topics(self) -> frozenset[str]:
        """Topics of which at least one partition is sampled."""
        return frozenset(topic for topic, _ in self._turns.partitions)

    def saw(self, partition: Partition, size: float, events: int) -> None:
        """So many events were read, of this many bytes in the mean."""
        self._capacity.read(events)
        self._gauge.saw(partition, size, events)
        self._hear(partition)

    def shown(self, partition: Partition, events: int) -> int:
        """How many of so many events just read are to be shown; those after them came too late:
        the turn of their partition was over."""
        return self._turns.read(partition, events)

    def at_end(self, partition: Partition) -> None:
        self._turns.at_end(partition)
        self._hear(partition)

    def _hear(self, partition: Partition) -> None:
        self._heard.add(partition)
        self._returning.discard(partition)

    def forget(self, partition: Partition) -> None:
        """It is not read any more, or begun anew: what was known of it holds no longer."""
        self._gauge.forget([partition])
        self._heard.discard(partition)
        self._returning.discard(partition)
        self._turns.release([partition])

    def step(self, now: float, *, history: bool) -> None:
        """Decides if it is time, ends the turns that are over, begins those that are due.

        While `history` is read, having much to read is no being late.
        """
        if now >= self._decide_at:
            self._decide_at = now + DECIDE_EVERY_SECONDS
            self._decide(now, history=history)
        closing = self._turns.to_close(now)
        if closing:
            self._client.pause([TopicPartition(*one) for one in closing])
        for partition in self._turns.to_open(now):
            self._read_near_end(partition)

    def _decide(self, now: float, *, history: bool) -> None:
        assigned = self._assignment.partitions
        for gone in self._turns.partitions - assigned:
            self.forget(gone)
        demands = {
            partition: demand
            for partition in assigned
            if partition[0] not in OWN_TOPICS
            and (demand := self._demand(partition, now)) is not None
        }
        sampled = self._turns.partitions
        if not history:
            self._capacity.measure(sum(demand.behind for demand in demands.values()), now)
        able = replace(self._budget, events_per_second=self._capacity.events_per_second)
        chosen = above_share(demands, able, sampled)
        if begun := chosen - sampled:
            log.info("Too much to follow, so it is read in samples: %s.", _named(begun))
            self._client.pause([TopicPartition(*one) for one in begun])
            self._turns.sample(begun, now)
        if ended := (sampled - chosen) & self._turns.held_long_enough(now):
            log.info("Followed again: %s.", _named(ended))
            returning = {one for one in ended if self._read_near_end(one)}
            self._turns.release(returning)
            self._returning |= returning
        self._heard.clear()

    def _demand(self, partition: Partition, now: float) -> Demand | None:
        position = self._assignment.position(partition)
        bounds = self._client.get_watermark_offsets(TopicPartition(*partition), cached=True)
        if position is None or bounds is None or bounds[1] < 0:
            return None
        end = bounds[1]
        if partition in self._turns.partitions:
            # The end is known from what comes in its turns. What lies before it is passed over.
            return self._gauge.measure(partition, end, end, now, partition in self._heard)
        if partition in self._returning:
            position = end
        return self._gauge.measure(partition, end, position, now)

    def _read_near_end(self, partition: Partition) -> bool:
        """Whether it could be begun: while its broker is away it cannot, and is tried again."""
        try:
            # Tried: in this order the first event comes after 1 ms, the other way after 500.
            self._client.resume([TopicPartition(*partition)])
            self._client.seek(TopicPartition(*partition, OFFSET_TAIL - SAMPLE_EVENTS))
        except KafkaException:
            log.debug("No seek in %s", partition, exc_info=True)
            return False
        return True


def _named(partitions: Iterable[Partition]) -> str:
    """`orders 0 1 2, payments 0`"""
    numbers: dict[str, list[int]] = {}
    for topic, number in sorted(partitions):
        numbers.setdefault(topic, []).append(number)
    return ", ".join(f"{topic} {' '.join(map(str, each))}" for topic, each in numbers.items())
