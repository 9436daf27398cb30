"""The surveyor while no broker is there. What it sees of one is in tests/kafka."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from confluent_kafka import KafkaError
from confluent_kafka.admin import AdminClient

from dashboard.cluster.connection import Connection
from dashboard.picture.observations import ClusterSeen, Observation
from dashboard.tap import surveyor as surveying
from dashboard.tap.surveyor import Surveyor
from dashboard.tap.topic_filter import TopicFilter
from tests.waiting import until


class Counting(Connection):
    """Gives clients as ever, and counts them."""

    clients = 0

    def admin(self, name: str, on_error: Callable[[KafkaError], None] | None = None) -> AdminClient:
        Counting.clients += 1
        return super().admin(name, on_error)


def test_a_cluster_that_stays_away_is_asked_by_a_new_client_again_and_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A client that hangs after an outage would tell of one that is long over, for ever."""
    monkeypatch.setattr(surveying, "NEW_CLIENT_SECONDS", 0.05)
    for wait in ("TRY_AGAIN_SECONDS", "REQUEST_SECONDS", "SECOND_TRY_SECONDS"):
        monkeypatch.setattr(surveying, wait, 0.01)
    monkeypatch.setattr(Counting, "clients", 0)
    told: list[Observation] = []
    stop = threading.Event()
    surveyor = Surveyor(Counting("127.0.0.1:9"), told.append, topics=TopicFilter())
    thread = threading.Thread(target=surveyor.run, args=(stop,))
    thread.start()
    try:
        until(lambda: Counting.clients >= 3, "a second new client")
    finally:
        stop.set()
        thread.join()
    assert told
    assert all(isinstance(one, ClusterSeen) and one.reachable is False for one in told)


def test_after_an_outage_it_rests_by_what_surveys_took_before_it() -> None:
    """Those of a new client, which has to connect first, are no measure of what surveys take."""
    surveyor = Surveyor(Connection("127.0.0.1:9"), lambda _: None, topics=TopicFilter())
    before = surveyor._begin()
    for took in (0.5, 0.01):
        before._pace.rest(took)
    assert surveyor._begin()._pace.rest(2.0) == surveying.EVERY_AT_LEAST_SECONDS
