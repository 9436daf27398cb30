"""Partitions whose place to read from the cluster has not told yet are asked for again."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import pytest
from confluent_kafka import Consumer, KafkaError, KafkaException, TopicPartition

from flowviz.kit import positions
from flowviz.kit.opening import AGAIN_QUESTION_SECONDS, MOST_QUESTION_SECONDS, Opening
from flowviz.kit.topic_ids import TopicIds

NOBODY = {"bootstrap.servers": "127.0.0.1:9", "group.id": "nobody", "log_level": 0}


class Slow:
    """A cluster whose answers take so long, without anybody waiting for them."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, takes: float) -> None:
        self.takes, self.given = takes, list[float]()
        client = Consumer(NOBODY)
        self.asker = Opening(client, TopicIds(NOBODY, "slow-1"), "earliest", "slow-1")
        monkeypatch.setattr(positions, "ask_committed", self._committed)
        monkeypatch.setattr(TopicIds, "ask", self._ids)

    def _committed(
        self, _client: Any, partitions: list[TopicPartition], seconds: float
    ) -> dict[tuple[str, int], TopicPartition]:
        self.given.append(seconds)
        return {
            (tp.topic, tp.partition): TopicPartition(tp.topic, tp.partition, 7) for tp in partitions
        }

    def _ids(self, topics: Collection[str], seconds: float) -> dict[str, str]:
        if seconds < self.takes:
            raise KafkaException(KafkaError(KafkaError._TIMED_OUT))
        return dict.fromkeys(topics, "an-id")


def test_a_cluster_that_answers_slowly_is_heard_in_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    slow = Slow(monkeypatch, takes=1.5 * AGAIN_QUESTION_SECONDS)
    slow.asker.want([TopicPartition("parts", 0)])
    assert slow.asker.ask_again() == []
    assert (slow.asker.trouble or "").startswith("waits to hear")
    (opened,) = slow.asker.ask_again()
    assert (opened.place, opened.book and opened.book.position) == (("parts", 0), 7)
    assert (slow.asker.places(), slow.asker.trouble) == ([], None)

    slow.asker.want([TopicPartition("parts", 1)])
    slow.asker.ask_again()
    assert slow.given[-1] == AGAIN_QUESTION_SECONDS, "the next outage begins with a short patience"


def test_the_patience_with_a_cluster_that_never_answers_is_bounded(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    never = Slow(monkeypatch, takes=float("inf"))
    never.asker.want([TopicPartition("parts", 0)])
    for _ in range(6):
        assert never.asker.ask_again() == []
    assert never.given == sorted(never.given)
    assert set(never.given[2:]) == {MOST_QUESTION_SECONDS}
    assert never.asker.places() == [("parts", 0)]
